// Real threads in Node. The long run is tests/long/shared-threads.test.ts.

import { expect, test } from "vitest";
import { POLICIES } from "../../src/policy.js";
import { seed } from "../support/seed.js";
import { nodeThreads } from "./support/node-threads.js";
import { churn, kill } from "./threads/scenarios.js";

const start = await nodeThreads();

test.each(POLICIES)("two and four workers, %s: no overlap, books balanced", async (policy) => {
  for (const workers of [2, 4]) {
    const result = await churn(start, { policy, workers, pairs: 5_000, seed, most: 60 });
    console.log(policy, workers, result);
    expect(result).toMatchObject({ pairs: workers * 5_000, overlaps: 0 });
  }
});

test.each(POLICIES)(
  "workers terminated at random, %s: nothing is damaged or lost",
  async (policy) => {
    const result = await kill(start, { policy, rounds: 6, victims: 4, seed, announces: false });
    console.log(policy, result);
    expect(result.terminated).toBe(25);
  },
);
