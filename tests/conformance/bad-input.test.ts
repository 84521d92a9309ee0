// Every argument of every method, given every kind of bad value: a typed error that names the
// argument, and an allocator that is exactly what it was before.

import { describe, expect, test } from "vitest";
import {
  AllocatorRangeError,
  ArgumentTypeError,
  MemoryAllocator,
  POLICIES,
} from "../../src/index.ts";
import { errorOf, publicMethods, stateOf } from "../support/state.ts";

const NOT_NUMBERS: readonly unknown[] = [
  "5",
  "",
  "abc",
  null,
  undefined,
  true,
  false,
  5n,
  {},
  [],
  [5],
  () => 5,
  Symbol("5"),
  new Date(5),
  Object(5),
  { valueOf: () => 5 },
  Object.create(null),
];

const NOT_INTEGERS: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2 ** 31 + 0.5,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 64,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
];

const NEGATIVE: readonly number[] = [-1, -5, -(2 ** 31), -(2 ** 32), -(2 ** 53) + 1, -(2 ** 53)];
const NOT_POSITIVE: readonly number[] = [0, -0, ...NEGATIVE];

type Refused = Error & { code?: string; argument?: string; value?: unknown };

interface Parameter {
  readonly method: string;
  readonly argument: string;
  /** Integers that are out of the parameter's range, whatever the state, and the code for them. */
  readonly outOfRange: readonly number[];
  readonly code: string;
  /** Whether undefined stands for a default. */
  readonly isOptional?: boolean;
  readonly call: (allocator: MemoryAllocator, value: number) => unknown;
}

const sizeNamed = (argument: string) => ({
  argument,
  outOfRange: NOT_POSITIVE,
  code: "ERR_SIZE_NOT_POSITIVE",
});
const size = sizeNamed("size");
const oldSize = sizeNamed("oldSize");
const newSize = sizeNamed("newSize");
const address = { argument: "address", outOfRange: NEGATIVE, code: "ERR_OUT_OF_BOUNDS" };
const capacity = {
  argument: "capacity",
  outOfRange: NOT_POSITIVE,
  code: "ERR_CAPACITY_NOT_POSITIVE",
};
const alignment = {
  argument: "alignment",
  outOfRange: NOT_POSITIVE,
  code: "ERR_ALIGNMENT_NOT_POSITIVE",
  isOptional: true,
};

// [10, 20) is allocated in every state below.
const PARAMETERS: readonly Parameter[] = [
  {
    method: "constructor",
    ...capacity,
    call: (a, value) => new MemoryAllocator(value, { policy: a.policy }),
  },
  { method: "allocate", ...size, call: (a, value) => a.allocate(value) },
  { method: "allocate", ...alignment, call: (a, value) => a.allocate(1, value) },
  { method: "tryAllocate", ...size, call: (a, value) => a.tryAllocate(value) },
  { method: "tryAllocate", ...alignment, call: (a, value) => a.tryAllocate(1, value) },
  { method: "canAllocate", ...size, call: (a, value) => a.canAllocate(value) },
  { method: "canAllocate", ...alignment, call: (a, value) => a.canAllocate(1, value) },
  { method: "free", ...address, call: (a, value) => a.free(value, 10) },
  { method: "free", ...size, call: (a, value) => a.free(10, value) },
  { method: "reserve", ...address, call: (a, value) => a.reserve(value, 1) },
  { method: "reserve", ...size, call: (a, value) => a.reserve(0, value) },
  { method: "resize", ...address, call: (a, value) => a.resize(value, 10, 5) },
  { method: "resize", ...oldSize, call: (a, value) => a.resize(10, value, 5) },
  { method: "resize", ...newSize, call: (a, value) => a.resize(10, 10, value) },
  { method: "resize", ...alignment, call: (a, value) => a.resize(10, 10, 5, value) },
  { method: "tryExtend", ...address, call: (a, value) => a.tryExtend(value, 10, 11) },
  { method: "tryExtend", ...oldSize, call: (a, value) => a.tryExtend(10, value, 11) },
  { method: "tryExtend", ...newSize, call: (a, value) => a.tryExtend(10, 10, value) },
  { method: "allocateMany", ...size, call: (a, value) => a.allocateMany([value]) },
  { method: "freeMany", ...address, call: (a, value) => a.freeMany([10, value], [5, 5]) },
  { method: "freeMany", ...size, call: (a, value) => a.freeMany([10, 15], [5, value]) },
  { method: "grow", ...capacity, call: (a, value) => a.grow(value) },
  { method: "shrink", ...capacity, call: (a, value) => a.shrink(value) },
];

