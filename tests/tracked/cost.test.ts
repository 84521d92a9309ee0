// What a defragmentation costs, in calls of the core: as much as it moves, wherever in however large a heap.

import { beforeEach, describe, expect, test } from "vitest";
import { TrackedAllocator } from "../../src/index.ts";

let calls = 0;

// Allocators call the exports of an instance; each is counted.
const counted = (exports: WebAssembly.Exports) =>
  Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value !== "function"
        ? value
        : (...args: number[]) => {
            calls++;
            return value(...args);
          },
    ]),
  );
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (Instance, [module]) => ({ exports: counted(new Instance(module).exports) }),
});

/** Twice as many blocks as `holes`, of 1 … 50, every second one freed again. */
function heap(holes: number): TrackedAllocator {
  const allocator = new TrackedAllocator(2 ** 31);
  const addresses = Array.from({ length: 2 * holes }, (_, i) => allocator.allocate(1 + (i % 50)));
  for (let i = 0; i < addresses.length; i += 2) allocator.free(addresses[i]!);
  return allocator;
}

beforeEach(() => {
  calls = 0;
});

describe.each([false, true])("noOverlap %s", (noOverlap) => {
  const MOST = 20;

  test("one move at a time, through a whole heap", () => {
    using allocator = heap(5000);
    calls = 0;
    let moves = 0;
    for (let done = false; !done; ) {
      const result = allocator.defragment({ maxMoves: 1, noOverlap });
      done = result.done;
      moves += result.moves.length;
    }
    expect(moves).toBeGreaterThanOrEqual(5000);
    expect(moves).toBeLessThan(5100);
    expect(calls).toBeGreaterThan(moves);
    expect(calls).toBeLessThan(MOST * moves);
  });

  test("one move after one free, in a heap otherwise done", () => {
    using allocator = heap(5000);
    allocator.defragment({ noOverlap });
    const blocks = [...allocator.blocks()];
    calls = 0;
    for (const index of [4900, 4950, 4999]) allocator.free(blocks[index]!.start);
    const { moves } = allocator.defragment({ maxMoves: 1, noOverlap });
    expect(moves).toHaveLength(1);
    expect(calls).toBeLessThan(40);
  });

  test("being blocked is found out once, however many holes are", () => {
    using allocator = new TrackedAllocator(103 * 5000);
    for (let i = 0; i < 5000; i++) allocator.reserve(103 * i + 3, 100);
    calls = 0;
    const { blocked, done } = allocator.defragment({ noOverlap });
    expect({ blocked, done }).toEqual({ blocked: noOverlap, done: !noOverlap });
    expect(calls).toBeLessThan(8 * 5000);
    calls = 0;
    allocator.defragment({ noOverlap });
    expect(calls).toBeLessThan(20);
  });

  test("a large gap that alignment leaves below has nothing searched again and again", () => {
    const gap = 2 ** 12;
    using allocator = new TrackedAllocator(gap + 1 + 30 * 5000 + 22 * 500);
    allocator.reserve(0, 1);
    allocator.reserve(gap, 1, { alignment: gap });
    // Holes too short for the blocks after them, then some that are not.
    for (let i = 0; i < 5000; i++) allocator.reserve(gap + 11 + 30 * i, 20);
    const start = gap + 1 + 30 * 5000;
    for (let i = 0; i < 500; i++) allocator.reserve(start + 11 + 22 * i, 11);
    calls = 0;
    const { moves, done } = allocator.defragment({ noOverlap });
    expect(done).toBe(true);
    expect(moves.length).toBeGreaterThanOrEqual(5500);
    expect(calls).toBeLessThan(MOST * moves.length);
  });

  test("nor has it when all above stays blocked", () => {
    const gap = 2 ** 12;
    using allocator = new TrackedAllocator(gap + 1 + 30 * 5000);
    allocator.reserve(0, 1);
    allocator.reserve(gap, 1, { alignment: gap });
    for (let i = 0; i < 5000; i++) allocator.reserve(gap + 11 + 30 * i, 20);
    calls = 0;
    expect(allocator.defragment({ noOverlap }).blocked).toBe(noOverlap);
    expect(calls).toBeLessThan(8 * 5000);
  });
});
