// Snapshots: the whole state of an allocator as bytes, the same from every core, and back.
//
//   | "SUBA" | version | policy | flags | capacity | granularity | rover | count | blocks … | order … | note … | crc |
//     4 bytes                                                                                         bytes    4 bytes
//
// All else are whole numbers in LEB128, so that one function writes them and one reads them. flags: 1 tracked, 2 with an
// order. capacity and rover are in units of the granularity; count is the number of blocks: of the live ones if tracked,
// else of the free ones, for the others lie between them. A block is gap, size and, if tracked, label; the gap is the
// distance from the end of the block before. An order (core/order.ts) is the number of its ends, and the ends. The note is
// that of labels.ts. crc is the CRC-32 of ISO 3309 over all before it, little-endian.
//
// Reading trusts nothing.

import { reject } from "./check.js";
import { BATCH } from "./core/abi.js";
import { widthOf } from "./core/blocks.js";
import { crc32 } from "./crc32.js";
import { type ErrorCode, SnapshotError } from "./errors.js";
import { POLICIES, TRACKED_POLICIES, type TrackedPolicy } from "./policy.js";

const MAGIC = [83, 85, 66, 65]; // "SUBA"
const VERSION = 3;
const CRC_BYTES = 4;
/** The CRC-32 of any bytes and their CRC-32. */
const CRC_OF_WHOLE = 0x2144df1c;
/** At most so many in what precedes the blocks, what follows them, and in a number. */
const [FRAME_BYTES, NUMBER_BYTES] = [80, 8];

interface Header {
  /** Its number. */
  readonly policy: number;
  readonly live: boolean;
  /** In units. */
  readonly capacity: number;
  readonly granularity: number;
  /** In units. */
  readonly rover: number;
  /** Number of blocks. */
  readonly count: number;
  /** Of the free blocks in their bins, where there are bins. */
  readonly order: readonly number[] | undefined;
}

/** What a snapshot holds. */
export interface Snapshot {
  /** In the caller's unit. */
  readonly capacity: number;
  readonly options: { readonly policy: TrackedPolicy; readonly granularity: number };
  readonly rover: number;
  /** As `loadBlocks` takes them. */
  readonly blocks: readonly Float64Array[];
  /** Of the free blocks in their bins. */
  readonly order: readonly number[];
  readonly note: Uint8Array;
}

/** @param blocks as `walkBlocks` yields them. */
export function writeSnapshot(
  { policy, live, capacity, granularity, rover, count, order }: Header,
  blocks: Iterable<Float64Array>,
  note: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const numbers = 3 * count + (order?.length ?? 0);
  const bytes = new Uint8Array(FRAME_BYTES + NUMBER_BYTES * numbers + note.length);
  bytes.set(MAGIC);
  let at = MAGIC.length;
  const put = (value: number) => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128;
    bytes[at++] = rest;
  };
  const flags = Number(live) + (order ? 2 : 0);
  [VERSION, policy, flags, capacity, granularity, rover, count].forEach(put);
  let end = 0;
  for (const chunk of blocks) {
    for (let i = 0; i < chunk.length; i += widthOf(live)) {
      const start = chunk[i] as number;
      const size = chunk[i + 1] as number;
      put(start - end);
      put(size);
      if (live) put(chunk[i + 2] as number);
      end = start + size;
    }
  }
  if (order) {
    put(order.length);
    order.forEach(put);
  }
  bytes.set(note, at);
  at += note.length;
  const crc = crc32(bytes.subarray(0, at));
  for (let i = 0; i < CRC_BYTES; i++) bytes[at++] = crc >>> (8 * i);
  return bytes.slice(0, at);
}

function refuse(code: ErrorCode, what: string): never {
  throw new SnapshotError(code, `the snapshot ${what}`);
}

/** Throw what is thrown at bytes that are not what was written; `what` is wrong in them. */
export function damaged(what: string): never {
  refuse("ERR_SNAPSHOT_DAMAGED", `is damaged: ${what}`);
}

/** What is in the bytes. */
export function readSnapshot(bytes: Uint8Array, live: boolean): Snapshot {
  if (!(bytes instanceof Uint8Array)) reject("ERR_NOT_A_SNAPSHOT", "bytes", "a Uint8Array", bytes);
  if (bytes.length < MAGIC.length + CRC_BYTES || MAGIC.some((byte, i) => byte !== bytes[i]))
    refuse("ERR_NOT_A_SNAPSHOT", "was not written by snapshot()");
  if (crc32(bytes) !== CRC_OF_WHOLE) damaged("checksum");
  const body = bytes.subarray(MAGIC.length, -CRC_BYTES);
  let at = 0;
  const get = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = body[at++] ?? damaged("length");
      value += (byte & 127) * factor;
      if (!(value <= Number.MAX_SAFE_INTEGER)) damaged("number");
      if (byte < 128) return value;
    }
  };
  const version = get();
  if (version !== VERSION)
    refuse("ERR_SNAPSHOT_VERSION", `has version ${version}; this release reads ${VERSION}`);
  const policy = get();
  const flags = get();
  const capacity = get();
  const granularity = get();
  const rover = get();
  const isTracked = (flags & 1) === 1;
  if (
    flags > 3 ||
    policy >= (isTracked ? TRACKED_POLICIES : POLICIES).length ||
    !Number.isSafeInteger(capacity * granularity) ||
    capacity * granularity < 1
  )
    damaged("header");
  if (isTracked !== live)
    refuse(
      "ERR_SNAPSHOT_KIND",
      `is of a ${isTracked ? "Tracked" : "Memory"}Allocator: call restore of that class`,
    );

  const blocks: Float64Array[] = [];
  const width = widthOf(live);
  let end = 0;
  for (let left = get(); left > 0; left -= BATCH) {
    const chunk = new Float64Array(width * Math.min(left, BATCH));
    for (let i = 0; i < chunk.length; i += width) {
      const start = end + get();
      const size = get();
      end = start + size;
      if (size < 1 || end > capacity) damaged("block");
      chunk[i] = start;
      chunk[i + 1] = size;
      if (!live) continue;
      const label = get();
      if (label > 0xffff_ffff) damaged("label"); // the core takes 32 bits
      chunk[i + 2] = label;
    }
    blocks.push(chunk);
  }
  const order: number[] = [];
  if (flags > 1) for (let left = get(); left > 0; left--) order.push(get());
  const note = body.subarray(at);
  if (!live && note.length > 0) damaged("length");
  const options = { policy: TRACKED_POLICIES[policy] as TrackedPolicy, granularity };
  return { capacity: capacity * granularity, options, rover, blocks, order, note };
}
