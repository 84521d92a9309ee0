// Churn with hundreds and thousands of free blocks at once: structures several levels deep.

import { describe, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { churn, type Load } from "../support/churn.ts";

const LOADS: readonly Load[] = [
  { capacity: 5000, largestSize: 40, operations: 15_000, checkEvery: 20 },
  { capacity: 2 ** 40, largestSize: 2 ** 33, operations: 15_000, checkEvery: 20 },
  { capacity: 30_000, largestSize: 8, operations: 15_000, checkEvery: 500 },
];

describe.each(POLICIES)("churn: %s", (policy) => {
  test.each(LOADS)("capacity $capacity, sizes to $largestSize, $operations operations", (load) => {
    churn(policy, load);
  });
});
