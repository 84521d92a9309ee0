// Replaying: what is measured is right, every policy passes every check on the real traces, and an
// allocator that is at fault is caught.

import { TRACKED_POLICIES } from "suballoc";
import { describe, expect, test } from "vitest";
import { type AllocatorFactory, factoryOf, roundingOf } from "../src/replay/allocator.ts";
import { ReplayFault } from "../src/replay/live-ranges.ts";
import { measure } from "../src/replay/measure.ts";
import { replay } from "../src/replay/replay.ts";
import { smallestCapacity } from "../src/replay/smallest-capacity.ts";
import { ModelAllocator } from "./model-allocator.ts";
import { bundled, readBundled, readText } from "./traces.ts";

const firstFit: AllocatorFactory = (capacity) => new ModelAllocator(capacity, "first-fit");

const small = await readText(
  [
    "malloc(20) = 0x1",
    "malloc(30) = 0x2",
    "malloc(40) = 0x3",
    "free(0x2)",
    "malloc(25) = 0x4",
    "free(0x1)",
    "free(0x4)",
  ]
    .map((body) => `--1-- ${body}`)
    .join("\n"),
);

describe("one replay", () => {
  test("addresses, peak and series", () => {
    const result = replay(small, firstFit, 100);
    expect([...result.addresses]).toEqual([0, 20, 50, 20]);
    expect(result).toMatchObject({ operations: 7, failure: undefined });
    expect(result.peak).toEqual({
      operation: 2,
      liveBytes: 90,
      freeMemory: 10,
      largestFreeBlock: 10,
      externalFragmentation: 0,
      freeBlocks: [{ start: 90, size: 10 }],
    });
    const { series } = result;
    expect([...series.operation]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...series.liveBytes]).toEqual([20, 50, 90, 60, 85, 65, 40]);
    expect([...series.largestFreeBlock]).toEqual([80, 50, 10, 30, 10, 20, 50]);
    expect([...series.freeBlockCount]).toEqual([1, 1, 1, 2, 2, 3, 2]);
    expect([...series.end]).toEqual([20, 50, 90, 90, 90, 90, 90]);
  });

  test("stops at the first allocation that does not fit", () => {
    const result = replay(small, firstFit, 89);
    expect(result).toMatchObject({ operations: 2, failure: { size: 40, line: 3 } });
    expect(result.peak).toMatchObject({ operation: 2, liveBytes: 50, freeMemory: 39 });
    expect([...result.addresses]).toEqual([0, 20, -1, -1]);
  });

  test("samples at most as often as asked, the last operation included", () => {
    const { series } = replay(small, firstFit, 100, { samples: 3 });
    expect([...series.operation]).toEqual([2, 5, 6]);
  });

  test("a measurement: at the smallest capacity, or at the one asked for", () => {
    const least = measure(small, "linked-list", firstFit);
    expect(least.smallest).toEqual({ capacity: 90, noneBelow: 90, exact: true });
    expect(least.replay).toMatchObject({ capacity: 90, failure: undefined });
    expect(least.nanosecondsPerOperation).toBeGreaterThan(0);
    const asked = measure(small, "linked-list", firstFit, { capacity: 89 });
    expect(asked.smallest).toEqual(least.smallest);
    expect(asked.replay).toMatchObject({ capacity: 89, failure: { size: 40 } });
    expect(asked.nanosecondsPerOperation).toBeUndefined();
  });
});

describe("an allocator at fault is caught", () => {
  const faults: [string, (allocator: ModelAllocator) => void, RegExp][] = [
    [
      "ranges that overlap",
      (a) => {
        const take = a.tryAllocate.bind(a);
        let n = 0;
        a.tryAllocate = (size) => {
          const address = take(size);
          return ++n === 2 ? 10 : address;
        };
      },
      /\[10, 40\) overlaps the live range \[0, 20\)/,
    ],
    [
      "an address past the end",
      (a) => {
        a.tryAllocate = () => 95;
      },
      /outside the block/,
    ],
    [
      "a fractional address",
      (a) => {
        a.tryAllocate = () => 0.5;
      },
      /outside the block/,
    ],
    [
      "a free that frees nothing",
      (a) => {
        a.free = () => {};
      },
      /live and .* free|is missing|reported/,
    ],
    [
      "free memory miscounted",
      (a) => {
        const count = a.getFreeMemory.bind(a);
        a.getFreeMemory = () => count() + 1;
      },
      /20 live and 81 free, of 100/,
    ],
    [
      "a wrong largest block",
      (a) => {
        a.getLargestFreeBlock = () => 7;
      },
      /largest free block 7, not 80/,
    ],
    [
      "neighbours not merged",
      (a) => {
        const list = a.freeBlocks.bind(a);
        a.freeBlocks = function* () {
          for (const { start, size } of list()) {
            yield { start, size: 1 };
            if (size > 1) yield { start: start + 1, size: size - 1 };
          }
        };
      },
      /largest free block|reported/,
    ],
    [
      "a free that throws",
      (a) => {
        a.free = () => {
          throw new Error("cannot");
        };
      },
      /operation 3 \(line 4\): cannot/,
    ],
  ];
  test.each(faults)("%s", (_, break_, message) => {
    const factory: AllocatorFactory = (capacity) => {
      const allocator = new ModelAllocator(capacity, "first-fit");
      break_(allocator);
      return allocator;
    };
    expect(() => replay(small, factory, 100)).toThrow(ReplayFault);
    expect(() => replay(small, factory, 100)).toThrow(message);
  });

  test("a block lost only at the very end", () => {
    let calls = 0;
    const factory: AllocatorFactory = (capacity) => {
      const allocator = new ModelAllocator(capacity, "first-fit");
      const free = allocator.free.bind(allocator);
      allocator.free = (address, size) => (++calls === 4 ? undefined : free(address, size));
      return allocator;
    };
    expect(() => replay(small, factory, 100)).toThrow(
      /the last 1 blocks freed, 2 free blocks are left/,
    );
  });
});

describe("the bundled traces through suballoc", () => {
  for (const name of bundled) {
    test.each(TRACKED_POLICIES)(`${name}: %s`, async (policy) => {
      const trace = await readBundled(name);
      const create = factoryOf(policy);
      const rounding = roundingOf(policy);
      const smallest = smallestCapacity(trace, policy, create, { budget: 0 });
      const fitting = replay(trace, create, smallest.capacity, { rounding });
      expect(fitting).toMatchObject({ failure: undefined, operations: trace.operations.length });
      expect(fitting.peak.liveBytes).toBe(trace.peakLiveBytes);
      expect(smallest.capacity).toBeGreaterThanOrEqual(trace.peakLiveBytes);
      expect(replay(trace, create, smallest.capacity - 1, { rounding }).failure).toBeDefined();
      expect(Math.max(...fitting.series.end)).toBeLessThanOrEqual(smallest.capacity);
    });
  }
});
