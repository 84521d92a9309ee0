// Every misuse of a pointer, refused with its own code and without a trace, for blocks of every kind and wherever the
// block went when it was freed; and what the imports make of the same.

import { describe, expect, test } from "vitest";
import { Heap, LeanHeap } from "../../src/heap/index.ts";
import { errorOf } from "../support/state.ts";

/** All bytes of the heap's memory. */
const bytesOf = (heap: LeanHeap) => heap.u8.slice();

/** Calls that take a pointer. */
const CALLS: Record<string, (heap: LeanHeap, pointer: number) => unknown> = {
  free: (heap, pointer) => heap.free(pointer),
  realloc: (heap, pointer) => heap.realloc(pointer, 100),
  usableSize: (heap, pointer) => heap.usableSize(pointer),
  bytes: (heap, pointer) => heap.bytes(pointer),
};

/** Each call is refused with this code and changes no byte; the imports ignore the pointer. */
function expectRefusal(heap: LeanHeap, pointer: number, code: string): void {
  const before = bytesOf(heap);
  for (const call of Object.values(CALLS))
    expect(errorOf(() => call(heap, pointer))).toMatchObject({
      ...{ name: "HeapPointerError", code, pointer, argument: "pointer", value: pointer },
    });
  if (pointer > 0 && pointer < 2 ** 32 && Number.isInteger(pointer)) {
    heap.imports.free(pointer);
    expect(heap.imports.realloc(pointer, 100)).toBe(0);
    expect(heap.imports.malloc_usable_size(pointer)).toBe(0);
  }
  expect(Buffer.compare(bytesOf(heap), before)).toBe(0);
}

const SIZES = [1, 16, 17, 100, 480, 481, 496, 497, 512, 513, 1000, 8193, 100_000];

describe.each([Heap, LeanHeap])("$name", (HeapClass) => {
  test.each(SIZES)("a block of %d bytes, freed twice", (size) => {
    const heap = new HeapClass();
    // Freed between live blocks, next to a free one, and at the top.
    for (const [before, after] of [
      [true, true],
      [false, true],
      [true, false],
      [false, false],
    ]) {
      const a = heap.malloc(size);
      const p = heap.malloc(size);
      const b = heap.malloc(size);
      if (!before) heap.free(a);
      if (!after) heap.free(b);
      heap.free(p);
      expectRefusal(heap, p, "ERR_DOUBLE_FREE");
      if (before) heap.free(a);
      if (after) heap.free(b);
      expectRefusal(heap, p, "ERR_DOUBLE_FREE");
    }
  });

  test.each(SIZES)("inside a block of %d bytes", (size) => {
    const heap = new HeapClass();
    heap.malloc(32);
    const p = heap.malloc(size);
    heap.malloc(32);
    for (const offset of [1, 2, 4, 8, 15, 16, 17, 32, size >> 1, size - 1])
      if (offset > 0 && offset < size) expectRefusal(heap, p + offset, "ERR_INSIDE_BLOCK");
    if (size > 512) expectRefusal(heap, p - 16, "ERR_INSIDE_BLOCK");
    heap.free(p);
  });

  test("never handed out", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const heap = new HeapClass({ memory });
    const p = heap.malloc(100);
    for (const pointer of [0, 16, 65520, 65536, 65536 + 64, 65536 + 5000, 2 ** 31, 2 ** 32 - 16])
      expectRefusal(heap, pointer, "ERR_NOT_ALLOCATED");
    // Beyond the last block, in the bookkeeping at the end, in pages that are not there.
    for (const pointer of [p + 65536, memory.buffer.byteLength - 16, memory.buffer.byteLength])
      expectRefusal(heap, pointer, "ERR_NOT_ALLOCATED");
    for (const pointer of [-16, -1, 2 ** 32, 2 ** 32 + p, 2 ** 53, 1e300])
      expectRefusal(heap, pointer, "ERR_NOT_ALLOCATED");
  });
});

test("pointers into other people's pages were never handed out", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Heap({ memory });
  heap.malloc(1000);
  const foreign = memory.grow(1) * 65536;
  heap.malloc(65536);
  for (const offset of [0, 16, 32768, 65520])
    expectRefusal(heap, foreign + offset, "ERR_NOT_ALLOCATED");
  heap.validate();
});

test("the error names the block", () => {
  const heap = new Heap();
  heap.malloc(64);
  const p = heap.malloc(640);
  heap.malloc(64);
  const inside = errorOf(() => heap.free(p + 320));
  expect(inside).toMatchObject({ block: { start: p - 16, size: 656 } });
  expect(inside.message).toContain(`inside a block: [${p - 16}, ${p + 640})`);
  heap.free(p);
  expect(errorOf(() => heap.free(p)).message).toContain("double free");
});

test("an unchecked heap takes what it is given, as C does", () => {
  const heap = new Heap({ checked: false });
  const p = heap.malloc(100);
  heap.free(p);
  expect(heap.malloc(100)).toBe(p);
  expect(errorOf(() => heap.free("5" as never)).name).toBe("ArgumentTypeError");
});
