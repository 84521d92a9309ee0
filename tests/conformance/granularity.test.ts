// Granularity: an allocator with one behaves in the caller's unit exactly as the model does in units of it, whatever sizes
// round up to them; what is no multiple is refused.

import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { MemoryAllocator, POLICIES, TrackedAllocator } from "../../src/index.ts";
import { Pair } from "../support/pair.ts";
import { Holder, requestsFor } from "../support/requests.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf, stateOf } from "../support/state.ts";
import { fitsUnits, inUnitsOf } from "../support/units.ts";

beforeAll(() => {
  Error.stackTraceLimit = 0;
});

describe.each(POLICIES)("as the model: %s", (policy) => {
  test.each([
    [1000, 2],
    [1000, 20],
    [100_000, 256],
    [2 ** 32 - 2, 256],
    [2 ** 32 + 5, 1000],
  ])("%d units of %d", (capacity, granularity) => {
    const requests = fc.array(requestsFor(capacity), { maxLength: 250, size: "max" });
    fc.assert(
      fc.property(fc.limitShrink(fc.tuple(fc.nat(), requests), 1000), ([start, sequence]) => {
        const pair = new Pair(policy, capacity, inUnitsOf(granularity, randomFrom(start)));
        try {
          const holder = new Holder(pair);
          holder.makeHoles(60);
          for (const request of sequence) {
            const operation = holder.operationFor(request);
            if (operation && fitsUnits(operation, granularity)) holder.carryOut(operation);
            pair.check();
          }
        } finally {
          pair.allocator.dispose();
        }
      }),
      { seed, numRuns: 6 },
    );
  });
});

describe.each([MemoryAllocator, TrackedAllocator])("$name", (Class) => {
  test("rounding shows: capacity down, sizes up, statistics in the caller's unit", () => {
    const allocator = new Class(1000, { granularity: 256 });
    expect(allocator.capacity).toBe(768);
    expect(allocator.granularity).toBe(256);
    expect(allocator.allocate(1)).toBe(0);
    expect(allocator.allocate(256)).toBe(256);
    expect(allocator.getStats()).toMatchObject({
      capacity: 768,
      granularity: 256,
      freeMemory: 256,
      largestFreeBlock: 256,
      freeBlockCount: 1,
    });
    expect([...allocator.freeBlocks()]).toEqual([{ start: 512, size: 256 }]);
    expect(allocator.tryAllocate(257)).toBe(undefined);
    expect(errorOf(() => allocator.allocate(300))).toMatchObject({
      code: "ERR_OUT_OF_MEMORY",
      requested: 300,
      largest: 256,
      free: 256,
    });
    allocator.grow(1100);
    expect(allocator.capacity).toBe(1024);
    allocator.shrink(1023);
    expect(allocator.capacity).toBe(768);
    expect(allocator.shrinkToFit()).toBe(512);
    expect(errorOf(() => allocator.shrink(300))).toMatchObject({
      code: "ERR_TAIL_IN_USE",
      blocking: { start: 256, size: 256 },
    });
    allocator.dispose();
  });

  test("both the size asked for and the rounded one free a range", () => {
    const allocator = new Class(4096, { granularity: 256 });
    for (const size of [300, 301, 512]) {
      const address = allocator.allocate(300);
      allocator.free(address, size);
      expect(allocator.getFreeMemory()).toBe(4096);
    }
    allocator.dispose();
  });

  test("alignment on top: addresses are multiples of both", () => {
    const random = randomFrom(seed);
    for (const granularity of [1, 4, 20, 256, 1000]) {
      const allocator = new Class(2 ** 33, { granularity });
      allocator.reserve(0, granularity);
      for (const alignment of [1, 2, 3, 8, 20, 30, 256, 257, 1024, 99_991]) {
        const address = allocator.allocate(1 + random(5000), alignment);
        expect(address % alignment).toBe(0);
        expect(address % granularity).toBe(0);
      }
      allocator.validate();
      allocator.dispose();
    }
  });

  test("an address that is no multiple is refused, and nothing changes", () => {
    const allocator = new Class(10_000, { granularity: 100 });
    for (let i = 0; i < 10; i++) allocator.allocate(300);
    allocator.free(300, 300);
    const before = allocator.snapshot();
    const code = Class === MemoryAllocator ? "ERR_NOT_ALIGNED" : "ERR_INSIDE_BLOCK";
    expect(errorOf(() => allocator.free(650, 100)).code).toBe(code);
    expect(errorOf(() => allocator.reserve(301, 5)).code).toBe("ERR_NOT_ALIGNED");
    expect(allocator.snapshot()).toEqual(before);
    allocator.dispose();
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53, Infinity, "4", null, 4n, {}])(
    "%o is refused",
    (value) => {
      const error = errorOf(() => new Class(100, { granularity: value as number }));
      expect(error).toMatchObject({ argument: "granularity", value });
      expect(error.code).toMatch(/^ERR_(GRANULARITY_NOT_POSITIVE|NOT_AN_INTEGER|NOT_A_NUMBER)$/);
    },
  );

  test("larger than the capacity is refused", () => {
    expect(errorOf(() => new Class(100, { granularity: 101 }))).toMatchObject({
      code: "ERR_CAPACITY_OUT_OF_RANGE",
      value: 100,
    });
    new Class(101, { granularity: 101 }).dispose();
  });

  test("copies keep it", () => {
    const allocator = new Class(2 ** 40, { granularity: 256 });
    allocator.allocate(1000);
    allocator.reserve(2 ** 39, 1);
    for (const copy of [allocator.clone(), Class.restore(allocator.snapshot())]) {
      expect(copy.granularity).toBe(256);
      expect([...copy.freeBlocks()]).toEqual([...allocator.freeBlocks()]);
      expect(copy.allocate(1)).toBe(1024);
      copy.dispose();
    }
    allocator.dispose();
  });
});

test("sizes at the limit of exact numbers round up exactly", () => {
  const random = randomFrom(seed);
  for (const granularity of [2, 3, 255, 256, 257, 65_537]) {
    const allocator = new MemoryAllocator(2 ** 53 - 1, { granularity });
    const { capacity } = allocator;
    for (let i = 0; i < 300; i++) {
      const start =
        Math.floor((capacity - 1 - random(100 * granularity)) / granularity) * granularity;
      allocator.reserve(start, 1);
      const size = granularity;
      expect(errorOf(() => allocator.free(start + 1, 1)).code).toMatch(
        /ERR_NOT_ALIGNED|OUT_OF_BOUNDS/,
      );
      expect(errorOf(() => allocator.reserve(start, size)).code).toBe("ERR_NOT_FREE");
      allocator.free(start, size);
    }
    expect(stateOf(allocator).free).toEqual([{ start: 0, size: capacity }]);
    allocator.reserve(0, capacity - granularity + 1);
    expect(allocator.getFreeMemory()).toBe(0);
    allocator.dispose();
  }
});
