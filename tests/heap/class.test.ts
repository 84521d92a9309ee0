// The class around the heap: arguments, views, growth, typed arrays, saving and loading, a heap shared by instances, and
// the imports' C semantics.

import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Heap, LeanHeap } from "../../src/heap/index.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf } from "../support/state.ts";
import { HeapModel } from "./model.ts";

const PAGE = 65536;
const NO_NUMBERS: readonly unknown[] = [undefined, null, "16", 16n, {}, [], true, Symbol("16")];
const NOT_INTEGERS: readonly number[] = [
  Number.NaN,
  Infinity,
  -Infinity,
  0.5,
  -1.5,
  2 ** 53,
  1e300,
];
const NOT_POSITIVE: readonly number[] = [0, -0, -1, -(2 ** 31), -(2 ** 32)];

const moduleOf = (core: string) => new WebAssembly.Module(readFileSync(`build/${core}.wasm`));

describe.each([Heap, LeanHeap])("arguments of $name", (HeapClass) => {
  const methods: Record<string, (heap: LeanHeap, live: number, bad: number) => unknown> = {
    "malloc size": (heap, _, bad) => heap.malloc(bad),
    "tryMalloc size": (heap, _, bad) => heap.tryMalloc(bad),
    "calloc count": (heap, _, bad) => heap.calloc(bad, 1),
    "calloc size": (heap, _, bad) => heap.calloc(1, bad),
    "realloc size": (heap, live, bad) => heap.realloc(live, bad),
    "alignedAlloc alignment": (heap, _, bad) => heap.alignedAlloc(bad, 1),
    "alignedAlloc size": (heap, _, bad) => heap.alignedAlloc(32, bad),
    "array length": (heap, _, bad) => heap.array(Int32Array, bad),
    "realloc pointer": (heap, _, bad) => heap.realloc(bad, 1),
    "free pointer": (heap, _, bad) => heap.free(bad),
    "usableSize pointer": (heap, _, bad) => heap.usableSize(bad),
    "bytes pointer": (heap, _, bad) => heap.bytes(bad),
  };

  test.each(Object.entries(methods))(
    "%s: each bad value is refused, and no byte changes",
    (name, call) => {
      const argument = name.split(" ")[1] as string;
      const heap = new HeapClass();
      const live = heap.malloc(100);
      heap.free(heap.malloc(3000));
      const before = heap.u8.slice();
      const refusal = (bad: unknown) => errorOf(() => call(heap, live, bad as number));
      for (const bad of NO_NUMBERS)
        expect(refusal(bad)).toMatchObject({
          name: "ArgumentTypeError",
          code: "ERR_NOT_A_NUMBER",
          argument,
        });
      const isPointer = argument === "pointer";
      for (const bad of NOT_INTEGERS.filter((value) => !isPointer || !Number.isInteger(value)))
        expect(refusal(bad)).toMatchObject({
          name: "AllocatorRangeError",
          code: "ERR_NOT_AN_INTEGER",
          argument,
        });
      for (const bad of isPointer ? [...NOT_POSITIVE, 2 ** 32, 2 ** 53] : NOT_POSITIVE)
        expect(refusal(bad).code).toBe(
          isPointer
            ? "ERR_NOT_ALLOCATED"
            : argument === "alignment"
              ? "ERR_ALIGNMENT_NOT_POSITIVE"
              : "ERR_SIZE_NOT_POSITIVE",
        );
      expect(Buffer.compare(heap.u8, before)).toBe(0);
    },
  );

  test("an alignment that is no power of two, and sizes beyond 4 GiB", () => {
    const heap = new HeapClass({ memory: new WebAssembly.Memory({ initial: 1, maximum: 5 }) });
    for (const alignment of [3, 24, 2 ** 32 - 1])
      expect(errorOf(() => heap.alignedAlloc(alignment, 1)).code).toBe(
        "ERR_ALIGNMENT_NOT_POWER_OF_TWO",
      );
    const p = heap.malloc(10);
    for (const call of [
      () => heap.malloc(2 ** 32),
      () => heap.malloc(2 ** 53 - 1),
      () => heap.calloc(2 ** 26, 2 ** 26),
      () => heap.realloc(p, 2 ** 40),
      () => heap.alignedAlloc(2 ** 33, 1),
      () => heap.alignedAlloc(16, 2 ** 32 - 1),
      () => heap.array(Float64Array, 2 ** 40),
    ])
      expect(errorOf(call)).toMatchObject({ name: "OutOfMemoryError", code: "ERR_OUT_OF_MEMORY" });
    expect(heap.tryMalloc(2 ** 32)).toBeUndefined();
    heap.free(p);
  });

  test("out of memory: the figures are those of the heap, whatever was asked for", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
    const heap = new HeapClass({ memory });
    const { control } = heap;
    const pointers = Array.from({ length: 60 }, (_, i) => heap.malloc(i % 2 ? 1000 : 48));
    // Blocks that wait in a stack, and one that has grown and is in no bin.
    for (const pointer of pointers.slice(0, 40)) heap.free(pointer);
    const { free } = new Heap({ memory, control }).stats();
    for (const call of [
      () => heap.malloc(2 ** 40),
      () => heap.realloc(pointers[50] as number, 2 ** 32 - 1),
      () => heap.array(Float64Array, 2 ** 40),
      () => heap.malloc(200_000),
    ]) {
      expect(errorOf(call)).toMatchObject({ name: "OutOfMemoryError", free });
      const { largest } = new Heap({ memory, control }).stats();
      expect(errorOf(call)).toMatchObject({ largest });
    }
    new Heap({ memory, control }).validate();
    expect(memory.buffer.byteLength).toBeLessThanOrEqual(3 * PAGE);
  });

  test("an engine that makes no more memories", () => {
    const bytes = new Heap().save();
    const { Memory } = WebAssembly;
    try {
      WebAssembly.Memory = class {
        constructor() {
          throw new RangeError("could not allocate memory");
        }
      } as never;
      const refusal = {
        name: "CoreLoadError",
        code: "ERR_CORE_LOAD",
        cause: { name: "RangeError" },
      };
      expect(errorOf(() => new HeapClass())).toMatchObject(refusal);
      if (HeapClass !== Heap) return;
      expect(errorOf(() => new Heap({ maximum: PAGE }))).toMatchObject(refusal);
      expect(errorOf(() => Heap.load(bytes))).toMatchObject(refusal);
    } finally {
      WebAssembly.Memory = Memory;
    }
  });

  test("options", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const codes: [options: unknown, code: string][] = [
      [null, "ERR_BAD_OPTIONS"],
      [{ memory: {} }, "ERR_NOT_A_MEMORY"],
      [{ memory: shared }, "ERR_NOT_A_MEMORY"],
      [{ module: {} }, "ERR_CORE_LOAD"],
      [{ module: moduleOf("narrow") }, "ERR_CORE_LOAD"],
    ];
    if (HeapClass === Heap)
      codes.push(
        [{ base: 16 }, "ERR_BAD_OPTIONS"],
        [{ memory, base: "16" }, "ERR_NOT_A_NUMBER"],
        [{ memory, base: 1.5 }, "ERR_NOT_AN_INTEGER"],
        [{ memory, base: -16 }, "ERR_OUT_OF_BOUNDS"],
        [{ memory, base: PAGE + 1 }, "ERR_OUT_OF_BOUNDS"],
        [{ maximum: 0 }, "ERR_CAPACITY_NOT_POSITIVE"],
        [{ maximum: PAGE - 1 }, "ERR_CAPACITY_OUT_OF_RANGE"],
        [{ maximum: "65536" }, "ERR_NOT_A_NUMBER"],
        [{ checked: 0 }, "ERR_BAD_OPTIONS"],
        [{ checked: true, module: moduleOf("heap") }, "ERR_BAD_OPTIONS"],
        [{ checked: false, module: moduleOf("heap-checked") }, "ERR_BAD_OPTIONS"],
        [{ checked: true, module: moduleOf("narrow") }, "ERR_BAD_OPTIONS"],
        [{ debug: 1 }, "ERR_BAD_OPTIONS"],
        [{ debug: { quarantine: -1 } }, "ERR_OUT_OF_BOUNDS"],
        [{ onLeak: {} }, "ERR_BAD_OPTIONS"],
        [{ memory, control: 1024 }, "ERR_NOT_A_HEAP"],
        [{ memory, control: 8 }, "ERR_NOT_A_HEAP"],
        [{ memory, control: -16 }, "ERR_NOT_A_HEAP"],
        [{ memory, control: 2 ** 40 }, "ERR_NOT_A_HEAP"],
        [{ memory, control: 0, base: 0 }, "ERR_BAD_OPTIONS"],
        [{ control: 0 }, "ERR_BAD_OPTIONS"],
      );
    for (const [options, code] of codes)
      expect(errorOf(() => new HeapClass(options as object)).code).toBe(code);
    expect(memory.buffer.byteLength).toBe(PAGE);
    const full = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    expect(errorOf(() => new HeapClass({ memory: full })).code).toBe("ERR_OUT_OF_MEMORY");
  });

  test("after dispose", () => {
    const heap = new HeapClass();
    const p = heap.malloc(10);
    heap.dispose();
    heap.dispose();
    for (const call of [
      () => heap.malloc(1),
      () => heap.tryMalloc(1),
      () => heap.calloc(1, 1),
      () => heap.realloc(p, 1),
      () => heap.alignedAlloc(16, 1),
      () => heap.free(p),
      () => heap.usableSize(p),
      () => heap.array(Int8Array, 1),
      () => heap.bytes(p),
      () => heap.reset(),
    ])
      expect(errorOf(call)).toMatchObject({ name: "DisposedError", code: "ERR_DISPOSED" });
  });
});

