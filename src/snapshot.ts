// Snapshots: the whole state of an allocator as bytes, the same from every core, and back.
//
//   0          4         6        7       8          16            24     32       36     40      44
//   | "SUBA"   | version | policy | flags | capacity | granularity | rover | length | note | count | blocks … | note … | crc |
//     4 bytes    u16       u8       u8      f64        f64           f64     u32      u32    u32                         u32
//
// All little-endian. flags: 1 tracked, 2 with an order. capacity and rover are in units of the granularity; length is that
// of the whole, note that of the note (labels.ts), count the number of blocks: of the live ones if tracked, else of the
// free ones, for the others lie between them. A block is gap, size and, if tracked, label, each in LEB128; the gap is the
// distance from the end of the block before. An order (core/order.ts) follows the blocks: the number of its ends, and the
// ends, in LEB128. crc is the CRC-32 of ISO 3309 over all before it.
//
// Reading trusts nothing.

import { BATCH } from "./core/abi.js";
import { widthOf } from "./core/blocks.js";
import { ArgumentTypeError, type ErrorCode, SnapshotError } from "./errors.js";
import { POLICIES, TRACKED_POLICIES, type TrackedPolicy } from "./policy.js";

const MAGIC = 0x41425553; // "SUBA"
const VERSION = 2;
const HEADER_BYTES = 44;
const CRC_BYTES = 4;

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
  readonly order?: readonly number[] | undefined;
}

/** What a snapshot holds. */
export interface Snapshot {
  /** In the caller's unit. */
  readonly capacity: number;
  readonly options: { readonly policy: TrackedPolicy; readonly granularity: number };
  readonly rover: number;
  /** As `loadBlocks` takes them. */
  readonly blocks: Iterable<Float64Array>;
  /** Of the free blocks in their bins; known once the blocks have been read. */
  readonly order: readonly number[];
  readonly note: Uint8Array;
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** @param blocks as `walkBlocks` yields them. */
export function writeSnapshot(
  { policy, live, capacity, granularity, rover, count, order }: Header,
  blocks: Iterable<Float64Array>,
  note: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const most = lengthOf(capacity) * 2 + (live ? lengthOf(0xffffffff) : 0);
  const mostOfOrder = lengthOf(capacity) * ((order?.length ?? 0) + 1);
  const bytes = new Uint8Array(HEADER_BYTES + most * count + mostOfOrder + note.length + CRC_BYTES);
  let at = HEADER_BYTES;
  const put = (value: number) => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128;
    bytes[at++] = rest;
  };
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
    for (const end of order) put(end);
  }
  bytes.set(note, at);
  at += note.length;
  const view = viewOf(bytes);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint8(6, policy);
  view.setUint8(7, Number(live) + (order ? 2 : 0));
  view.setFloat64(8, capacity, true);
  view.setFloat64(16, granularity, true);
  view.setFloat64(24, rover, true);
  view.setUint32(32, at + CRC_BYTES, true);
  view.setUint32(36, note.length, true);
  view.setUint32(40, count, true);
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes.slice(0, at + CRC_BYTES);
}

/** Bytes of a number in LEB128. */
function lengthOf(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest /= 128) bytes++;
  return bytes;
}

function refuse(code: ErrorCode, what: string): never {
  throw new SnapshotError(code, `the snapshot ${what}`);
}

/** Throw what is thrown at bytes that are not what was written; `what` is wrong in them. */
export function damaged(what: string): never {
  refuse("ERR_SNAPSHOT_DAMAGED", `is damaged: ${what}`);
}

/** What is in the bytes. The blocks are looked at only as they are iterated, and may be refused then. */
export function readSnapshot(bytes: Uint8Array, live: boolean): Snapshot {
  if (!(bytes instanceof Uint8Array))
    throw new ArgumentTypeError(
      "ERR_NOT_A_SNAPSHOT",
      "a snapshot must be a Uint8Array",
      "bytes",
      bytes,
    );
  const view = viewOf(bytes);
  const end = bytes.length - CRC_BYTES;
  if (end < HEADER_BYTES - CRC_BYTES || view.getUint32(0, true) !== MAGIC)
    refuse("ERR_NOT_A_SNAPSHOT", "is none of an allocator");
  const length = view.getUint32(32, true);
  if (length !== bytes.length || view.getUint32(end, true) !== crc32(bytes.subarray(0, end)))
    damaged("checksum");
  const version = view.getUint16(4, true);
  if (version !== VERSION)
    refuse("ERR_SNAPSHOT_VERSION", `has version ${version}; this release reads ${VERSION}`);
  const noteAt = end - view.getUint32(36, true);
  const flags = view.getUint8(7);
  const policy = view.getUint8(6);
  const header = {
    policy,
    live: (flags & 1) === 1,
    capacity: view.getFloat64(8, true),
    granularity: view.getFloat64(16, true),
    rover: view.getFloat64(24, true),
    count: view.getUint32(40, true),
  };
  const { capacity, granularity, rover } = header;
  const isSound =
    flags <= 3 &&
    policy < (header.live ? TRACKED_POLICIES : POLICIES).length &&
    isWhole(capacity, 1) &&
    isWhole(granularity, 1) &&
    isWhole(capacity * granularity, 1) &&
    isWhole(rover, 0) &&
    noteAt >= HEADER_BYTES;
  if (!isSound) damaged("header");
  if (header.live !== live)
    refuse("ERR_SNAPSHOT_KIND", `is of a ${live ? "Memory" : "Tracked"}Allocator`);
  const order: number[] | undefined = flags & 2 ? [] : undefined;
  return {
    capacity: capacity * granularity,
    options: { policy: TRACKED_POLICIES[policy] as TrackedPolicy, granularity },
    rover,
    blocks: readBlocks(bytes.subarray(HEADER_BYTES, noteAt), header, order),
    order: order ?? [],
    note: bytes.subarray(noteAt, end),
  };
}

const isWhole = (value: number, least: number) => Number.isSafeInteger(value) && value >= least;

/** The blocks; what follows them is added to `order`. */
function* readBlocks(bytes: Uint8Array, { live, count, capacity }: Header, order?: number[]) {
  let at = 0;
  const get = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) damaged("length");
      value += (byte & 127) * factor;
      if (value > capacity && value > 0xffffffff) damaged("number");
      if (byte < 128) return value;
    }
  };
  let end = 0;
  const width = widthOf(live);
  for (let left = count; left > 0; ) {
    const chunk = new Float64Array(width * Math.min(left, BATCH));
    for (let i = 0; i < chunk.length; i += width) {
      const start = end + get();
      const size = get();
      end = start + size;
      if (size < 1 || end > capacity) damaged("block");
      chunk[i] = start;
      chunk[i + 1] = size;
      if (live) chunk[i + 2] = get();
    }
    left -= chunk.length / width;
    yield chunk;
  }
  if (order) for (let left = get(); left > 0; left--) order.push(get());
  if (at < bytes.length) damaged("length");
}

let table: Uint32Array | undefined;

/** CRC-32 of ISO 3309, by the usual table of 256 remainders. */
function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    return crc;
  });
  let crc = -1;
  for (let i = 0; i < bytes.length; i++)
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 255] as number);
  return ~crc >>> 0;
}
