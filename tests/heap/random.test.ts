// Random sequences of every function of a heap, against a model of the contents of its blocks; the walk over the heap
// and all invariants are compared along the way.

import { describe, expect, test } from "vitest";
import { Heap, type HeapOptions } from "../../src/heap/index.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { HeapModel, type ModelOptions } from "./model.ts";

/** Heaps that grow without bound, are short of memory, share it, and begin where they are told. */
const HEAPS: Record<string, () => HeapOptions> = {
  "a memory of its own": () => ({}),
  "a maximum of 3 pages": () => ({ maximum: 3 * 65536 }),
  "a memory with a maximum": () => ({ memory: new WebAssembly.Memory({ initial: 1, maximum: 5 }) }),
  "pages of its own in another's memory": () => ({
    memory: new WebAssembly.Memory({ initial: 2 }),
  }),
  "from a base on": () => ({ memory: new WebAssembly.Memory({ initial: 4 }), base: 70_001 }),
};

const KINDS: readonly { checked: boolean; misuse?: ModelOptions["misuse"] }[] = [
  { checked: true },
  { checked: false, misuse: "undefined" },
];

const CASES = Object.entries(HEAPS).flatMap(([where, options]) =>
  KINDS.map((kind) => ({ where, options, ...kind })),
);

describe.each(CASES)("$where, checked: $checked", ({ options, misuse, checked }) => {
  test.each([
    { maxSize: 64, maxBlocks: 300 },
    { maxSize: 1000, maxBlocks: 300 },
    { maxSize: 60_000, maxBlocks: 40 },
  ])("sizes to $maxSize", (sizes) => {
    const heap = new Heap({ ...options(), checked });
    const model = new HeapModel(heap, randomFrom(seed), { ...sizes, misuse });
    for (let i = 0; i < 6000; i++) {
      model.step();
      if (i % 50 === 0) heap.validate();
      if (i % 500 === 0) {
        model.checkAll();
        model.compareWalk();
      }
    }
    model.checkAll();
    while (model.blocks.length > 0) model.free();
    heap.validate();
    expect(heap.stats().blocks).toBe(0);
    expect(heap.blocks().filter(({ state }) => state === "live")).toEqual([]);
  });
});

test("in debug mode", () => {
  const heap = new Heap({ debug: { quarantine: 20_000 }, maximum: 8 * 65536 });
  const options = { maxSize: 5000, maxBlocks: 100, misuse: "imports throw" } as const;
  const model = new HeapModel(heap, randomFrom(seed), options);
  for (let i = 0; i < 3000; i++) {
    model.step();
    if (i % 100 === 0) {
      heap.validate();
      heap.check();
    }
  }
  model.checkAll();
  expect(heap.stats().requested).toBe(model.blocks.reduce((sum, { size }) => sum + size, 0));
  expect(heap.leaks().reduce((sum, { count }) => sum + count, 0)).toBe(model.blocks.length);
  while (model.blocks.length > 0) model.free();
  expect(heap.leaks()).toEqual([]);
});

test("pages that others take at random moments stay theirs", () => {
  const random = randomFrom(seed);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const heap = new Heap({ memory });
  const model = new HeapModel(heap, random, { maxSize: 20_000, maxBlocks: 200 });
  const foreign: { start: number; end: number }[] = [{ start: 0, end: 65536 }];
  memory.grow(0);
  new Uint8Array(memory.buffer, 0, 65536).fill(0xee);
  for (let i = 0; i < 4000; i++) {
    model.step();
    if (random(100) === 0 && foreign.length < 20) {
      const pages = 1 + random(3);
      const start = memory.grow(pages) * 65536;
      const end = start + pages * 65536;
      new Uint8Array(memory.buffer, start, end - start).fill(0xee);
      foreign.push({ start, end });
    }
    if (i % 100 === 0) heap.validate();
  }
  model.checkAll();
  model.compareWalk();
  expect(heap.stats().foreign).toBeGreaterThan(0);
  for (const { start, end } of foreign)
    expect(heap.u8.subarray(start, end).every((byte) => byte === 0xee)).toBe(true);
});