describe("growth", () => {
  test("a heap with a maximum, in a memory of its own and in another, has no more pages", () => {
    const own = new Heap({ maximum: 3 * PAGE + 5 });
    const memory = new WebAssembly.Memory({ initial: 2 });
    const inside = new Heap({ memory, maximum: 3 * PAGE });
    const based = new Heap({
      memory: new WebAssembly.Memory({ initial: 2 }),
      base: 0,
      maximum: 3 * PAGE,
    });
    for (const heap of [own, inside, based]) {
      while (heap.tryMalloc(1000) !== undefined);
      const { footprint } = heap.stats();
      expect(footprint).toBeGreaterThan(2.9 * PAGE);
      expect(footprint).toBeLessThanOrEqual(3 * PAGE);
    }
    expect(own.control).toBe(1024);
    expect(own.memory.buffer.byteLength).toBe(3 * PAGE);
    expect(memory.buffer.byteLength).toBe(5 * PAGE);
    expect(() => own.memory.grow(1)).toThrow(RangeError);
  });

  test("views are never detached, whoever grew the memory; onGrow tells of each new buffer", () => {
    const heap = new Heap();
    const told: ArrayBuffer[] = [];
    const end = heap.onGrow((buffer) => void told.push(buffer));
    const p = heap.malloc(8);
    heap.f64[p / 8] = 1.5;
    heap.malloc(10 * PAGE);
    expect(told).toEqual([heap.memory.buffer]);
    expect(heap.f64[p / 8]).toBe(1.5);
    heap.memory.grow(1);
    expect(heap.f64[p / 8]).toBe(1.5);
    expect(told).toHaveLength(2);
    heap.imports.malloc(10 * PAGE);
    expect(told.at(-1)).toBe(heap.memory.buffer);
    const { i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, data } = heap;
    for (const view of [i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, data]) {
      expect(view.buffer).toBe(heap.memory.buffer);
      expect(view.byteLength).toBe(heap.memory.buffer.byteLength);
    }
    end();
    heap.malloc(20 * PAGE);
    expect(told).toHaveLength(3);
    expect(heap.stats().growths).toBe(3);
  });

  test("bookkeeping is at most a 60th of a heap that is not small", () => {
    const heap = new Heap({ checked: false });
    heap.malloc(2 ** 24);
    const { metadata, footprint } = heap.stats();
    expect(metadata / footprint).toBeLessThan(1 / 60);
  });
});

