// Argument checks: say in words what was expected. The core refuses bad numbers by itself, at no cost to
// good ones; the functions here run before it only where the type matters, and after it to explain.

import { AllocatorRangeError, ArgumentTypeError, type ErrorCode, showRange } from "./errors.js";

/** What a number can be called, in the code for one that is not positive. */
type Noun = "size" | "capacity" | "alignment" | "granularity" | "budget";

/** A value in words, for a message. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value ? "an object" : String(value);
}

const mustBe = (argument: string, expected: string, value: unknown) =>
  `${argument} must be ${expected}, got ${show(value)}`;

/** Throw that `argument` is not of the kind `expected`. */
export function reject(code: ErrorCode, argument: string, expected: string, value: unknown): never {
  throw new ArgumentTypeError(code, mustBe(argument, expected, value), argument, value);
}

/** Throw that `argument` has not the value `expected`. */
export function rejectRange(
  code: ErrorCode,
  argument: string,
  expected: string,
  value: unknown,
): never {
  throw new AllocatorRangeError(code, mustBe(argument, expected, value), argument, value);
}

export function rejectType(argument: string, value: unknown): never {
  reject("ERR_NOT_A_NUMBER", argument, "a number", value);
}

/** Throw unless `value` is a number. */
export function checkNumber(argument: string, value: unknown): asserts value is number {
  if (typeof value !== "number") rejectType(argument, value);
}

/** Throw unless `value` is an integer from `least` to 2^53 − 1, or negative. */
export function checkInteger(argument: string, value: number, least: 0 | 1): void {
  checkNumber(argument, value);
  if (Number.isSafeInteger(value) || (value < 0 && Number.isInteger(value))) return;
  const expected = `an integer from ${least} to ${Number.MAX_SAFE_INTEGER}`;
  rejectRange("ERR_NOT_AN_INTEGER", argument, expected, value);
}

/** Throw unless `value` is a whole number from 1 to 2^53 − 1. */
export function checkPositive(argument: Noun, value: number): void;
export function checkPositive(argument: string, value: number, noun: Noun): void;
export function checkPositive(argument: string, value: number, noun = argument): void {
  checkInteger(argument, value, 1);
  if (value >= 1) return;
  const code = `ERR_${noun.toUpperCase() as Uppercase<Noun>}_NOT_POSITIVE` as const;
  rejectRange(code, argument, "positive", value);
}

/** Throw unless `value` is a whole number from 1 to 2^53 − 1, or Infinity. */
export function checkLimit(argument: string, value: number, noun: Noun): void {
  if (value !== Infinity) checkPositive(argument, value, noun);
}

/** Throw unless `[address, address + size)` is a range within the capacity. `name` is what the caller calls the size. */
export function checkRange(address: number, size: number, capacity: number, name = "size"): void {
  checkInteger("address", address, 0);
  checkPositive(name, size, "size");
  if (address >= 0 && size <= capacity - address) return;
  throw new AllocatorRangeError(
    "ERR_OUT_OF_BOUNDS",
    `address out of bounds: ${showRange(address, size)} does not lie within ${showRange(0, capacity)}`,
    "address",
    address,
  );
}

/** Throw unless `value` is a string. */
export function checkString(argument: string, value: unknown): asserts value is string {
  if (typeof value !== "string") reject("ERR_NOT_A_STRING", argument, "a string", value);
}

/** Whether `value` is an object of this built-in kind, also one from another frame. */
export const isA = (kind: string, value: unknown): boolean =>
  ({}).toString.call(value) === `[object ${kind}]`;

/** Throw unless it `holds` that the option is as `expected`. */
export function checkOption(
  holds: boolean,
  argument: string,
  expected: string,
  value: unknown,
): void {
  if (!holds) reject("ERR_BAD_OPTIONS", argument, expected, value);
}

/** Throw unless `value` is an object, as options are: no array, no boxed number or the like. */
export function checkObject(argument: string, value: unknown): asserts value is object {
  checkOption(isA("Object", value), argument, "an object", value);
}

/** Throw unless `options` is an object that has no other options than `known`. */
export function checkOptions<Options extends object>(
  argument: string,
  options: Options,
  known: readonly (keyof Options & string)[],
): void {
  checkObject(argument, options);
  for (const name in options)
    checkOption(known.includes(name), argument, `some of ${known.join(", ")}`, name);
}

/** Throw unless `value` is an array or typed array; its elements are checked one by one. */
export function checkArray(argument: string, value: unknown): void {
  const isArray = Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
  if (!isArray) reject("ERR_NOT_AN_ARRAY", argument, "an array or typed array of numbers", value);
}

/** Throw unless these are bytes. */
export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (bytes instanceof Uint8Array) return;
  throw new ArgumentTypeError("ERR_NOT_AN_ARRAY", "bytes must be a Uint8Array", "bytes", bytes);
}

/** Throw that `policy` is none of `names`; `hint` says what else to do. */
export function rejectPolicy(names: readonly string[], policy: unknown, hint = ""): never {
  const known = names.map((name) => `"${name}"`).join(", ");
  rejectRange("ERR_UNKNOWN_POLICY", "policy", `one of ${known}${hint}`, policy);
}

/** Throw that the argument is no multiple of what it must be a multiple of. */
export function rejectUnaligned(argument: string, value: number, of: string): never {
  rejectRange("ERR_NOT_ALIGNED", argument, `a multiple of ${of}`, value);
}

/** Throw that the capacity is not as `expected`. */
export function rejectCapacity(expected: string, value: number): never {
  rejectRange("ERR_CAPACITY_OUT_OF_RANGE", "capacity", expected, value);
}
