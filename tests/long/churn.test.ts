// Long runs: more than ten million operations over all policies, each result compared with the
// model, all of the state and the structure now and then.

import { describe, expect, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { churn, type Load } from "../support/churn.ts";

const LOADS: readonly Load[] = [
  { capacity: 64, largestSize: 12, operations: 400_000, checkEvery: 2048 },
  { capacity: 4000, largestSize: 100, operations: 800_000, checkEvery: 2048 },
  { capacity: 2 ** 32 - 1, largestSize: 2 ** 26, operations: 300_000, checkEvery: 2048 },
  { capacity: 2 ** 32 + 5, largestSize: 2 ** 27, operations: 300_000, checkEvery: 2048 },
  { capacity: 2 ** 53 - 1, largestSize: 2 ** 47, operations: 300_000, checkEvery: 2048 },
  { capacity: 100_000, largestSize: 60, operations: 60_000, checkEvery: 2048 },
  { capacity: 300_000, largestSize: 20, operations: 60_000, checkEvery: 2048 },
];

test("they are more than ten million in all", () => {
  const perPolicy = LOADS.reduce((sum, { operations }) => sum + operations, 0);
  expect(POLICIES.length * perPolicy).toBeGreaterThan(10_000_000);
});

describe.each(POLICIES)("churn: %s", (policy) => {
  test.each(LOADS)("capacity $capacity, sizes to $largestSize, $operations operations", (load) => {
    churn(policy, load);
  });
});