test("typed arrays lie in the heap, zeroed, and are freed by their byteOffset", () => {
  const heap = new Heap();
  const dirty = heap.malloc(1000);
  heap.u8.fill(0xff, dirty, dirty + 1000);
  heap.free(dirty);
  for (const type of [Uint8Array, Int16Array, Float32Array, Float64Array, BigInt64Array]) {
    const array = heap.array(type as typeof Float64Array, 10);
    expect(array).toBeInstanceOf(type);
    expect(array).toHaveLength(10);
    expect([...array].every((value) => !value)).toBe(true);
    expect(array.buffer).toBe(heap.memory.buffer);
    heap.free(array.byteOffset);
  }
  for (const bad of [undefined, {}, Array, DataView])
    expect(errorOf(() => heap.array(bad as unknown as typeof Int8Array, 1)).code).toBe(
      "ERR_BAD_OPTIONS",
    );
  const p = heap.malloc(100);
  expect(heap.bytes(p)).toMatchObject({ byteOffset: p, length: heap.usableSize(p) });
});

describe("imports", () => {
  test.each([true, false])("C's meaning of 0 and of too much, checked: %s", (checked) => {
    const heap = new Heap({ checked, maximum: 4 * PAGE });
    const { malloc, free, calloc, realloc, aligned_alloc, posix_memalign, malloc_usable_size } =
      heap.imports;
    free(0);
    expect(malloc_usable_size(0)).toBe(0);
    const [one, other] = [malloc(0), malloc(0)];
    expect(one).not.toBe(0);
    expect(other).not.toBe(one);
    expect(malloc(-1)).toBe(0); // 2^32 - 1
    expect(calloc(2 ** 16, 2 ** 16)).toBe(0);
    expect(calloc(-1, -1)).toBe(0);
    const p = realloc(0, 20);
    heap.u8.fill(9, p, p + 20);
    expect(realloc(p, 10 * PAGE)).toBe(0);
    expect(heap.u8.subarray(p, p + 20).every((byte) => byte === 9)).toBe(true);
    expect(aligned_alloc(48, 10)).toBe(0);
    expect(aligned_alloc(4096, 10) % 4096).toBe(0);
    const out = malloc(4);
    expect(posix_memalign(out, 24, 8)).toBe(28);
    expect(posix_memalign(out, 2, 8)).toBe(28);
    expect(posix_memalign(out, 64, 10 * PAGE)).toBe(48);
    heap.u32[out / 4] = 7;
    expect(posix_memalign(out, 64, 8)).toBe(0);
    expect((heap.u32[out / 4] as number) % 64).toBe(0);
    heap.validate();
  });
});

