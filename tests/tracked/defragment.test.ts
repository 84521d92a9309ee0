// Defragmentation: the moves carried out on real bytes lose none, under every budget and without overlaps; it ends,
// with all that is free in one block; and it costs what it moves.

import { afterEach, describe, expect, test } from "vitest";
import { narrow } from "../../src/core/narrow.ts";
import {
  type DefragmentOptions,
  TRACKED_POLICIES,
  TrackedAllocator,
  type TrackedPolicy,
} from "../../src/index.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf } from "../support/state.ts";
import { Twin } from "./twin.ts";

const twins: Twin[] = [];
afterEach(() => {
  for (const twin of twins.splice(0)) twin.allocator.dispose();
});

/** Filled with blocks of 1 … `largest`, then a part of them freed. */
function fragmented(
  random: (bound: number) => number,
  {
    policy = TRACKED_POLICIES[0] as TrackedPolicy,
    capacity = 2000,
    largest = 60,
    alignments = [1],
    freed = 50,
  } = {},
): Twin {
  const twin = new Twin(policy, capacity);
  twins.push(twin);
  for (let misses = 0; misses < 3; ) {
    const alignment = alignments[random(alignments.length)]!;
    const held = twin.model.held.size;
    twin.run({ kind: "try", size: 1 + random(largest), alignment, label: `of ${alignment}` });
    if (twin.model.held.size === held) misses++;
  }
  for (const { start } of twin.model.blocks)
    if (random(100) < freed) twin.run({ kind: "free at", address: start });
  return twin;
}

/** That no move without an overlap brings a block lower, or makes the hole below one longer. Blocks are not aligned. */
function expectBlocked({ model: { free, blocks } }: Twin): void {
  const holes = free.filter(({ start }) => blocks.some((block) => block.start > start));
  expect(holes).not.toEqual([]);
  for (const hole of holes) {
    const above = blocks.filter(({ start }) => start > hole.start);
    expect(Math.min(...above.map(({ size }) => size))).toBeGreaterThan(hole.size);
    const after = above.find(({ start }) => start === hole.start + hole.size)!;
    const others = free.filter(({ start }) => start > hole.start);
    expect(Math.max(0, ...others.map(({ size }) => size))).toBeLessThan(after.size);
  }
}

const BUDGETS: DefragmentOptions[] = [
  ...[1, 2, 3, 10, 100, Infinity].map((maxMoves) => ({ maxMoves })),
  ...[1, 2, 50, 1000, Infinity].map((maxBytes) => ({ maxBytes })),
  { maxMoves: 7, maxBytes: 200 },
  {},
];

describe.each([false, true])("noOverlap %s", (noOverlap) => {
  test.each(BUDGETS)("%o, again and again: every byte kept, one free block left", (budget) => {
    const random = randomFrom(seed);
    rounds: for (let round = 0; round < 5; round++) {
      const policy = TRACKED_POLICIES[round % TRACKED_POLICIES.length]!;
      const twin = fragmented(random, { policy, largest: [8, 60, 400][round % 3]! });
      const { slidDown } = twin.model;
      const before = twin.model.held.size;
      for (let calls = 0; ; calls++) {
        expect(calls).toBeLessThan(20 * before + 20);
        const result = twin.defragment({ ...budget, noOverlap });
        twin.checkBytes();
        if (result.blocked) {
          expect(noOverlap).toBe(true);
          expectBlocked(twin);
          continue rounds;
        }
        if (result.done) break;
      }
      twin.check();
      if (!noOverlap) expect(twin.model.blocks).toEqual(slidDown);
      expect(twin.model.free.length).toBeLessThanOrEqual(1);
      expect(twin.defragment({ ...budget, noOverlap })).toEqual({
        moves: [],
        movedBytes: 0,
        done: true,
        blocked: false,
      });
    }
  });

  test("alignments are kept, and only gaps due to them are left", () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 8; round++) {
      const twin = fragmented(random, { alignments: [1, 4, 12, 64], freed: 30 + 5 * round });
      const { slidDown } = twin.model;
      while (!twin.defragment({ maxMoves: 5, noOverlap }).done) twin.checkBytes();
      twin.check();
      if (!noOverlap) expect(twin.model.blocks).toEqual(slidDown);
    }
  });

  test("with other calls in between, what is freed or taken is found again", () => {
    const random = randomFrom(seed);
    const twin = fragmented(random, { alignments: [1, 1, 16] });
    for (let round = 0; round < 200; round++) {
      twin.defragment({ maxMoves: 1 + random(4), noOverlap });
      const address = random(twin.model.capacity);
      const pick = random(1000);
      const label = "new";
      if (random(2)) twin.run({ kind: "free", pick, size: "none" });
      if (random(2)) twin.run({ kind: "try", size: 1 + random(60), alignment: 1, label });
      if (random(4) === 0) twin.run({ kind: "reserve", address, size: 5, alignment: 1, label });
      if (random(4) === 0)
        twin.run({ kind: "resize", pick, newSize: 1 + random(60), alignment: undefined });
      if (round % 20 === 0) twin.check();
    }
    twin.check();
  });

  test("what is done does not depend on what was learnt before: a copy does the same", () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 10; round++) {
      const { allocator } = fragmented(random, { largest: 600, freed: 15, alignments: [1, 8] });
      for (let step = 0; step < 30; step++) {
        using restored = TrackedAllocator.restore(allocator.snapshot());
        const options = { maxMoves: 1 + (step % 3), noOverlap };
        expect(allocator.defragment(options)).toEqual(restored.defragment(options));
      }
    }
  });
});

