// A shared heap with real threads in Node. The long run is tests/long/shared-heap.test.ts.

import { expect, test } from "vitest";
import { seed } from "../support/seed.js";
import { nodeThreads } from "./support/node-threads.js";
import { churnHeap, killOnHeap } from "./threads/heap-scenarios.js";

const start = await nodeThreads();

test.each([2, 4])("%d workers on one heap: no overlap, books balanced", async (workers) => {
  const options = { workers, pairs: 40_000, rounds: 0, seed, announces: false };
  const result = await churnHeap(start, options);
  console.log(result);
  expect(result).toMatchObject({ pairs: workers * 40_000, overlaps: 0 });
});

test("workers terminated at random: nothing is damaged, caches go back", async () => {
  const options = { workers: 4, pairs: 0, rounds: 6, seed, announces: false };
  const result = await killOnHeap(start, options);
  console.log(result);
  expect(result.reclaimed).toBeGreaterThan(100);
});
