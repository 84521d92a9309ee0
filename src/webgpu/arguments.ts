// Argument checks that only the pool needs. Bad arguments are refused with the errors of the main entry, before
// anything is changed.

import { AllocatorRangeError, ArgumentTypeError } from "../index.js";
import { GpuPoolError } from "./errors.js";

/** Throw unless `holds`. */
export function checkOption(holds: boolean, argument: string, what: string, value: unknown): void {
  if (!holds)
    throw new ArgumentTypeError("ERR_BAD_OPTIONS", `${argument} must be ${what}`, argument, value);
}

/** The bytes of a view or a buffer. */
export function readData(
  data: ArrayBufferView | ArrayBufferLike,
): [bytes: ArrayBufferLike, start: number, length: number] {
  if (ArrayBuffer.isView(data)) return [data.buffer, data.byteOffset, data.byteLength];
  if (/ArrayBuffer\]$/.test(Object.prototype.toString.call(data)))
    return [data, 0, data.byteLength];
  throw new ArgumentTypeError(
    "ERR_NOT_AN_ARRAY",
    "data must be a typed array, a DataView or an ArrayBuffer",
    "data",
    data,
  );
}

/** Throw unless `length` bytes at `offset` lie within a slice of `size` bytes, and WebGPU can write them. */
export function checkWrite(size: number, offset: number, length: number): void {
  if (length > size - offset)
    throw new GpuPoolError(
      "ERR_DATA_TOO_LONG",
      `write: ${length} bytes at ${offset} end after the slice of ${size} bytes`,
      { length, offset, size },
    );
  const isWhole = length % 4 === 0 || offset + length === size;
  if (offset % 4 !== 0 || !isWhole)
    throw new AllocatorRangeError(
      "ERR_NOT_ALIGNED",
      `write: WebGPU writes whole words: ${isWhole ? "offset" : "data length"} must be a multiple of 4` +
        `, except for the length of data that end with the slice`,
      isWhole ? "offset" : "data",
      isWhole ? offset : length,
    );
}