test("moves slide down, lowest first; a destination may overlap its source, and says so", () => {
  using allocator = new TrackedAllocator(100);
  for (const size of [10, 20, 30, 5]) allocator.allocate(size, { label: `${size}` });
  allocator.free(0);
  allocator.free(30);
  expect(allocator.defragment()).toEqual({
    moves: [
      { from: 10, to: 0, size: 20, overlaps: true },
      { from: 60, to: 20, size: 5, overlaps: false },
    ],
    movedBytes: 25,
    done: true,
    blocked: false,
  });
  expect([...allocator.blocks()]).toEqual([
    { start: 0, size: 20, label: "20" },
    { start: 20, size: 5, label: "5" },
  ]);
});

test("what is taken within a gap that alignment had left is found, below what was settled", () => {
  using allocator = new TrackedAllocator(1000);
  allocator.allocate(1);
  allocator.allocate(10, { alignment: 64 });
  expect(allocator.defragment()).toMatchObject({ moves: [], done: true });
  allocator.reserve(30, 4);
  expect(allocator.defragment()).toMatchObject({ moves: [{ from: 30, to: 1 }], done: true });
  expect(allocator.resize(64, 10, 8)).toBe(64);
  expect(allocator.defragment()).toMatchObject({ moves: [{ from: 64, to: 8 }], done: true });
});

test("a byte budget smaller than the first block still moves it, and then stops", () => {
  using allocator = new TrackedAllocator(1000);
  for (const size of [10, 200, 10, 5]) allocator.allocate(size);
  allocator.free(0);
  expect(allocator.defragment({ maxBytes: 50 })).toMatchObject({ movedBytes: 200, done: false });
  expect(allocator.defragment({ maxBytes: 12 })).toMatchObject({ movedBytes: 10, done: false });
  expect(allocator.defragment({ maxBytes: 12 })).toMatchObject({ movedBytes: 5, done: true });
});

describe("without overlaps", () => {
  const prepared = (capacity: number, blocks: [address: number, size: number][]) => {
    const allocator = new TrackedAllocator(capacity);
    for (const [address, size] of blocks) allocator.reserve(address, size);
    return allocator;
  };

  test("a block longer than the hole in front of it makes a detour", () => {
    using allocator = prepared(100, [[5, 40]]);
    expect(allocator.defragment({ noOverlap: true })).toMatchObject({
      moves: [
        { from: 5, to: 45, size: 40, overlaps: false },
        { from: 45, to: 0, size: 40, overlaps: false },
      ],
      done: true,
    });
  });

  test("blocked, and says so, when nothing has room", () => {
    using allocator = prepared(100, [
      [5, 45],
      [55, 45],
    ]);
    const nothing = { moves: [], movedBytes: 0, done: false, blocked: true };
    expect(allocator.defragment({ noOverlap: true })).toEqual(nothing);
    expect(allocator.defragment({ noOverlap: true })).toEqual(nothing);
    allocator.free(55);
    expect(allocator.defragment({ noOverlap: true })).toMatchObject({ done: true });
    expect(allocator.getLargestFreeBlock()).toBe(55);
  });

  test("a hole is filled from above when the block after it has nowhere to go", () => {
    using allocator = prepared(100, [
      [5, 45],
      [50, 46],
      [96, 4],
    ]);
    expect(allocator.defragment({ noOverlap: true })).toMatchObject({
      moves: [{ from: 96, to: 0, size: 4 }],
      blocked: true,
    });
  });

  test("a blocked hole does not keep those above it from being closed, and is seen to afterwards", () => {
    using allocator = prepared(300, [
      [5, 100], // blocked until there are 100 free in one piece above
      [105, 10],
      [175, 60],
      [250, 10],
    ]);
    const { moves, done } = allocator.defragment({ noOverlap: true });
    expect(done).toBe(true);
    expect(moves[0]).toMatchObject({ from: 175, to: 115 });
    expect([...allocator.freeBlocks()]).toEqual([{ start: 180, size: 120 }]);
  });
});

test("a failure of the core's storage tells what was moved, or throws if nothing was", () => {
  using allocator = new TrackedAllocator(100_000, { policy: "best-fit" });
  for (let i = 0; i < 3000; i++) allocator.allocate(1 + (i % 20));
  for (const { start } of [...allocator.blocks()].filter((_, i) => i % 2)) allocator.free(start);
  const { abi } = narrow;
  abi.limitStorage(abi.storageBytes());
  try {
    for (;;) {
      const before = allocator.snapshot();
      let result: ReturnType<TrackedAllocator["defragment"]>;
      try {
        result = allocator.defragment({ maxMoves: 100 });
      } catch (error) {
        expect(error).toMatchObject({ code: "ERR_NODE_STORAGE" });
        expect(allocator.snapshot()).toEqual(before);
        break;
      }
      allocator.validate();
      if (result.done) break;
    }
  } finally {
    abi.limitStorage(2 ** 32);
  }
  allocator.validate();
  while (!allocator.defragment({ maxMoves: 100 }).done);
  allocator.validate();
});

test("refuses after dispose(), as everything does", () => {
  const allocator = new TrackedAllocator(10);
  allocator.dispose();
  expect(errorOf(() => allocator.defragment()).code).toBe("ERR_DISPOSED");
});
