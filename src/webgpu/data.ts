// What is written into a slice: any view or buffer, as WebGPU takes it, which is in whole words at whole words.

import { checkNumber } from "../check.js";
import { AllocatorRangeError, ArgumentTypeError } from "../errors.js";
import { GpuPoolError } from "./errors.js";

/** The bytes of a view or a buffer, of whichever realm. */
function viewOf(data: ArrayBufferView | ArrayBufferLike): ArrayBufferView {
  if (ArrayBuffer.isView(data)) return data;
  try {
    return new DataView(data); // throws on all but buffers
  } catch {
    throw new ArgumentTypeError(
      "ERR_NOT_AN_ARRAY",
      "data must be a typed array, a DataView or an ArrayBuffer",
      "data",
      data,
    );
  }
}

/**
 * What to hand to `writeBuffer` for `data` at `offset` of a slice of `size` bytes. Data that end with the slice may have
 * any length: they are padded, and the padding is the slice's too, for it occupies whole words.
 */
export function readData(
  size: number,
  offset: number,
  data: ArrayBufferView | ArrayBufferLike,
): ArrayBufferView {
  checkNumber("offset", offset);
  const view = viewOf(data);
  const { byteLength } = view;
  const notWords = (argument: string, what: string, value: number) =>
    new AllocatorRangeError(
      "ERR_NOT_ALIGNED",
      `write: ${what} must be a multiple of 4, got ${value}`,
      argument,
      value,
    );
  if (!(offset >= 0 && offset % 4 === 0)) throw notWords("offset", "offset", offset);
  if (byteLength > size - offset)
    throw new GpuPoolError(
      "ERR_DATA_TOO_LONG",
      `write: ${byteLength} bytes at ${offset} end after the slice of ${size} bytes`,
      { length: byteLength, offset, size },
    );
  if (byteLength % 4 === 0) return view;
  if (offset + byteLength < size)
    throw notWords("data", "the length of data that do not end with the slice", byteLength);
  const padded = new Uint8Array(Math.ceil(byteLength / 4) * 4);
  padded.set(new Uint8Array(view.buffer, view.byteOffset, byteLength));
  return padded;
}
