// What is written into a slice: any view or buffer, as WebGPU takes it, which is in whole words at whole words.

import { checkNumber, reject, rejectUnaligned } from "../check.js";
import { roundUp } from "./device.js";
import { GpuPoolError } from "./errors.js";

/** The bytes of a view or a buffer, of whichever realm. */
function bytesOf(data: ArrayBufferView | ArrayBufferLike): Uint8Array<ArrayBufferLike> {
  try {
    const view = ArrayBuffer.isView(data) ? data : new DataView(data); // throws on all but buffers
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  } catch {
    return reject("ERR_NOT_AN_ARRAY", "data", "a view or a buffer", data);
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
): Uint8Array<ArrayBufferLike> {
  checkNumber("offset", offset);
  const bytes = bytesOf(data);
  const { length } = bytes;
  const end = offset + length;
  if (!(offset >= 0 && offset % 4 === 0)) rejectUnaligned("offset", offset, "4");
  if (end > size)
    throw new GpuPoolError(
      "ERR_DATA_TOO_LONG",
      `write: ${length} bytes at ${offset} do not lie within [0, ${size})`,
      { length, offset, size },
    );
  if (length % 4 === 0) return bytes;
  if (end < size) rejectUnaligned("data.byteLength", length, "4 within the slice");
  const padded = new Uint8Array(roundUp(length, 4));
  padded.set(bytes);
  return padded;
}
