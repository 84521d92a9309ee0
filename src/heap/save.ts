// A heap as bytes, and back. All of a heap lies in its memory, so that saving is copying: the control block, the
// blocks and the bits, at the addresses where they were. Pages that belong to others, and what lies between the last
// block and the bits, are left out.
//
//   +0 magic  +4 version  +8 control  +12 end  +16 number of runs | runs … | CRC-32 of all before it      (u32, little endian)
//   run   +0 address  +4 length, a multiple of 4 | the bytes

import { crc32 } from "../crc32.js";
import { type ErrorCode, SnapshotError } from "../errors.js";
import { type Layout, UNIT } from "./layout.js";

const MAGIC = 0x73706168; // "haps"
const VERSION = 1;
const HEAD = 20;

export interface SavedHeap {
  readonly control: number;
  /** Bytes that the memory must have. */
  readonly end: number;
  readonly runs: readonly { readonly address: number; readonly bytes: Uint8Array }[];
}

export function saveHeap(layout: Layout, memory: Uint8Array): Uint8Array<ArrayBuffer> {
  const runs: (readonly [from: number, to: number])[] = [];
  const { control } = layout;
  let to = layout.field("top");
  for (const [fence, next] of layout.fences()) {
    runs.unshift([next, to]);
    to = fence + UNIT;
  }
  runs.unshift([control, to]);
  runs.push([layout.field("limit"), layout.field("end")]);
  const size = runs.reduce((sum, [from, to]) => sum + 8 + to - from, HEAD + 4);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const head = [MAGIC, VERSION, control, layout.field("end"), runs.length];
  let at = 0;
  const put = (value: number) => {
    view.setUint32(at, value, true);
    at += 4;
  };
  head.forEach(put);
  for (const [from, to] of runs) {
    put(from);
    put(to - from);
    bytes.set(memory.subarray(from, to), at);
    at += to - from;
  }
  put(crc32(bytes.subarray(0, at)));
  return bytes;
}

const refuse = (code: ErrorCode, why: string) =>
  new SnapshotError(code, `not a heap that can be loaded: ${why}`);

const damaged = (why: string) => refuse("ERR_SNAPSHOT_DAMAGED", why);

export function parseHeap(bytes: Uint8Array): SavedHeap {
  const { byteLength } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, byteLength);
  const word = (at: number) => view.getUint32(at, true);
  if (byteLength < HEAD + 4 || word(0) !== MAGIC)
    throw refuse("ERR_NOT_A_SNAPSHOT", "not written by save()");
  if (word(4) !== VERSION)
    throw refuse("ERR_SNAPSHOT_VERSION", `version ${word(4)}, this release reads ${VERSION}`);
  if (crc32(bytes.subarray(0, -4)) !== word(byteLength - 4)) throw damaged("the checksum is wrong");
  const control = word(8);
  const end = word(12);
  const runs: { address: number; bytes: Uint8Array }[] = [];
  let at = HEAD;
  let last = control;
  for (let left = word(16); left > 0; left--) {
    if (at + 8 > byteLength - 4) throw damaged("too short");
    const [address, length] = [word(at), word(at + 4)];
    if (address < last || address + length > end || at + 8 + length > byteLength - 4)
      throw damaged(`a run of ${length} bytes at ${address}`);
    runs.push({ address, bytes: bytes.subarray(at + 8, at + 8 + length) });
    at += 8 + length;
    last = address + length;
  }
  if (at !== byteLength - 4) throw damaged("too long");
  return { control, end, runs };
}

/** The error of bytes with a right checksum that hold no sound heap. */
export const unsound = (cause: unknown) => Object.assign(damaged(String(cause)), { cause });
