// Loading: a core is compiled when the first allocator needs it, or beforehand by `init`. What `init` refuses leaves the
// library as it was, and what it does not need does no harm.

import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** A WebAssembly module with nothing in it. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const bytesOf = (name: string) => readFileSync(`build/${name}.wasm`);

/** Bytes of the modules that were compiled, in order. */
let compiled: number[] = [];
const { Module } = WebAssembly;
const instantiate = WebAssembly.instantiate;

beforeEach(() => {
  compiled = [];
  vi.resetModules();
  WebAssembly.Module = new Proxy(Module, {
    construct(target, [bytes]) {
      compiled.push(bytes.byteLength);
      return new target(bytes);
    },
  });
});

afterEach(() => {
  WebAssembly.Module = Module;
  WebAssembly.instantiate = instantiate;
});

const library = () => import("../src/index.ts");

test("importing compiles nothing; the first allocator of each core compiles that core", async () => {
  const { MemoryAllocator, TrackedAllocator } = await library();
  expect(compiled).toEqual([]);
  const [narrow, wide, list] = ["narrow", "wide", "list"].map((name) => bytesOf(name).length);
  new MemoryAllocator(10);
  new TrackedAllocator(10, { policy: "best-fit" });
  expect(compiled).toEqual([narrow]);
  new MemoryAllocator(2 ** 40, { granularity: 1024 });
  expect(compiled).toEqual([narrow]);
  new TrackedAllocator(10, { policy: "linked-list" });
  expect(compiled).toEqual([narrow, list]);
  new MemoryAllocator(100).grow(2 ** 33);
  expect(compiled).toEqual([narrow, list, wide]);
});

test("where run-time compilation is refused, the error names init and the core's file", async () => {
  const { MemoryAllocator, CoreLoadError } = await library();
  WebAssembly.Module = class {
    constructor() {
      throw new Error("forbidden here");
    }
  } as never;
  const small = () => new MemoryAllocator(10);
  expect(small).toThrow(CoreLoadError);
  expect(small).toThrow(
    /await init\({ narrow: module }\).*"suballoc\/narrow\.wasm".*forbidden here/,
  );
  expect(() => new MemoryAllocator(2 ** 40)).toThrow(/await init\({ wide: module }\)/);
  WebAssembly.Module = Module;
  small();
});

test("init() loads all cores, from the bytes in the package", async () => {
  const { MemoryAllocator, init } = await library();
  await init();
  expect(compiled).toEqual([]); // not synchronously
  new MemoryAllocator(10);
  new MemoryAllocator(2 ** 40);
  new MemoryAllocator(10, { policy: "linked-list" });
  expect(compiled).toEqual([]);
});

test("a single source is the narrow core's", async () => {
  const { MemoryAllocator, init } = await library();
  await init(new Module(bytesOf("narrow")));
  expect(new MemoryAllocator(10).allocate(10)).toBe(0);
  expect(compiled).toEqual([]);
  new MemoryAllocator(2 ** 40);
  expect(compiled).toEqual([bytesOf("wide").length]);
});

test("cores by name", async () => {
  const { MemoryAllocator, init } = await library();
  await init({ wide: bytesOf("wide"), list: true });
  new MemoryAllocator(2 ** 40);
  new MemoryAllocator(10, { policy: "linked-list" });
  expect(compiled).toEqual([]);
  new MemoryAllocator(10);
  expect(compiled).toEqual([bytesOf("narrow").length]);
  await expect(init({ tree: true } as never)).rejects.toMatchObject({ code: "ERR_BAD_OPTIONS" });
});

test("bytes that are no module, and modules of others, are refused; allocators work all the same", async () => {
  const { CoreLoadError, init, MemoryAllocator } = await library();
  await expect(init(Uint8Array.of(1, 2, 3))).rejects.toThrow(CoreLoadError);
  await expect(init(new Module(EMPTY))).rejects.toThrow(/not suballoc/);
  await expect(init(new Module(bytesOf("list")))).rejects.toThrow(/not suballoc/);
  await expect(init({ wide: bytesOf("narrow") })).rejects.toThrow(/not suballoc/);
  expect(new MemoryAllocator(10).allocate(10)).toBe(0);
  expect(new MemoryAllocator(2 ** 40).allocate(2 ** 39)).toBe(0);
});

test("once loaded, a source that fails is nobody's concern", async () => {
  const { init, MemoryAllocator } = await library();
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
