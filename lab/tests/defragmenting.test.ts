// Replays that defragment: everything fits in the peak of live bytes itself, and what had to be moved is counted.

import { POLICIES } from "suballoc";
import { expect, test } from "vitest";
import { replayDefragmenting } from "../src/replay/defragmenting.ts";
import { readBundled, traceOf } from "./traces.ts";

test("two small blocks with holes before them make room for one as large as both holes", () => {
  const trace = traceOf([
    { allocate: 10 },
    { allocate: 1 },
    { allocate: 10 },
    { allocate: 2 },
    { free: 1 },
    { free: 2 },
    { allocate: 20 },
  ]);
  // Before them all is a block of 1. Those of 1 and 2, at 11 and 22, must both slide.
  expect(replayDefragmenting(trace, "first-fit")[0]).toEqual({
    capacity: 24,
    defragmentations: 1,
    moves: 2,
    movedBytes: 3,
    mostAtOnce: 3,
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
