// Reads recordings: bytes in pieces of any length, a visitor told what they hold.

import { checkBytes } from "../check.js";
import { crc32 } from "../crc32.js";
import { RecordingError } from "./errors.js";
import { ByteReader, damaged, MAGIC, SEGMENT_HEADER, SegmentKind, VERSION } from "./format.js";
import { LiveBlocks } from "./live-blocks.js";
import { type RecordingVisitor, replayRecords } from "./replay-records.js";

/** What a recording says of itself. */
export interface RecordingInfo {
  /** When it began, in ms since 1970. */
  readonly startedAt: number;
  /** Name of the recorded allocator's class. */
  readonly name: string;
  /** Its policy; the empty string if it has none. */
  readonly policy: string;
  /** Its capacity when the first operation of the recording was made; 0 if unknown. */
  readonly capacity: number;
  /** Every address is a multiple of it. Sizes are as asked for; what a block takes is rounded up to a multiple. */
  readonly granularity: number;
  /** Earlier operations that are no longer there, but in the blocks it opens with. */
  readonly folded: number;
  /** Blocks that were live when the first operation was made. */
  readonly openingBlocks: number;
}

/** What {@link RecordingReader.end} returns. */
export interface RecordingSummary extends RecordingInfo {
  /** Operations read. */
  readonly operations: number;
  /** Bytes at the end that are no whole segment: the recording was cut off there. */
  readonly bytesLeftOver: number;
}

const HEADER = MAGIC.length + 1;

/** Whether bytes begin like a recording. Eight of them tell. */
export function isRecording(bytes: Uint8Array): boolean {
  checkBytes(bytes);
  return String.fromCharCode(...bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/** Reads a recording piece by piece. Memory: the longest segment, and the blocks live at a time. */
export class RecordingReader {
  readonly #visitor: RecordingVisitor;
  readonly #onInfo: (info: RecordingInfo) => void;
  readonly #live = new LiveBlocks();
  /** What has come of a segment that is not whole yet. */
  #pieces: Uint8Array[] = [];
  /** How long they are, and how long they must be before there is anything to read. */
  #length = 0;
  #needed = HEADER;
  #hasHeader = false;
  #info: RecordingInfo | undefined;
  #operations = 0;

  /**
   * Begin reading.
   *
   * @param visitor told what the recording holds; nothing by default, and the summary still counts
   * @param onInfo told once, before anything else
   */
  constructor(visitor: RecordingVisitor = {}, onInfo: (info: RecordingInfo) => void = () => {}) {
    this.#visitor = visitor;
    this.#onInfo = onInfo;
  }

  /**
   * Read the next piece of the recording. O(its length).
   *
   * @throws {RecordingError} `ERR_NOT_A_RECORDING`, `ERR_RECORDING_VERSION` when it is of a later version,
   *   `ERR_RECORDING_DAMAGED`
   * @throws {ArgumentTypeError} `ERR_NOT_AN_ARRAY` when it is not a `Uint8Array`
   */
  push(bytes: Uint8Array): void {
    checkBytes(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#needed) {
      this.#pieces.push(copyOf(bytes));
      return;
    }
    let rest = joined([...this.#pieces, bytes], this.#length);
    if (!this.#hasHeader) {
      readHeader(rest);
      this.#hasHeader = true;
      rest = rest.subarray(HEADER);
    }
    this.#needed = SEGMENT_HEADER;
    while (rest.length >= SEGMENT_HEADER) {
      const header = new DataView(rest.buffer, rest.byteOffset);
      const end = SEGMENT_HEADER + header.getUint32(1, true);
      if (rest.length < end) {
        this.#needed = end;
        break;
      }
      const payload = rest.subarray(SEGMENT_HEADER, end);
      if (crc32(payload) !== header.getUint32(5, true)) throw damaged("a checksum does not agree");
      this.#segment(header.getUint8(0), payload);
      rest = rest.subarray(end);
    }
    this.#pieces = [copyOf(rest)];
    this.#length = rest.length;
  }

  /**
   * No more bytes follow.
   *
   * @throws {RecordingError} `ERR_NOT_A_RECORDING` when there was not even an opening state
   */
  end(): RecordingSummary {
    if (this.#info === undefined) throw notARecording();
    return {
      ...this.#info,
      operations: this.#operations,
      bytesLeftOver: this.#length,
    };
  }

  #segment(kind: number, payload: Uint8Array): void {
    const reader = new ByteReader(payload);
    if (kind === SegmentKind.STATE && this.#info === undefined) {
      this.#readState(reader);
    } else if (kind === SegmentKind.OPERATIONS && this.#info !== undefined) {
      this.#operations += replayRecords(reader, this.#live, this.#visitor);
    } else {
      throw damaged(`a segment of kind ${kind} is out of place`);
    }
  }

  #readState(reader: ByteReader): void {
    const startedAt = reader.float();
    const [name, policy] = [reader.string(), reader.string()];
    const [capacity, granularity, folded] = [reader.number(), reader.number(), reader.number()];
    this.#live.granularity = granularity;
    const opening: Parameters<NonNullable<RecordingVisitor["allocate"]>>[] = [];
    const openingBlocks = replayRecords(reader, this.#live, {
      allocate: (block, time) => opening.push([block, time]),
    });
    this.#info = { startedAt, name, policy, capacity, granularity, folded, openingBlocks };
    this.#onInfo(this.#info);
    for (const [block, time] of opening) this.#visitor.allocate?.(block, time);
  }
}

/**
 * Read a whole recording. O(its length).
 *
 * @param bytes what {@link Recording.save} returned, or what a sink was given, one piece after the other
 * @param visitor told of every operation; may be left out where only the summary is wanted
 * @throws what {@link RecordingReader} throws
 * @example
 * ```ts
 * const pool = record(new TrackedAllocator(1 << 20));
 * const address = pool.allocate(100);
 * pool.allocate(20);
 * pool.free(address);
 * let live = 0;
 * readRecording(recordingOf(pool).save(), {
 *   allocate: ({ size }) => { live += size; },
 *   free: ({ size }) => { live -= size; },
 * });
 * live; // 20
 * ```
 */
export function readRecording(bytes: Uint8Array, visitor: RecordingVisitor = {}): RecordingSummary {
  const reader = new RecordingReader(visitor);
  reader.push(bytes);
  return reader.end();
}

function readHeader(bytes: Uint8Array): void {
  if (!isRecording(bytes)) throw notARecording();
  const version = bytes[MAGIC.length] as number;
  if (version === VERSION) return;
  throw new RecordingError(
    "ERR_RECORDING_VERSION",
    `the recording has version ${version}; this release reads version ${VERSION}`,
  );
}

function notARecording(): RecordingError {
  return new RecordingError("ERR_NOT_A_RECORDING", "these bytes are not a recording");
}

/** The caller may use the bytes of a piece again. A Buffer's own `slice` copies nothing. */
const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const last = pieces.at(-1);
  if (last?.length === length) return last;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
