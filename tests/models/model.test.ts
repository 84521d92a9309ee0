// The models themselves, on cases worked out by hand: what each policy means, with and without
// alignment, and where next fit goes on.

import { expect, test } from "vitest";
import { bestFit } from "./best-fit.ts";
import { firstFit } from "./first-fit.ts";
import { Model, type Rule } from "./model.ts";
import { nextFit } from "./next-fit.ts";
import { worstFit } from "./worst-fit.ts";

/** Capacity 100, all taken but these holes, and the rover at 0. */
function withHoles(rule: Rule, ...holes: [start: number, size: number][]): Model {
  const model = new Model(100, rule);
  model.allocate(100);
  model.rover = 0;
  for (const [start, size] of holes) model.release(start, size);
  return model;
}

const freeOf = (model: Model) => model.free.map(({ start, size }) => [start, size]);

test.each([
  ["first fit", firstFit, [20, 10, 40]],
  ["best fit", bestFit, [40, 10, 80]],
  ["worst fit", worstFit, [20, 60, 40]],
  ["next fit", nextFit, [20, 26, 40]],
] as const)("%s takes its block", (_, rule, addresses) => {
  const model = withHoles(rule, [10, 5], [20, 9], [40, 6], [60, 9], [80, 6]);
  expect([6, 3, 6].map((size) => model.allocate(size))).toEqual(addresses);
});

// Multiples of 4 in the holes: 12 (3 units), 24 (6), 44 (3), 64 (6).
test.each([
  ["first fit", firstFit, [12, 24, 44]],
  ["best fit", bestFit, [44, 12, 24]],
  ["worst fit", worstFit, [24, 64, 12]],
  ["next fit", nextFit, [12, 24, 44]],
] as const)("%s takes its block aligned", (_, rule, addresses) => {
  const model = withHoles(rule, [10, 5], [21, 9], [43, 4], [61, 9]);
  expect([3, 3, 3].map((size) => model.allocate(size, 4))).toEqual(addresses);
});

test.each([firstFit, bestFit, worstFit, nextFit])(
  "alignment skips blocks it does not fit in",
  (rule) => {
    const model = withHoles(rule, [1, 14], [30, 6], [41, 6]);
    expect(model.allocate(4, 16)).toBe(32);
    expect(freeOf(model)).toEqual([
      [1, 14],
      [30, 2],
      [41, 6],
    ]);
    expect(model.allocate(4, 16)).toBe("ERR_OUT_OF_MEMORY");
  },
);

test("padding stays free and is merged again", () => {
  const model = new Model(100, firstFit);
  expect(model.allocate(3)).toBe(0);
  expect(model.allocate(10, 12)).toBe(12);
  expect(freeOf(model)).toEqual([
    [3, 9],
    [22, 78],
  ]);
  expect(model.allocate(9)).toBe(3);
  expect(model.release(3, 19)).toBe(undefined);
  expect(freeOf(model)).toEqual([[3, 97]]);
  expect(model.allocate(1, 97)).toBe(97);
  expect(model.allocate(1, 2 ** 53 - 1)).toBe("ERR_OUT_OF_MEMORY");
});

test("next fit goes on after the last allocation, and a failed one leaves it where it is", () => {
  const model = new Model(100, nextFit);
  expect([30, 30].map((size) => model.allocate(size))).toEqual([0, 30]);
  model.release(0, 30);
  expect(model.allocate(10)).toBe(60);
  expect(model.allocate(40)).toBe("ERR_OUT_OF_MEMORY");
  expect(model.allocate(30)).toBe(70);
  expect(model.allocate(10)).toBe(0);
});

test("next fit takes a block around the rover from its own start, but not one that ends there", () => {
  const around = new Model(100, nextFit);
  around.allocate(50);
  around.release(40, 10);
  expect(around.allocate(10)).toBe(40);

  const endsThere = new Model(100, nextFit);
  endsThere.allocate(50);
  endsThere.allocate(1);
  endsThere.rover = 50;
  endsThere.release(40, 10);
  expect(endsThere.allocate(10)).toBe(51);
});

test("errors, in the order of the checks", () => {
  const model = new Model(100, firstFit);
  expect(model.allocate("5")).toBe("ERR_NOT_A_NUMBER");
  expect(model.allocate(1.5)).toBe("ERR_NOT_AN_INTEGER");
  expect(model.allocate(0)).toBe("ERR_SIZE_NOT_POSITIVE");
  expect(model.allocate(101)).toBe("ERR_OUT_OF_MEMORY");
  expect(model.allocate(20)).toBe(0);
  expect(model.release(Number.NaN, "5")).toBe("ERR_NOT_A_NUMBER");
  expect(model.release(0.5, 0)).toBe("ERR_NOT_AN_INTEGER");
  expect(model.release(999, 0)).toBe("ERR_SIZE_NOT_POSITIVE");
  expect(model.release(999, 10)).toBe("ERR_OUT_OF_BOUNDS");
  expect(model.release(-1, 10)).toBe("ERR_OUT_OF_BOUNDS");
  expect(model.release(95, 6)).toBe("ERR_OUT_OF_BOUNDS");
  expect(model.release(20, 10)).toBe("ERR_DOUBLE_FREE");
  expect(model.release(10, 20)).toBe("ERR_NOT_ALLOCATED");
  expect(freeOf(model)).toEqual([[20, 80]]);
});