function show(value: unknown): string {
  return typeof value === "object" ? Object.prototype.toString.call(value) : String(value);
}

test("every method that takes arguments is in the table", () => {
  const taking = publicMethods().filter((name) => {
    const method = MemoryAllocator.prototype[name as keyof MemoryAllocator];
    return (method as (...args: unknown[]) => unknown).length > 0;
  });
  expect(new Set(PARAMETERS.map(({ method }) => method))).toEqual(
    new Set([...taking, "constructor"]),
  );
});

describe.each(POLICIES)("bad input: %s", (policy) => {
  /** Full, in use with holes, and wide. */
  const states = () =>
    [20, 100, 2 ** 32 + 5, 2 ** 53 - 1].map((capacity) => {
      const allocator = new MemoryAllocator(capacity, { policy });
      allocator.allocate(20);
      if (capacity > 20) {
        allocator.allocate(20);
        allocator.free(0, 5);
        allocator.free(25, 5);
      }
      return allocator;
    });

  describe.each(PARAMETERS)("$method($argument)", (parameter) => {
    const { argument, outOfRange, code, call } = parameter;
    const notNumbers = NOT_NUMBERS.filter((value) => !parameter.isOptional || value !== undefined);

    /** The error of each call; the state before and after is the same, and so is the structure. */
    const refuse = (value: unknown, check: (error: Refused) => void) => {
      for (const allocator of states()) {
        const before = stateOf(allocator);
        const error: Refused = errorOf(() => call(allocator, value as number));
        check(error);
        // Batches name the element: "sizes[1]".
        expect(error.argument).toContain(argument);
        expect(error.value).toBe(value);
        expect(error.message).toContain(argument);
        expect(stateOf(allocator)).toEqual(before);
        allocator.validate();
        allocator.dispose();
      }
    };

    test.each(notNumbers.map((value) => [show(value), value]))("%s", (_, value) => {
      refuse(value, (error) => {
        expect(error).toBeInstanceOf(ArgumentTypeError);
        expect(error).toBeInstanceOf(TypeError);
        expect(error.code).toBe("ERR_NOT_A_NUMBER");
        expect(error.message).toContain("must be a number");
      });
    });

    test.each(NOT_INTEGERS)("%d", (value) => {
      refuse(value, (error) => {
        expect(error).toBeInstanceOf(AllocatorRangeError);
        expect(error).toBeInstanceOf(RangeError);
        expect(error.code).toBe("ERR_NOT_AN_INTEGER");
        expect(error.message).toMatch(/must be an integer from [01] to 9007199254740991/);
      });
    });

    test.each(outOfRange)("%d", (value) => {
      refuse(value, (error) => {
        expect(error).toBeInstanceOf(AllocatorRangeError);
        expect(error.code).toBe(code);
      });
    });
  });

  test("numbers that would wrap round in 32 bits do not", () => {
    const allocator = new MemoryAllocator(100, { policy });
    allocator.allocate(50);
    for (const wide of [2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 32 + 10, 2 ** 53 - 1]) {
      const before = stateOf(allocator);
      expect(allocator.tryAllocate(wide)).toBe(undefined);
      expect(errorOf(() => allocator.free(wide, 10)).code).toBe("ERR_OUT_OF_BOUNDS");
      expect(errorOf(() => allocator.free(0, wide)).code).toBe("ERR_OUT_OF_BOUNDS");
      expect(errorOf(() => allocator.free(wide, wide)).code).toBe("ERR_OUT_OF_BOUNDS");
      expect(stateOf(allocator)).toEqual(before);
    }
  });
});

test.each(["", "fastest-fit", "constructor", "__proto__", 0, null, {}])("policy %o", (policy) => {
  const error = errorOf(() => new MemoryAllocator(100, { policy: policy as never }));
  expect(error).toBeInstanceOf(AllocatorRangeError);
  expect(error.code).toBe("ERR_UNKNOWN_POLICY");
  for (const name of POLICIES) expect(error.message).toContain(name);
  if (typeof policy !== "object")
    expect(error.message).toContain(`, got ${JSON.stringify(policy)}`);
});

test.each([
  [null, "null"],
  [5, "5"],
  ["first-fit", '"first-fit"'],
  [true, "true"],
  [["first-fit"], "an array"],
])("options %o", (options, shown) => {
  const error = errorOf(() => new MemoryAllocator(100, options as never));
  expect(error).toBeInstanceOf(ArgumentTypeError);
  expect(error.code).toBe("ERR_BAD_OPTIONS");
  expect(error.message).toBe(`options must be an object, got ${shown}`);
});
