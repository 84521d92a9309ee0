// Tracked allocators with a granularity: they do in the caller's unit what the model does in units of it, defragmentation,
// labels and snapshots included.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { POLICIES, TrackedAllocator } from "../../src/index.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf } from "../support/state.ts";
import { InUnits } from "./in-units.ts";
import { requestsFor } from "./requests.ts";
import { Twin } from "./twin.ts";

describe.each(POLICIES)("as the model: %s", (policy) => {
  test.each([
    [100, 20],
    [3000, 256],
    [2 ** 32 - 40, 256],
    [2 ** 32 + 5, 1000],
  ])("%d units of %d", (capacity, granularity) => {
    const sequences = fc.array(requestsFor(capacity), { maxLength: 120, size: "max" });
    fc.assert(
      fc.property(fc.nat(), sequences, (start, requests) => {
        const random = randomFrom(start);
        const twin = new Twin(policy, capacity);
        const seenInUnits = (allocator: TrackedAllocator) =>
          new InUnits(allocator, random) as unknown as TrackedAllocator;
        twin.allocator.dispose();
        twin.allocator = seenInUnits(
          new TrackedAllocator(capacity * granularity, { policy, granularity }),
        );
        try {
          for (const request of requests) {
            twin.run(request);
            // After a clone or a restore.
            if (twin.allocator instanceof TrackedAllocator)
              twin.allocator = seenInUnits(twin.allocator);
            twin.check();
          }
        } finally {
          twin.allocator.dispose();
        }
      }),
      { seed, numRuns: 8 },
    );
  });
});

test("blocks are named, and sized, in the caller's unit", () => {
  using allocator = new TrackedAllocator(10_240, { granularity: 256 });
  const a = allocator.allocate(300, { label: "a" });
  const b = allocator.allocate(1, { alignment: 384, label: "b" });
  expect([a, b]).toEqual([0, 768]);
  expect(allocator.sizeOf(a)).toBe(512);
  expect(allocator.labelOf(b)).toBe("b");
  expect(allocator.has(b)).toBe(true);
  for (const address of [1, 255, 769]) expect(allocator.has(address)).toBe(false);
  expect([...allocator.blocks()]).toEqual([
    { start: 0, size: 512, label: "a" },
    { start: 768, size: 256, label: "b" },
  ]);
  expect(errorOf(() => allocator.sizeOf(100))).toMatchObject({
    code: "ERR_INSIDE_BLOCK",
    block: { start: 0, size: 512 },
  });
  expect(errorOf(() => allocator.labelOf(600))).toMatchObject({
    code: "ERR_NOT_ALLOCATED",
    freeBlock: { start: 512, size: 256 },
  });
  expect(errorOf(() => allocator.free(a, 513))).toMatchObject({
    code: "ERR_WRONG_SIZE",
    size: 513,
    block: { start: 0, size: 512 },
  });
  expect(allocator.resize(a, 700)).toBe(0);
  expect(allocator.sizeOf(a)).toBe(768);
  expect(allocator.toJSON().labels).toEqual([
    { label: "a", blocks: 1, size: 768 },
    { label: "b", blocks: 1, size: 256 },
  ]);
  allocator.free(a, 700);
  // Its alignment with the granularity: multiples of 768.
  expect(allocator.defragment()).toMatchObject({
    moves: [{ from: 768, to: 0, size: 256 }],
    movedBytes: 256,
    done: true,
  });
});

test("an allocation that fails with the alignment that a block keeps tells it in the caller's unit", () => {
  using allocator = new TrackedAllocator(1024, { granularity: 256 });
  const a = allocator.allocate(256, 384);
  allocator.allocate(256);
  expect(errorOf(() => allocator.resize(a, 600))).toMatchObject({
    code: "ERR_OUT_OF_MEMORY",
    requested: 600,
    alignment: 768,
  });
});

test("a resize that finds no room says so, even if no address but 0 has the block's alignment", () => {
  using allocator = new TrackedAllocator(100_000, { granularity: 1000 });
  allocator.allocate(1, { alignment: 2 ** 53 - 1 });
  allocator.allocate(1);
  expect(errorOf(() => allocator.resize(0, 2000))).toMatchObject({
    code: "ERR_OUT_OF_MEMORY",
    alignment: 2 ** 53 - 1,
  });
});
