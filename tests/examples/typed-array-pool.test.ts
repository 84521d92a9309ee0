// The pool of typed arrays: it checks its own contents in every frame, and must have had to move some of them.

import { expect, test } from "vitest";
import { simulate } from "../../examples/typed-array-pool.ts";
import { randomFrom, seed } from "../support/seed.ts";

test("arrays come and go, are moved, and keep what is in them", () => {
  const random = randomFrom(seed);
  const { created, refused, moved, report } = simulate(400, () => random(2 ** 30) / 2 ** 30);
  expect(created).toBeGreaterThan(500);
  expect(refused).toBeLessThan(created);
  expect(moved).toBeGreaterThan(10_000);
  expect(report).toMatch(/"positions" .*\n.*"colours"/);
});
