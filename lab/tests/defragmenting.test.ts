// Replays that defragment: everything fits in the peak of live bytes itself, and what had to be moved is counted.

import { POLICIES } from "suballoc";
import { expect, test } from "vitest";
import { replayDefragmenting } from "../src/replay/defragmenting.ts";
import { readBundled, traceOf } from "./traces.ts";

test("a small block between two holes makes room for one as large as both", () => {
  const trace = traceOf([
    { allocate: 10 },
    { allocate: 1 },
    { allocate: 10 },
    { allocate: 2 },
    { free: 1 },
    { free: 2 },
    { allocate: 20 },
  ]);
  // Before them all is a block of 1. That of 1 at 11 must slide, that of 2 at 22 need not.
  expect(replayDefragmenting(trace, "first-fit")[0]).toEqual({
    capacity: 24,
    defragmentations: 1,
    moves: 1,
    movedBytes: 1,
    mostAtOnce: 1,
  });
});

test.each(POLICIES)("a real trace fits in its peak: %s", async (policy) => {
  const trace = await readBundled("sqlite");
  const [atPeak, ...above] = replayDefragmenting(trace, policy);
  expect(atPeak?.capacity).toBe(trace.peakLiveBytes);
  expect(atPeak?.defragmentations).toBeGreaterThan(0);
  expect(atPeak?.movedBytes).toBeGreaterThanOrEqual(atPeak?.mostAtOnce as number);
  for (const { movedBytes } of above) expect(movedBytes).toBeLessThan(atPeak?.movedBytes as number);
});

test("no further than so many moves", async () => {
  const trace = await readBundled("sqlite");
  const [atPeak] = replayDefragmenting(trace, "first-fit");
  const { moves } = atPeak!;
  expect(replayDefragmenting(trace, "first-fit", undefined, moves + 1)[0]).toEqual(atPeak);
  const fewer = replayDefragmenting(trace, "first-fit", undefined, moves - 1);
  expect(fewer.map(({ capacity }) => capacity)).not.toContain(trace.peakLiveBytes);
});

test("a peak of 2^53 - 1 bytes", () => {
  const trace = traceOf([{ allocate: 2 ** 53 - 2 }]);
  const capacities = replayDefragmenting(trace, "first-fit").map(({ capacity }) => capacity);
  expect(capacities).toEqual([2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 1]);
});
