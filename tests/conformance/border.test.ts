// Growth across the border of 32-bit numbers: the allocator moves to the wide core, and nobody notices.

import { afterEach, describe, expect, test } from "vitest";
import { narrow } from "../../src/core/narrow.ts";
import { wide } from "../../src/core/wide.ts";
import { MemoryAllocator, POLICIES, TrackedAllocator } from "../../src/index.ts";
import { freezeStorage, storageBytes, thawStorage } from "../support/cores.ts";
import { Pair } from "../support/pair.ts";
import { errorOf, outcomeOf } from "../support/state.ts";

/** The largest capacity of the narrow core. */
const BORDER = 2 ** 32 - 2;

afterEach(thawStorage);

describe.each(POLICIES)("%s", (policy) => {
  test.each([
    [BORDER - 10, BORDER, BORDER + 1],
    [BORDER, BORDER + 1, 2 ** 33],
    [1000, 2 ** 40, 2 ** 53 - 1],
  ])("from %d to %d to %d and back", (...capacities) => {
    const pair = new Pair(policy, capacities[0]);
    pair.run(["reserve", 0, capacities[0]]);
    for (let i = 0; i < 300; i++) pair.run(["free", 3 * i, 1 + (i % 3)]);
    for (let i = 0; i < 10; i++) pair.run(["allocate", 1]);
    for (const capacity of [
      ...capacities.slice(1),
      capacities[0] + 5,
      capacities[2],
      capacities[0],
    ]) {
      pair.run([capacity > pair.model.capacity ? "grow" : "shrink", capacity]);
      pair.check();
      for (const size of [1, 2, 3, 4]) pair.run(["try", size]);
      pair.run(["free", 1, 3]);
      pair.check();
    }
    pair.allocator.dispose();
  });

  test("iterators and defragmentation go on", () => {
    using allocator = new TrackedAllocator(1000, { policy });
    for (let i = 0; i < 100; i++) allocator.allocate(10, { label: `${i % 3}`, alignment: 5 });
    for (let i = 0; i < 1000; i += 20) allocator.free(i);
    const free = allocator.freeBlocks();
    const live = allocator.blocks();
    expect(free.next().value).toEqual({ start: 0, size: 10 });
    expect(live.next().value).toEqual({ start: 10, size: 10, label: "1" });
    allocator.defragment({ maxMoves: 1, noOverlap: true });
    allocator.grow(2 ** 40);
    allocator.free(30);
    expect(free.next().value).toEqual({ start: 10, size: 40 - 10 + 10 });
    expect(live.next().value).toEqual({ start: 50, size: 10, label: "2" });
    expect(allocator.defragment({ noOverlap: true }).done).toBe(true);
    expect(allocator.getStats()).toMatchObject({ liveBlockCount: 49, freeBlockCount: 1 });
    allocator.validate();
  });
});

test("the storage in the narrow core is given back", () => {
  const used = () => narrow.abi.storageBytes();
  const grown: MemoryAllocator[] = [];
  const make = () => {
    const allocator = new MemoryAllocator(100_000);
    allocator.reserve(0, 100_000);
    for (let i = 0; i < 10_000; i++) allocator.free(10 * i, 1);
    allocator.grow(2 ** 33);
    grown.push(allocator);
  };
  make();
  const bytes = used();
  for (let i = 0; i < 5; i++) make();
  expect(used()).toBe(bytes);
  for (const allocator of grown) allocator.dispose();
});

describe.each([MemoryAllocator, TrackedAllocator])("%o: refused", (Class) => {
  test("without room in the wide core, growing leaves everything as it was", () => {
    const allocator = new Class(200_000);
    for (let i = 0; i < 10_000; i++) allocator.reserve(5 * i, 3);
    const before = allocator.snapshot();
    const stats = allocator.getStats();
    // As little room as there may be left: the move fails at its beginning, in its middle, and at its end.
    const refusals = new Set<number>();
    for (let room = 0; ; room = 4 * room + 256) {
      const { abi } = wide;
      const hog = new Class(2 ** 33);
      freezeStorage();
      // Takes the nodes that lie unused there.
      outcomeOf(() => {
        for (let i = 1; ; i++) hog.reserve(2 * i, 1);
      });
      abi.limitStorage(abi.storageBytes() + room);
      const outcome = outcomeOf(() => allocator.grow(2 ** 33));
      thawStorage();
      hog.dispose();
      if (outcome === undefined) break;
      refusals.add(room);
      expect(outcome).toBe("ERR_NODE_STORAGE");
      expect(allocator.capacity).toBe(200_000);
      expect(allocator.getStats()).toEqual(stats);
      expect(allocator.snapshot()).toEqual(before);
    }
    expect(refusals.size).toBeGreaterThan(1);
    expect(allocator.capacity).toBe(2 ** 33);
    allocator.validate();
    allocator.shrink(200_000);
    expect(allocator.snapshot()).toEqual(before);
    allocator.dispose();
  });

  test("an allocator that is too large for the narrow core starts in the wide one", () => {
    const bytes = storageBytes();
    const allocator = new Class(BORDER + 1);
    expect(errorOf(() => allocator.allocate(BORDER + 2)).code).toBe("ERR_OUT_OF_MEMORY");
    expect(allocator.allocate(BORDER)).toBe(0);
    expect(storageBytes()).toBeGreaterThanOrEqual(bytes);
    allocator.dispose();
  });
});
