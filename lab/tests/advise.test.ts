// Advice: different policies for programs of different habits, and every figure in the sentences right.

import { readFileSync } from "node:fs";
import { TRACKED_POLICIES, type TrackedPolicy } from "suballoc";
import { describe, expect, test } from "vitest";
import { advise, type Candidate, choose } from "../src/advise/advise.ts";
import { inUnits } from "../src/advise/granularity.ts";
import { refusalsIn } from "../src/advise/refusals.ts";
import { factoryOf } from "../src/replay/allocator.ts";
import { smallestCapacity } from "../src/replay/smallest-capacity.ts";
import { readTrace } from "../src/trace/read.ts";
import type { Trace } from "../src/trace/trace.ts";
import { programs, traceBy } from "./recordings.ts";
import { streamOf } from "./traces.ts";

/** As measured, except the time. */
function candidatesFor(
  trace: Trace,
  times: Partial<Record<TrackedPolicy, number>> = {},
): Candidate[] {
  return TRACKED_POLICIES.map((policy) => ({
    policy,
    smallest: smallestCapacity(trace, policy, factoryOf(policy)),
    nanosecondsPerOperation: times[policy] ?? 50,
  }));
}

describe("programs for which one policy needs least", () => {
  test.each(Object.entries(programs))("%s", async (policy, program) => {
    const trace = await traceBy(program);
    const advice = advise(trace, candidatesFor(trace));
    expect(advice.policy).toBe(policy);
    expect(advice.capacity).toBe(trace.peakLiveBytes);
    expect(advice.sentences[0]).toBe(
      `Take ${policy}: with it the trace fits in its peak of live bytes, ${trace.peakLiveBytes}; nothing could need less, at 50 ns an operation.`,
    );
    for (const row of advice.policies) {
      const needsMore = row.capacity > advice.capacity;
      expect(row.refusals.allocations > 0).toBe(needsMore);
      if (needsMore) expect(advice.sentences.join(" ")).toContain(row.policy);
    }
  });
});

test("a policy that only TrackedAllocator has, for the object pool that comes with the page", async () => {
  const bytes = readFileSync(new URL("../traces/object-pool.rec.gz", import.meta.url));
  const trace = await readTrace(streamOf(bytes, 1000));
  const advice = advise(trace, candidatesFor(trace));
  expect(advice.policy).toBe("segregated-fit");
  expect(advice.sentences[0]).toMatch(/^Take segregated-fit \(TrackedAllocator only\): with it /);
  const { refusals } = advice.policies.find(({ policy }) => policy === "first-fit")!;
  expect(refusals).toMatchObject({ allocations: 1, fragmented: 1 });
});

describe("memory first, then time, then less memory", () => {
  const candidate = (policy: TrackedPolicy, capacity: number, time: number): Candidate => ({
    policy,
    smallest: { capacity, noneBelow: capacity, exact: true },
    nanosecondsPerOperation: time,
  });

  test.each<[string, Candidate[], TrackedPolicy]>([
    [
      "much less memory",
      [candidate("first-fit", 1100, 10), candidate("best-fit", 1000, 90)],
      "best-fit",
    ],
    [
      "hardly less memory",
      [candidate("first-fit", 1009, 10), candidate("best-fit", 1000, 90)],
      "first-fit",
    ],
    [
      "times that may be chance",
      [candidate("first-fit", 1009, 10), candidate("best-fit", 1000, 12)],
      "best-fit",
    ],
    [
      "nothing between them",
      [candidate("worst-fit", 1000, 10), candidate("next-fit", 1000, 10)],
      "next-fit",
    ],
  ])("%s", (_, candidates, policy) => {
    expect(choose(candidates).policy).toBe(policy);
  });

  test("says what is given up for speed", async () => {
    const trace = await traceBy(programs["best-fit"]);
    const sentences = advise(trace, [
      candidate("first-fit", 1009, 10),
      candidate("best-fit", 1000, 90),
      candidate("worst-fit", 1500, 10),
    ]).sentences;
    expect(sentences[1]).toBe(
      "Best-fit needs 0.892 % less, but takes 9.0 times as long; worst-fit needs 48.66 % more.",
    );
    const [, hardly] = advise(trace, [
      candidate("first-fit", 1_000_001, 10),
      candidate("best-fit", 1_000_000, 90),
    ]).sentences;
    expect(hardly).toBe("Best-fit needs under 0.01 % less, but takes 9.0 times as long.");
    const [, several] = advise(trace, [
      candidate("first-fit", 1009, 10),
      candidate("linked-list", 1004, 15),
      candidate("best-fit", 1000, 90),
    ]).sentences;
    expect(several).toBe(
      "Best-fit needs 0.892 % less, but takes 9.0 times as long; linked-list needs 0.496 % less, but takes 1.5 times as long.",
    );
  });
});

