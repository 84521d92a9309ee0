// Every sequence of allocating and freeing on tiny capacities, and every single operation of any kind from
// each of their states, each policy against its model.

import { beforeAll, describe, expect, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { tryEverything } from "../support/every.ts";
import { walkByHistory, walkInFull } from "../support/walk.ts";

beforeAll(() => {
  // Refusals are many, and collecting their stack traces would be most of the work.
  Error.stackTraceLimit = 0;
});

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

describe.each(POLICIES)("every operation from every state: %s", (policy) => {
  test.each([
    [1, "narrow"],
    [2, "narrow"],
    [2, "wide"],
    [3, "narrow"],
    [4, "narrow"],
    [4, "wide"],
    [5, "narrow"],
  ])("capacity %d, %s", (capacity, width) => {
    const { changes, others } = tryEverything(policy, capacity, width === "wide");
    expect(changes).toBeGreaterThan(4 ** capacity);
    expect(others).toBeGreaterThan(100 * 2 ** capacity);
  });

  test("capacity 6, for next fit with the rover at either end and in the middle", () => {
    const { changes } = tryEverything(
      policy,
      6,
      false,
      policy === "next-fit" ? [0, 3, 7] : undefined,
    );
    expect(changes).toBeGreaterThan(4 ** 6);
  });
});