describe("save and load", () => {
  test.each([true, false])(
    "the heap goes on as if nothing had happened, checked: %s",
    (checked) => {
      const random = randomFrom(seed);
      const memory = new WebAssembly.Memory({ initial: 1 });
      const heap = new Heap({ memory, checked });
      const model = new HeapModel(heap, random, {
        ...{ maxSize: 3000, maxBlocks: 100, misuse: checked ? undefined : "undefined" },
      });
      for (let i = 0; i < 1000; i++) {
        model.step();
        if (i % 300 === 0) {
          memory.grow(1); // somebody else's
          heap.malloc(3 * PAGE);
        }
      }
      const bytes = heap.save();
      for (const loaded of [
        Heap.load(bytes),
        Heap.load(bytes, { memory: new WebAssembly.Memory({ initial: 1 }) }),
      ]) {
        loaded.validate();
        expect(loaded.blocks()).toEqual(heap.blocks());
        for (const { pointer, size } of model.blocks)
          expect(
            Buffer.compare(
              loaded.u8.subarray(pointer, pointer + size),
              heap.u8.subarray(pointer, pointer + size),
            ),
          ).toBe(0);
        const again = new Heap({ memory: loaded.memory, control: loaded.control, checked });
        const twin = Heap.load(bytes);
        for (let i = 0; i < 200; i++) {
          const size = 1 + random(2000);
          expect(again.malloc(size)).toBe(twin.malloc(size));
        }
        expect(loaded.blocks()).toEqual(twin.blocks()); // two instances, one heap
      }
    },
  );

  test("damaged bytes are refused, and the memory given is as before", () => {
    const heap = new Heap();
    heap.free(heap.malloc(3000));
    heap.malloc(100);
    const bytes = heap.save();
    const memory = new WebAssembly.Memory({ initial: 3 });
    new Uint8Array(memory.buffer).fill(0xab);
    const code = (value: unknown) => errorOf(() => Heap.load(value as Uint8Array, { memory })).code;
    for (const value of [undefined, null, "haps", [1], new ArrayBuffer(8)])
      expect(code(value)).toBe("ERR_NOT_AN_ARRAY");
    expect(code(new Uint8Array(0))).toBe("ERR_NOT_A_SNAPSHOT");
    for (let at = 0; at < bytes.length; at += 101) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] as number) ^ 0x10;
      expect(code(damaged)).toMatch(/^ERR_(NOT_A_SNAPSHOT|SNAPSHOT_VERSION|SNAPSHOT_DAMAGED)$/);
      expect(code(bytes.subarray(0, at))).toMatch(/^ERR_(NOT_A_SNAPSHOT|SNAPSHOT_DAMAGED)$/);
    }
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0xab)).toBe(true);
  });
});

