// The smallest capacity, against trying every capacity one by one.

import fc from "fast-check";
import { MemoryAllocator, POLICIES } from "suballoc";
import { describe, expect, test } from "vitest";
import type { AllocatorFactory } from "../src/replay/allocator.ts";
import { replay } from "../src/replay/replay.ts";
import { smallestCapacity } from "../src/replay/smallest-capacity.ts";
import type { Trace } from "../src/trace/trace.ts";
import { MODEL_POLICIES, ModelAllocator } from "./model-allocator.ts";
import { readBundled, type Step, traceOf } from "./traces.ts";

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ allocate: fc.integer({ min: 1, max: 24 }) }) },
    { weight: 2, arbitrary: fc.record({ free: fc.nat(30) }) },
  ) as fc.Arbitrary<Step>,
  { minLength: 1, maxLength: 60 },
);

function fits(trace: Trace, create: AllocatorFactory, capacity: number): boolean {
  return replay(trace, create, capacity).failure === undefined;
}

function triedOneByOne(trace: Trace, create: AllocatorFactory): number {
  let capacity = trace.peakLiveBytes;
  while (!fits(trace, create, capacity)) capacity++;
  return capacity;
}

const allocators: [string, string, AllocatorFactory][] = [
  ...MODEL_POLICIES.map((policy): [string, string, AllocatorFactory] => [
    `model, ${policy}`,
    policy,
    (capacity) => new ModelAllocator(capacity, policy),
  ]),
  ...POLICIES.map((policy): [string, string, AllocatorFactory] => [
    `suballoc, ${policy}`,
    policy,
    (capacity) => new MemoryAllocator(capacity, { policy }),
  ]),
];

test("next fit standing at the very end passes over a tail that would do, until the block is larger", () => {
  const trace = traceOf([
    { allocate: 1 },
    { free: 0 },
    { allocate: 1 },
    { allocate: 20 },
    { free: 8 },
    { free: 0 },
    { allocate: 1 },
    { allocate: 21 },
    { free: 0 },
  ]);
  const create: AllocatorFactory = (capacity) => new ModelAllocator(capacity, "next-fit");
  expect(smallestCapacity(trace, "next-fit", create).capacity).toBe(triedOneByOne(trace, create));
});

test.each(allocators)("%s: nothing smaller fits", (_, policy, create) => {
  fc.assert(
    fc.property(steps, (given) => {
      const trace = traceOf(given);
      const found = smallestCapacity(trace, policy, create);
      const capacity = triedOneByOne(trace, create);
      expect(found).toEqual({ capacity, noneBelow: capacity, exact: true });
    }),
    { numRuns: 1000 },
  );
});

describe("a search cut short", () => {
  test.each(["next-fit", "best-fit", "worst-fit", "unheard-of"])(
    "%s: the bounds hold",
    (policy) => {
      const create: AllocatorFactory = (capacity) => new ModelAllocator(capacity, policy);
      fc.assert(
        fc.property(steps, fc.integer({ min: 0, max: 100 }), (given, budget) => {
          const trace = traceOf(given);
          const { capacity, noneBelow, exact } = smallestCapacity(trace, policy, create, {
            budget,
          });
          const least = triedOneByOne(trace, create);
          expect(noneBelow).toBeLessThanOrEqual(least);
          expect(capacity).toBeGreaterThanOrEqual(least);
          expect(fits(trace, create, capacity)).toBe(true);
          if (exact) expect(noneBelow).toBe(capacity);
        }),
        { numRuns: 200 },
      );
    },
  );
});

test("a larger block can be worse: best fit on the SQLite trace", async () => {
  const trace = await readBundled("sqlite");
  const create: AllocatorFactory = (capacity) =>
    new MemoryAllocator(capacity, { policy: "best-fit" });
  expect(fits(trace, create, 1_489_599)).toBe(true);
  expect(fits(trace, create, 1_490_486)).toBe(false);
  expect(fits(trace, create, 1_490_487)).toBe(true);
});

test("the search for first fit on the SQLite trace is its footprint", async () => {
  const trace = await readBundled("sqlite");
  const create: AllocatorFactory = (capacity) =>
    new MemoryAllocator(capacity, { policy: "first-fit" });
  const { capacity, exact } = smallestCapacity(trace, "first-fit", create);
  expect(exact).toBe(true);
  expect(Math.max(...footprint(trace, create, 2 ** 40))).toBe(capacity);
  expect(fits(trace, create, capacity - 1)).toBe(false);
});

function* footprint(trace: Trace, create: AllocatorFactory, capacity: number): Generator<number> {
  const { addresses } = replay(trace, create, capacity);
  for (let id = 0; id < addresses.length; id++) yield addresses[id]! + trace.sizes[id]!;
}
