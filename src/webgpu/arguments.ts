// Argument checks: bad arguments are refused with the errors of the main entry, before anything is changed.

import { AllocatorRangeError, ArgumentTypeError, type ErrorCode } from "../index.js";
import { GpuPoolError } from "./errors.js";

export function rejectOption(message: string, argument: string, value: unknown): never {
  throw new ArgumentTypeError("ERR_BAD_OPTIONS", message, argument, value);
}

/** Throw unless `value` is an object for options. */
export function checkObject(argument: string, value: unknown): asserts value is object {
  if (Object.prototype.toString.call(value) !== "[object Object]")
    rejectOption(`${argument} must be an object`, argument, value);
}

/** Throw unless `value` is a string. */
export function checkString(argument: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  throw new ArgumentTypeError("ERR_NOT_A_STRING", `${argument} must be a string`, argument, value);
}

/** Throw unless `value` is a whole number from `least` to 2^53 − 1; `tooSmall` is the code of a smaller one. */
function checkInteger(argument: string, value: number, least: number, tooSmall: ErrorCode): void {
  if (typeof value !== "number")
    throw new ArgumentTypeError(
      "ERR_NOT_A_NUMBER",
      `${argument} must be a number, got ${typeof value === "symbol" ? "a symbol" : typeof value}`,
      argument,
      value,
    );
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new AllocatorRangeError(
    value < least && Number.isInteger(value) ? tooSmall : "ERR_NOT_AN_INTEGER",
    `${argument} must be an integer from ${least} to ${Number.MAX_SAFE_INTEGER}, got ${value}`,
    argument,
    value,
  );
}

/** Throw unless `value` is a whole number from 1 to 2^53 − 1. */
export function checkPositive(argument: string, value: number, code: ErrorCode): void {
  checkInteger(argument, value, 1, code);
}

/** Throw unless `length` bytes at `offset` lie within a slice of `size` bytes, and WebGPU can write them. */
export function checkWrite(size: number, offset: number, length: number): void {
  checkInteger("offset", offset, 0, "ERR_OUT_OF_BOUNDS");
  if (length > size - offset)
    throw new GpuPoolError(
      "ERR_DATA_TOO_LONG",
      `write: ${length} bytes at ${offset} end after the slice of ${size} bytes`,
      { length, offset, size },
    );
  if (offset % 4 !== 0) rejectAlignment("offset", offset);
  if (length % 4 !== 0 && offset + length !== size) rejectAlignment("data length", length);
}

function rejectAlignment(argument: string, value: number): never {
  throw new AllocatorRangeError(
    "ERR_NOT_ALIGNED",
    `write: ${argument} must be a multiple of 4, as WebGPU writes whole words, got ${value}; ` +
      "only data that end where the slice ends may have any length",
    argument,
    value,
  );
}

/** The bytes of a view or a buffer. */
export function readData(data: ArrayBufferView | ArrayBufferLike): {
  bytes: ArrayBufferLike;
  start: number;
  length: number;
} {
  if (ArrayBuffer.isView(data))
    return { bytes: data.buffer, start: data.byteOffset, length: data.byteLength };
  if (/^\[object (Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(data)))
    return { bytes: data, start: 0, length: data.byteLength };
  throw new ArgumentTypeError(
    "ERR_NOT_AN_ARRAY",
    "data must be a typed array, a DataView or an ArrayBuffer",
    "data",
    data,
  );
}