test("console.log tells the figures of a heap", () => {
  const heap = new Heap();
  heap.malloc(100);
  const { used, free, largest } = heap.stats();
  const figures = `1 blocks, ${used} of ${used + free} bytes in use, largest free ${largest}`;
  expect(inspect(heap)).toBe(`Heap (checked): ${figures}`);
  expect(inspect(new Heap({ checked: false }))).toMatch(/^Heap \(unchecked\): 0 blocks/);
  expect(inspect(new Heap({ debug: true }))).toMatch(/^Heap \(debug\): 0 blocks/);
  heap.dispose();
  expect(inspect(heap)).toBe("Heap, disposed of");
});

test("reset frees all blocks and keeps the pages", () => {
  const heap = new Heap();
  const pointers = [heap.malloc(100), heap.malloc(100_000), heap.malloc(30)];
  const bytes = heap.memory.buffer.byteLength;
  heap.reset();
  heap.validate();
  expect(heap.stats()).toMatchObject({ blocks: 0, used: 0 });
  for (const pointer of pointers) expect(() => heap.free(pointer)).toThrow();
  heap.malloc(100_000);
  expect(heap.memory.buffer.byteLength).toBe(bytes);
});

test("calls make no JavaScript objects", () => {
  const heap = new Heap();
  const CALLS = 20_000;
  const grown: number[] = [];
  for (let slice = 0; slice < 40; slice++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < CALLS; i++) heap.free(heap.realloc(heap.malloc(100), 300));
    grown.push(process.memoryUsage().heapUsed - before);
  }
  grown.sort((a, b) => a - b);
  // One object for each call would be 12 bytes at least.
  expect(grown[20]).toBeLessThan(CALLS);
});
