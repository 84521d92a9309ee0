// What is written into a slice: any view or buffer, as WebGPU takes it, which is in whole words at whole words.

import { checkNumber, notAligned, reject } from "../check.js";
import { roundUp } from "./device.js";
import { GpuPoolError } from "./errors.js";

/** The bytes of a view or a buffer, of whichever realm. */
function viewOf(data: ArrayBufferView | ArrayBufferLike): ArrayBufferView {
  if (ArrayBuffer.isView(data)) return data;
  try {
    return new DataView(data); // throws on all but buffers
  } catch {
    return reject("ERR_NOT_AN_ARRAY", "data", "a typed array, a DataView or an ArrayBuffer", data);
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
  const end = offset + byteLength;
  if (!(offset >= 0 && offset % 4 === 0)) throw notAligned("offset", offset, "4");
  if (end > size)
    throw new GpuPoolError(
      "ERR_DATA_TOO_LONG",
      `write: ${byteLength} bytes at ${offset} end after the slice of ${size} bytes`,
      { length: byteLength, offset, size },
    );
  if (byteLength % 4 === 0) return view;
  if (end < size)
    throw notAligned("data.byteLength", byteLength, "4, and the slice goes on after the data");
  const padded = new Uint8Array(roundUp(byteLength, 4));
  padded.set(new Uint8Array(view.buffer, view.byteOffset, byteLength));
  return padded;
}
