// The walks of tests/conformance/exhaustive.test.ts, further than there is time for in every run.

import { describe, expect, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { tryEverything } from "../support/every.ts";
import { walkByHistory, walkInFull } from "../support/walk.ts";

describe.each(POLICIES)("every sequence of operations: %s", (policy) => {
  test.each([
    [3, 9],
    [4, 7],
    [5, 6],
    [6, 5],
    [8, 4],
  ])("capacity %d, all sequences to depth %d", (capacity, depth) => {
    const { steps } = walkInFull(policy, capacity, depth);
    expect(steps).toBeGreaterThan(10_000);
  });

  test.each([
    [6, 2],
    [8, 2],
  ])("capacity %d, any depth, each history of %d states", (capacity, remembered) => {
    const { states } = walkByHistory(policy, capacity, remembered);
    expect(states).toBeGreaterThanOrEqual(2 ** capacity);
  });
});

test.each(POLICIES)("every operation from every state of capacity 6: %s", (policy) => {
  for (const isWide of [false, true]) {
    const { changes } = tryEverything(policy, 6, isWide);
    expect(changes).toBeGreaterThan(4 ** 6);
  }
});
