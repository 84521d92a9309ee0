// The error table: calls that are refused, with the class, code, words and fields of the error each
// ends in. Used by the tests in Node and in the browser, so it needs nothing but the module itself.

import type { MemoryAllocator, Policy } from "../../src/index.ts";

type Suballoc = typeof import("../../src/index.ts");

interface Refusal {
  readonly call: string;
  readonly run: (allocator: MemoryAllocator) => unknown;
  readonly class: Extract<keyof Suballoc, `${string}Error`>;
  readonly base: ErrorConstructor;
  readonly code: string;
  readonly words: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

const range = { class: "AllocatorRangeError", base: RangeError } as const;
const type = { class: "ArgumentTypeError", base: TypeError } as const;
const notAllocated = { class: "NotAllocatedError", base: RangeError } as const;

const notPositive = (value: number) =>
  ({
    ...range,
    code: "ERR_SIZE_NOT_POSITIVE",
    words: ["size must be positive"],
    fields: { argument: "size", value },
  }) as const;

const outOfBounds = (address: number) =>
  ({
    ...range,
    code: "ERR_OUT_OF_BOUNDS",
    words: ["address out of bounds", "100"],
    fields: { argument: "address", value: address },
  }) as const;

const notAnInteger = (argument: "size" | "address", value: number) =>
  ({
    ...range,
    code: "ERR_NOT_AN_INTEGER",
    words: [
      `${argument} must be an integer from ${argument === "size" ? 1 : 0} to 9007199254740991`,
      String(value),
    ],
    fields: { argument, value },
  }) as const;

const notANumber = (argument: "size" | "address", value: unknown) =>
  ({
    ...type,
    code: "ERR_NOT_A_NUMBER",
    words: [`${argument} must be a number`],
    fields: { argument, value },
  }) as const;

const outOfMemory = (requested: number) =>
  ({
    class: "OutOfMemoryError",
    base: Error,
    code: "ERR_OUT_OF_MEMORY",
    words: ["insufficient contiguous memory", `${requested}`, "50", "60"],
    fields: { requested, largest: 50, free: 60 },
  }) as const;

const wrong = (value: unknown) => value as number;

/** Calls on an allocator as `prepare` leaves it: [0, 50) and [90, 100) free, the rest allocated. */
export const REFUSALS: readonly Refusal[] = [
  { call: "allocate(0)", run: (a) => a.allocate(0), ...notPositive(0) },
  { call: "allocate(-5)", run: (a) => a.allocate(-5), ...notPositive(-5) },
  { call: "tryAllocate(0)", run: (a) => a.tryAllocate(0), ...notPositive(0) },
  { call: "free(0, 0)", run: (a) => a.free(0, 0), ...notPositive(0) },
  { call: "free(50, -1)", run: (a) => a.free(50, -1), ...notPositive(-1) },
  { call: "free(999, 10)", run: (a) => a.free(999, 10), ...outOfBounds(999) },
  { call: "free(-1, 10)", run: (a) => a.free(-1, 10), ...outOfBounds(-1) },
  { call: "free(60, 41)", run: (a) => a.free(60, 41), ...outOfBounds(60) },
  {
    call: "free(50, 2 ** 53 - 1)",
    run: (a) => a.free(50, 2 ** 53 - 1),
    ...outOfBounds(50),
  },
  {
    call: "free(0, 10)",
    run: (a) => a.free(0, 10),
    ...notAllocated,
    code: "ERR_DOUBLE_FREE",
    words: ["not allocated", "double free"],
    fields: { address: 0, size: 10 },
  },
  {
    call: "free(40, 20)",
    run: (a) => a.free(40, 20),
    ...notAllocated,
    code: "ERR_NOT_ALLOCATED",
    words: ["not allocated"],
    fields: { address: 40, size: 20 },
  },
  { call: "allocate(200)", run: (a) => a.allocate(200), ...outOfMemory(200) },
  { call: "allocate(51)", run: (a) => a.allocate(51), ...outOfMemory(51) },
  {
    call: "allocate(2 ** 32 + 1)",
    run: (a) => a.allocate(2 ** 32 + 1),
    ...outOfMemory(2 ** 32 + 1),
  },
  { call: 'allocate("5")', run: (a) => a.allocate(wrong("5")), ...notANumber("size", "5") },
  {
    call: "allocate()",
    run: (a) => a.allocate(wrong(undefined)),
    ...notANumber("size", undefined),
  },
  {
    call: "allocate(NaN)",
    run: (a) => a.allocate(Number.NaN),
    ...notAnInteger("size", Number.NaN),
  },
  { call: "allocate(1.5)", run: (a) => a.allocate(1.5), ...notAnInteger("size", 1.5) },
  { call: "allocate(2 ** 53)", run: (a) => a.allocate(2 ** 53), ...notAnInteger("size", 2 ** 53) },
  { call: "free(null, 10)", run: (a) => a.free(wrong(null), 10), ...notANumber("address", null) },
  { call: "free(0.5, 10)", run: (a) => a.free(0.5, 10), ...notAnInteger("address", 0.5) },
  {
    call: "after dispose()",
    run: (a) => {
      a.dispose();
      a.allocate(1);
    },
    class: "DisposedError",
    base: Error,
    code: "ERR_DISPOSED",
    words: ["disposed"],
    fields: {},
  },
];

function prepare({ MemoryAllocator }: Suballoc, policy: Policy): MemoryAllocator {
  const allocator = new MemoryAllocator(100, { policy });
  allocator.allocate(100);
  allocator.free(0, 50);
  allocator.free(90, 10);
  return allocator;
}

/** What is wrong with the error that the call ends in: nothing, if all is well. */
export function problemsOf(suballoc: Suballoc, policy: Policy, refusal: Refusal): string[] {
  const allocator = prepare(suballoc, policy);
  let error: (Error & { code?: string }) | undefined;
  try {
    refusal.run(allocator);
  } catch (thrown) {
    error = thrown as Error;
  }
  if (!error) return [`${refusal.call} was not refused`];

  const problems: string[] = [];
  const check = (what: string, holds: boolean) => {
    if (!holds)
      problems.push(`${refusal.call}: ${what} [${error.name} ${error.code}: ${error.message}]`);
  };
  check(`is a ${refusal.class}`, error instanceof suballoc[refusal.class]);
  check(`is a ${refusal.base.name}`, error instanceof refusal.base);
  check(`has the name ${refusal.class}`, error.name === refusal.class);
  check(`has the code ${refusal.code}`, error.code === refusal.code);
  for (const words of refusal.words) check(`says "${words}"`, error.message.includes(words));
  for (const [field, value] of Object.entries(refusal.fields))
    check(`has ${field} ${String(value)}`, Object.is(error[field as keyof Error], value));
  if (!allocator.disposed) {
    const after = JSON.stringify([...allocator.freeBlocks()]);
    check(
      "left the allocator as it was",
      after === '[{"start":0,"size":50},{"start":90,"size":10}]',
    );
    allocator.validate();
    allocator.dispose();
  }
  return problems;
}