test("refusals, counted as the program goes on without them", async () => {
  const trace = await traceBy((allocator) => {
    const [a, , c] = [100, 10, 100, 10].map((size) => allocator.allocate(size));
    allocator.free(a!);
    allocator.free(c!);
    allocator.free(allocator.allocate(150)); // enough free in all, but in two pieces
    allocator.free(allocator.allocate(300));
    allocator.allocate(90);
  });
  expect(refusalsIn(trace, factoryOf("first-fit"), 220)).toEqual({
    allocations: 2,
    fragmented: 1,
    smallest: 150,
  });
  expect(refusalsIn(trace, factoryOf("first-fit"), 1000)).toEqual({
    allocations: 0,
    fragmented: 0,
    smallest: 0,
  });
});

describe("granularity", () => {
  const aligned = (sizeOf: (i: number) => number) =>
    traceBy((allocator) => {
      const live: number[] = [];
      for (let i = 0; i < 3000; i++) {
        live.push(allocator.allocate(sizeOf(i), 256));
        if (live.length > 200) allocator.free(live.splice((i * 31) % 200, 1)[0]!);
      }
    });

  test("sizes and alignments that are multiples of it anyway", async () => {
    const trace = await aligned((i) => 256 * (1 + (i % 9)));
    const advice = advise(trace, candidatesFor(trace, { "first-fit": 1e6 }).slice(0, 1));
    expect(advice.granularities[0]).toMatchObject({ granularity: 256, isNatural: true });
    expect(advice.granularities[0]!.capacity).toBe(advice.capacity);
    expect(advice.granularities[0]!.isExact).toBe(true); // of first fit, always
    expect(advice.sentences.at(-1)).toMatch(
      /^All sizes and alignments are multiples of 256\. With granularity 256, [\d,]+ bytes do, at \d+ ns/,
    );
  });

  test("counts in units, and rounds up", async () => {
    const trace = await aligned((i) => 100 + i);
    const units = inUnits(trace, 64);
    expect([...units.sizes.slice(0, 3)]).toEqual([2, 2, 2]);
    expect(units.alignments[0]).toBe(4);
    expect(inUnits(trace, 256).isAligned).toBe(false);
    expect(inUnits(trace, 96).alignments[0]).toBe(8); // 768, the least common multiple, in units of 96
    expect(units.peakLiveBytes * 64).toBeGreaterThanOrEqual(trace.peakLiveBytes);
  });

  test("a cost is not advised", async () => {
    const trace = await traceBy((allocator) => {
      for (let i = 0; i < 50; i++) allocator.allocate(65 + (i % 2));
    });
    const advice = advise(trace, candidatesFor(trace, { "first-fit": 1e6 }).slice(0, 1));
    expect(advice.granularities.map(({ granularity }) => granularity)).toEqual([16]);
    expect(advice.sentences.join(" ")).not.toContain("ranularity");
  });
});

test("what defragmentation would save", async () => {
  const trace = await traceBy((allocator) => {
    const starts = Array.from({ length: 200 }, () => allocator.allocate(100));
    for (let i = 0; i < 200; i += 2) allocator.free(starts[i]!);
    allocator.allocate(10_000);
  });
  const advice = advise(trace, candidatesFor(trace));
  // The last block lies where it must in the end.
  expect(advice.defragmented).toMatchObject({ capacity: 20_000, moves: 99, movedBytes: 9900 });
  expect(advice.sentences.join(" ")).toContain(
    "With TrackedAllocator, defragmented when an allocation does not fit, 20,000 bytes do, 33.33 % less, for 99 moves of 9,900 bytes in all (33.00 % of what is allocated).",
  );
});
