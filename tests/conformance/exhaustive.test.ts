// Every sequence of operations on tiny capacities, each policy against its model.

import { describe, expect, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { walkByHistory, walkInFull } from "../support/walk.ts";

describe.each(POLICIES)("every sequence of operations: %s", (policy) => {
  test.each([
    [1, 8],
    [2, 8],
    [3, 7],
    [4, 5],
    [5, 5],
    [6, 4],
    [8, 3],
  ])("capacity %d, all sequences to depth %d", (capacity, depth) => {
    const { steps, refusals } = walkInFull(policy, capacity, depth);
    expect(steps).toBeGreaterThan(2 ** depth);
    expect(refusals).toBeGreaterThan(2 ** capacity);
  });

  test.each([
    [4, 2],
    [5, 2],
    [6, 1],
    [7, 1],
    [8, 1],
  ])("capacity %d, any depth, each history of %d states", (capacity, remembered) => {
    const { states, refusals } = walkByHistory(policy, capacity, remembered);
    expect(states).toBeGreaterThanOrEqual(2 ** capacity);
    expect(refusals).toBeGreaterThan(4 ** capacity);
  });
});
