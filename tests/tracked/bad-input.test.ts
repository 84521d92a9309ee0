// Every argument of every method of a tracked allocator, given every kind of bad value: a typed error that names the
// argument, and an allocator that is exactly what it was before.

import { describe, expect, test } from "vitest";
import { TRACKED_POLICIES, TrackedAllocator } from "../../src/index.ts";
import { errorOf, outcomeOf } from "../support/state.ts";

const OBJECTS = [{}, { valueOf: () => 5 }, Object.create(null)];
const NOT_NUMBERS = [
  ...["5", "", null, true, false, 5n, [], [5], () => 5, Symbol("5"), new Date(5), Object(5)],
  ...[new Map(), /5/],
];
const NOT_INTEGERS = [Number.NaN, -Infinity, 0.5, -1.5, 2 ** 31 + 0.5, 2 ** 53, 2 ** 64];
const NEGATIVE = [-1, -5, -(2 ** 31), -(2 ** 32), -(2 ** 53) + 1];
const NOT_POSITIVE = [0, -0, ...NEGATIVE];
const NOT_STRINGS = [null, 5, true, 5n, {}, [], Symbol("5"), Object("5")];

interface Case {
  readonly name: string;
  readonly call: (allocator: TrackedAllocator, value: never) => unknown;
  /** Bad values with the code of the error each ends in. */
  readonly bad: readonly (readonly [code: string, values: readonly unknown[]])[];
}

/** What no parameter for numbers takes. undefined stands for a default where there is one. */
const numeric = (isOptional: boolean) =>
  [
    ["ERR_NOT_A_NUMBER", isOptional ? NOT_NUMBERS : [...NOT_NUMBERS, undefined]],
    ["ERR_NOT_AN_INTEGER", NOT_INTEGERS],
  ] as const;
const address = [
  ...numeric(false),
  ["ERR_NOT_A_NUMBER", OBJECTS],
  ["ERR_NOT_AN_INTEGER", [Infinity]],
  ["ERR_OUT_OF_BOUNDS", NEGATIVE],
] as const;
const size = [
  ...numeric(false),
  ["ERR_NOT_A_NUMBER", OBJECTS],
  ["ERR_NOT_AN_INTEGER", [Infinity]],
  ["ERR_SIZE_NOT_POSITIVE", NOT_POSITIVE],
] as const;
const optionalSize = [
  ["ERR_NOT_A_NUMBER", [...NOT_NUMBERS, ...OBJECTS]],
  ["ERR_NOT_AN_INTEGER", [...NOT_INTEGERS, Infinity]],
  ["ERR_SIZE_NOT_POSITIVE", NOT_POSITIVE],
] as const;
const ALIGNMENT = ["ERR_ALIGNMENT_NOT_POSITIVE", NOT_POSITIVE] as const;
const alignment = [...numeric(true), ["ERR_NOT_AN_INTEGER", [Infinity]], ALIGNMENT] as const;
/** A plain object as such is a bag of options without any in it; any other is refused. */
const placement = [
  ["ERR_NOT_A_NUMBER", NOT_NUMBERS.filter((value) => typeof value !== "object" || value === null)],
  ["ERR_BAD_OPTIONS", NOT_NUMBERS.filter((value) => typeof value === "object" && value !== null)],
  ["ERR_NOT_AN_INTEGER", [...NOT_INTEGERS, Infinity]],
  ALIGNMENT,
] as const;
const label = [["ERR_NOT_A_STRING", NOT_STRINGS]] as const;
const budget = [
  ...numeric(true),
  ["ERR_NOT_A_NUMBER", OBJECTS],
  ["ERR_BUDGET_NOT_POSITIVE", NOT_POSITIVE],
] as const;

