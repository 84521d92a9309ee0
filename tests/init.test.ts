// Loading beforehand: what `init` refuses leaves the library as it was, and what it does not need does no harm.

import { expect, test } from "vitest";
import { CoreLoadError, init, MemoryAllocator } from "../src/index.ts";

/** A WebAssembly module with nothing in it. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

test("bytes that are no module, and modules of others, are refused; allocators work all the same", async () => {
  await expect(init(Uint8Array.of(1, 2, 3))).rejects.toThrow(CoreLoadError);
  await expect(init(new WebAssembly.Module(EMPTY))).rejects.toThrow(/not suballoc's/);
  expect(new MemoryAllocator(10).allocate(10)).toBe(0);
});

test("once loaded, a source that fails is nobody's concern", async () => {
  const allocator = new MemoryAllocator(10);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  await init(Promise.reject(new Error("no such file")));
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
  expect(allocator.allocate(1)).toBe(0);
});
