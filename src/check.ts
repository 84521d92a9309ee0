// Argument checks: say in words what was expected. The core refuses bad numbers by itself, at no cost to
// good ones; the functions here run before it only where the type matters, and after it to explain.

import { AllocatorRangeError, ArgumentTypeError, type ErrorCode } from "./errors.js";

/** Parameters that take 1 … 2^53 − 1, with the code for one that is not positive. */
const NOT_POSITIVE = {
  size: "ERR_SIZE_NOT_POSITIVE",
  newSize: "ERR_SIZE_NOT_POSITIVE",
  oldSize: "ERR_SIZE_NOT_POSITIVE",
  capacity: "ERR_CAPACITY_NOT_POSITIVE",
  alignment: "ERR_ALIGNMENT_NOT_POSITIVE",
  granularity: "ERR_GRANULARITY_NOT_POSITIVE",
  maxMoves: "ERR_BUDGET_NOT_POSITIVE",
  maxBytes: "ERR_BUDGET_NOT_POSITIVE",
  bufferSize: "ERR_CAPACITY_NOT_POSITIVE",
  maxBuffers: "ERR_CAPACITY_NOT_POSITIVE",
  scratchSize: "ERR_CAPACITY_NOT_POSITIVE",
} as const satisfies Record<string, ErrorCode>;

export type PositiveParameter = keyof typeof NOT_POSITIVE;

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "function") return "a function";
  return String(value);
}

export function rejectType(argument: string, value: unknown): never {
  throw new ArgumentTypeError(
    "ERR_NOT_A_NUMBER",
    `${argument} must be a number, got ${show(value)}`,
    argument,
    value,
  );
}

function checkInteger(argument: string, value: number, least: 0 | 1): void {
  if (Number.isSafeInteger(value) || (value < 0 && Number.isInteger(value))) return;
  throw new AllocatorRangeError(
    "ERR_NOT_AN_INTEGER",
    `${argument} must be an integer from ${least} to ${Number.MAX_SAFE_INTEGER}, got ${value}`,
    argument,
    value,
  );
}

/** Throw unless `value` is a whole number from 1 to 2^53 − 1. */
export function checkPositive(argument: PositiveParameter, value: number): void {
  if (typeof value !== "number") rejectType(argument, value);
  checkInteger(argument, value, 1);
  if (value < 1)
    throw new AllocatorRangeError(
      NOT_POSITIVE[argument],
      `${argument.endsWith("Size") ? `${argument}: size` : argument} must be positive, got ${value}`,
      argument,
      value,
    );
}

/** Throw unless `[address, address + size)` is a range within the capacity. `name` is what the caller calls the size. */
export function checkRange(
  address: number,
  size: number,
  capacity: number,
  name: PositiveParameter = "size",
): void {
  if (typeof address !== "number") rejectType("address", address);
  if (typeof size !== "number") rejectType(name, size);
  checkInteger("address", address, 0);
  checkPositive(name, size);
  if (address >= 0 && size <= capacity - address) return;
  throw new AllocatorRangeError(
    "ERR_OUT_OF_BOUNDS",
    `address out of bounds: [${address}, ${address + size}) does not lie within [0, ${capacity})`,
    "address",
    address,
  );
}

/** Throw unless `value` is a string. */
export function checkString(argument: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  throw new ArgumentTypeError(
    "ERR_NOT_A_STRING",
    `${argument} must be a string, got ${show(value)}`,
    argument,
    value,
  );
}

/** Throw unless `value` is an object for options: no array, no boxed number or the like. */
export function checkOptions(argument: string, value: unknown): asserts value is object {
  if (Object.prototype.toString.call(value) === "[object Object]") return;
  throw new ArgumentTypeError(
    "ERR_BAD_OPTIONS",
    `${argument} must be an object, got ${show(value)}`,
    argument,
    value,
  );
}

/** Throw unless `value` is an array or typed array; its elements are checked one by one. */
export function checkArray(argument: string, value: unknown): void {
  const isArray = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  if (isArray) return;
  throw new ArgumentTypeError(
    "ERR_NOT_AN_ARRAY",
    `${argument} must be an array or typed array of numbers, got ${show(value)}`,
    argument,
    value,
  );
}

/** The error for an address that is no multiple of what it must be a multiple of. */
export function notAligned(address: number, of: string, value: number): AllocatorRangeError {
  return new AllocatorRangeError(
    "ERR_NOT_ALIGNED",
    `address ${address} is not a multiple of the ${of} ${value}`,
    "address",
    address,
  );
}