// A block starts at 10 in every state below.
const CASES: readonly Case[] = [
  { name: "allocate(size)", bad: size, call: (a, v) => a.allocate(v) },
  { name: "allocate(, alignment)", bad: placement, call: (a, v) => a.allocate(1, v) },
  {
    name: "allocate(, { alignment })",
    bad: alignment,
    call: (a, v) => a.allocate(1, { alignment: v, label: "x" }),
  },
  { name: "allocate(, { label })", bad: label, call: (a, v) => a.allocate(1, { label: v }) },
  { name: "tryAllocate(size)", bad: size, call: (a, v) => a.tryAllocate(v) },
  { name: "tryAllocate(, alignment)", bad: placement, call: (a, v) => a.tryAllocate(1, v) },
  {
    name: "tryAllocate(, { alignment })",
    bad: alignment,
    call: (a, v) => a.tryAllocate(1, { alignment: v }),
  },
  { name: "tryAllocate(, { label })", bad: label, call: (a, v) => a.tryAllocate(1, { label: v }) },
  { name: "canAllocate(size)", bad: size, call: (a, v) => a.canAllocate(v) },
  { name: "free(address)", bad: address, call: (a, v) => a.free(v) },
  { name: "free(address, size)", bad: address, call: (a, v) => a.free(v, 10) },
  { name: "free(, size)", bad: optionalSize, call: (a, v) => a.free(10, v) },
  { name: "reserve(address)", bad: address, call: (a, v) => a.reserve(v, 1) },
  { name: "reserve(, size)", bad: size, call: (a, v) => a.reserve(0, v) },
  { name: "reserve(,, options)", bad: placement, call: (a, v) => a.reserve(0, 1, v) },
  { name: "reserve(,, { label })", bad: label, call: (a, v) => a.reserve(0, 1, { label: v }) },
  { name: "resize(address)", bad: address, call: (a, v) => a.resize(v, 5) },
  { name: "resize(, newSize)", bad: size, call: (a, v) => a.resize(10, v) },
  { name: "resize(,, alignment)", bad: placement, call: (a, v) => a.resize(10, 5, v) },
  { name: "resize(,, { label })", bad: label, call: (a, v) => a.resize(10, 5, { label: v }) },
  { name: "tryExtend(address)", bad: address, call: (a, v) => a.tryExtend(v, 5) },
  { name: "tryExtend(, newSize)", bad: size, call: (a, v) => a.tryExtend(10, v) },
  { name: "has(address)", bad: address, call: (a, v) => a.has(v) },
  { name: "sizeOf(address)", bad: address, call: (a, v) => a.sizeOf(v) },
  { name: "labelOf(address)", bad: address, call: (a, v) => a.labelOf(v) },
  { name: "setLabel(address)", bad: address, call: (a, v) => a.setLabel(v, "x") },
  {
    name: "setLabel(, label)",
    bad: [["ERR_NOT_A_STRING", [...NOT_STRINGS, undefined]]],
    call: (a, v) => a.setLabel(10, v),
  },
  {
    name: "defragment(options)",
    bad: [["ERR_BAD_OPTIONS", [null, 5, "x", true, [], () => 5, new Date()]]],
    call: (a, v) => a.defragment(v),
  },
  { name: "defragment({ maxMoves })", bad: budget, call: (a, v) => a.defragment({ maxMoves: v }) },
  { name: "defragment({ maxBytes })", bad: budget, call: (a, v) => a.defragment({ maxBytes: v }) },
  {
    name: "defragment({ noOverlap })",
    bad: [["ERR_BAD_OPTIONS", [null, 0, 1, "true", {}, []]]],
    call: (a, v) => a.defragment({ noOverlap: v }),
  },
  {
    name: "grow(newCapacity)",
    bad: [...numeric(false), ["ERR_CAPACITY_NOT_POSITIVE", NOT_POSITIVE]],
    call: (a, v) => a.grow(v),
  },
  {
    name: "new TrackedAllocator(capacity)",
    bad: [...numeric(false), ["ERR_CAPACITY_NOT_POSITIVE", NOT_POSITIVE]],
    call: (a, v) => new TrackedAllocator(v, { policy: a.policy }),
  },
  {
    name: "new TrackedAllocator(, options)",
    bad: [["ERR_BAD_OPTIONS", [null, 5, "first-fit", true]]],
    call: (_, v) => new TrackedAllocator(10, v),
  },
];

const show = (value: unknown) =>
  typeof value === "object" ? Object.prototype.toString.call(value) : String(value);

describe.each(TRACKED_POLICIES)("tracked, bad input: %s", (policy) => {
  /** Full, in use with holes, and wide. */
  const allocators = [20, 100, 2 ** 32 + 5, 2 ** 53 - 1].map((capacity) => {
    const allocator = new TrackedAllocator(capacity, { policy });
    const isBuddy = policy === "buddy";
    allocator.reserve(0, isBuddy ? 8 : 10, { label: "a" });
    allocator.reserve(10, isBuddy ? 2 : 10, { label: "b" });
    if (capacity > 20) {
      allocator.reserve(isBuddy ? 32 : 25, 10);
      allocator.free(0);
    }
    return allocator;
  });
  const states = allocators.map((allocator) => allocator.snapshot());

  test.each(CASES)("$name", ({ name, bad, call }) => {
    for (const [code, values] of bad) {
      for (const value of values) {
        allocators.forEach((allocator, i) => {
          const error = errorOf(() => call(allocator, value as never));
          expect(error.code, `${name} given ${show(value)}: ${error.message}`).toBe(code);
          expect(error).toHaveProperty("value", value);
          expect(error.message).toContain((error as unknown as { argument: string }).argument);
          expect(allocator.snapshot()).toEqual(states[i]);
        });
      }
    }
    for (const allocator of allocators) allocator.validate();
  });

  test("each option is read once, also when the call is refused", () => {
    let reads = 0;
    const options = {
      get alignment(): number {
        reads++;
        return 1;
      },
    };
    const calls: ((allocator: TrackedAllocator) => unknown)[] = [
      (allocator) => allocator.allocate(Number.MAX_SAFE_INTEGER, options),
      (allocator) => allocator.tryAllocate(Number.MAX_SAFE_INTEGER, options),
      (allocator) => allocator.allocate(-1, options),
      (allocator) => allocator.reserve(10, 5, options),
      (allocator) => allocator.resize(10, Number.MAX_SAFE_INTEGER, options),
    ];
    for (const call of calls) {
      allocators.forEach((allocator, i) => {
        reads = 0;
        outcomeOf(() => call(allocator));
        expect(reads, String(call)).toBe(1);
        expect(allocator.snapshot()).toEqual(states[i]);
      });
    }
  });

  test("an option that throws when it is read changes nothing", () => {
    const options = {
      get label(): string {
        throw new Error("mine");
      },
    };
    allocators.forEach((allocator, i) => {
      expect(() => allocator.tryAllocate(1, options)).toThrow("mine");
      expect(() => allocator.resize(10, 5, options)).toThrow("mine");
      expect(allocator.snapshot()).toEqual(states[i]);
    });
  });
});
