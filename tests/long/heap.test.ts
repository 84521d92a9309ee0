// The heap at length: 2 × 10⁷ random operations, every sequence of five, and addresses up to 2^32.

import { describe, expect, test } from "vitest";
import { Heap, type HeapOptions } from "../../src/heap/index.ts";
import { beginnings, runAll } from "../heap/exhaustive.ts";
import { HeapModel } from "../heap/model.ts";
import { randomFrom, seed } from "../support/seed.ts";

const PAGE = 65536;
const OPERATIONS = 2e7;

const RUNS: readonly { options: () => HeapOptions; maxSize: number; maxBlocks: number }[] = [
  { options: () => ({}), maxSize: 64, maxBlocks: 1000 },
  { options: () => ({ checked: false }), maxSize: 600, maxBlocks: 1000 },
  {
    options: () => ({ memory: new WebAssembly.Memory({ initial: 2 }) }),
    maxSize: 200,
    maxBlocks: 400,
  },
  { options: () => ({ maximum: 2 * PAGE }), maxSize: 2000, maxBlocks: 150 },
];

test.each(RUNS)("random operations, sizes to $maxSize", ({ options, maxSize, maxBlocks }) => {
  const heap = new Heap(options());
  const misuse = options().checked === false ? "undefined" : undefined;
  const model = new HeapModel(heap, randomFrom(seed), { maxSize, maxBlocks, misuse });
  for (let i = 0; i < OPERATIONS / RUNS.length; i++) {
    model.step();
    if (i % 20_000 === 0) {
      heap.validate();
      model.compareWalk();
      model.checkAll();
    }
  }
  while (model.blocks.length > 0) model.free();
  heap.validate();
  expect(heap.stats().blocks).toBe(0);
});

test.each(beginnings.flatMap((name) => [true, false].map((checked) => ({ name, checked }))))(
  "every sequence of 5 operations: $name, checked: $checked",
  ({ name, checked }) => {
    expect(runAll(name, checked, 5)).toBeGreaterThan(30_000);
  },
);

describe.each([true, false])("4 GiB, checked: %s", (checked) => {
  const misuse = checked ? undefined : ("undefined" as const);

  test("a heap at the end of it", () => {
    const memory = new WebAssembly.Memory({ initial: 65_530 });
    const base = 65_525 * PAGE + 5;
    const heap = new Heap({ memory, base, checked });
    const model = new HeapModel(heap, randomFrom(seed), {
      maxSize: 40_000,
      maxBlocks: 200,
      misuse,
    });
    for (let i = 0; i < 20_000; i++) {
      model.step();
      if (i % 500 === 0) heap.validate();
    }
    expect(memory.buffer.byteLength).toBe(2 ** 32);
    expect(model.refused).toBeGreaterThan(0);
    const top = Math.max(...model.blocks.map(({ pointer, size }) => pointer + size));
    expect(top).toBeGreaterThan(2 ** 32 - 2 * PAGE);
    model.checkAll();
    model.compareWalk();
    while (model.blocks.length > 0) model.free();
    heap.validate();
    expect(heap.stats().blocks).toBe(0);
  });

  test("a heap of all of it", () => {
    const heap = new Heap({ checked });
    const huge = heap.malloc(3e9);
    expect(heap.usableSize(huge)).toBe(3e9);
    const over = heap.malloc(1e9);
    expect(over).toBeGreaterThan(2 ** 31);
    heap.u8.fill(1, huge, huge + 100);
    heap.u8.fill(2, huge + 3e9 - 100, huge + 3e9);
    heap.u8.fill(3, over, over + 100);
    expect(() => heap.malloc(1e9)).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_MEMORY" }));
    expect(() => heap.malloc(2 ** 32 - 1)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_MEMORY" }),
    );
    expect(heap.imports.calloc(2 ** 31, 2)).toBe(0);
    const model = new HeapModel(heap, randomFrom(seed), {
      maxSize: 300_000,
      maxBlocks: 200,
      misuse,
    });
    for (let i = 0; i < 5000; i++) model.step();
    model.checkAll();
    heap.validate();
    // It stays where it is, and the memory is full now.
    const grown = heap.tryMalloc(heap.stats().largest - 16);
    expect(grown).toBeDefined();
    expect(heap.imports.realloc(over, 2e9)).toBe(0);
    expect(heap.imports.realloc(huge, 3.2e9)).toBe(0);
    if (checked) {
      expect(() => heap.free(huge + 1_500_000_000)).toThrow(
        expect.objectContaining({ code: "ERR_INSIDE_BLOCK" }),
      );
    }
    expect(heap.u8[huge + 99]).toBe(1);
    expect(heap.u8[huge + 3e9 - 100]).toBe(2);
    expect(heap.u8[over + 99]).toBe(3);
    heap.validate();
    heap.free(huge);
    heap.free(over);
    heap.free(grown as number);
    while (model.blocks.length > 0) model.free();
    heap.validate();
    expect(heap.stats().blocks).toBe(0);
    expect(heap.stats().footprint).toBeGreaterThan(4e9);
  });
});
