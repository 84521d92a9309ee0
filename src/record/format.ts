// The bytes of a recording, drawn; and reading and writing their smallest parts.
//
//   recording  | "SUBALREC" 8 bytes | version u8 | segment | segment | …
//   segment    | kind u8 | length u32 | CRC-32 of the payload u32 | payload, `length` bytes |    little-endian
//   payload    kind 0, the opening state: | f64 start (ms since 1970) | name | policy | capacity | granularity |
//                                         | operations folded into it | time | record … |
//              kind 1, operations:        | time | record … |
//   record     | tag u8 | µs since the record before | operands | alignment? | label? | call site? |
//   tag        bits 0–3 the operation, 4 alignment given, 5 label given, 6 call site given, 7 zero
//
//   operation    operands                                     meaning
//   1 allocate   size, address                                a block; in the opening state: a block that is live
//   2 reserve    size, address                                a block whose address the caller chose
//   3 free       address                                      the block that starts there
//   4 freeRange  address, size                                any allocated range: a part of a block, or several blocks
//   5 resize     address, old size, size, address afterwards  old size 0: the block's own
//   6 move       address, address afterwards                  a block moved by defragmentation
//   7 refuse     size                                         an allocation that found no room
//   8 relabel    address                                      the block gets the label of this record
//   9 capacity   capacity                                     grown or shrunk
//  10 reset      –                                            everything was freed
//  11 string     length, UTF-8                                the next string of this segment
//
// A number is a varint: seven bits a byte, lowest first, up to 2^53 − 1. An address is the difference from the address
// before it in the segment (0 at its start): a varint whose first byte holds the sign in bit 0 and six bits. A label or
// a call site is the index of a string of the same segment. So every segment can be read without those before it, and
// the oldest can be dropped once their effect is in the opening state.

import { crc32 } from "../crc32.js";
import { RecordingError } from "./errors.js";

export const MAGIC = "SUBALREC";
export const VERSION = 1;
export const SEGMENT_HEADER = 9;

export const SegmentKind = { STATE: 0, OPERATIONS: 1 } as const;

export const Operation = {
  ALLOCATE: 1,
  RESERVE: 2,
  FREE: 3,
  FREE_RANGE: 4,
  RESIZE: 5,
  MOVE: 6,
  REFUSE: 7,
  RELABEL: 8,
  CAPACITY: 9,
  RESET: 10,
  STRING: 11,
} as const;

export const HAS_ALIGNMENT = 1 << 4;
export const HAS_LABEL = 1 << 5;
export const HAS_SITE = 1 << 6;

/** Longer labels and call sites are cut to this many UTF-16 units. */
export const LONGEST_STRING = 1000;
/** The most bytes that one record takes, with the two strings it may define. */
export const LONGEST_RECORD = 100 + 2 * (10 + 3 * LONGEST_STRING);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Writes numbers and strings into a buffer that the caller keeps large enough. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  position = 0;
  #address = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
  }

  restart(): void {
    this.position = 0;
    this.#address = 0;
  }

  byte(value: number): void {
    this.bytes[this.position++] = value;
  }

  number(value: number): void {
    const { bytes } = this;
    let { position } = this;
    while (value > 0x7fffffff) {
      bytes[position++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    while (value > 127) {
      bytes[position++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[position++] = value;
    this.position = position;
  }

  address(address: number): void {
    const difference = address - this.#address;
    this.#address = address;
    const magnitude = Math.abs(difference);
    const low = ((magnitude % 64) << 1) | (difference < 0 ? 1 : 0);
    if (magnitude < 64) return this.byte(low);
    this.byte(low | 128);
    this.number(Math.floor(magnitude / 64));
  }

  string(text: string): void {
    const utf8 = encoder.encode(text);
    this.number(utf8.length);
    this.bytes.set(utf8, this.position);
    this.position += utf8.length;
  }

  float(value: number): void {
    new DataView(this.bytes.buffer).setFloat64(this.position, value, true);
    this.position += 8;
  }
}

/** Reads what {@link ByteWriter} wrote; throws `ERR_RECORDING_DAMAGED` where that cannot be. */
export class ByteReader {
  #position = 0;
  #address = 0;

  constructor(readonly bytes: Uint8Array) {}

  get ended(): boolean {
    return this.#position >= this.bytes.length;
  }

  byte(): number {
    if (this.ended) throw damaged("a record is cut off");
    return this.bytes[this.#position++] as number;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw damaged("a number exceeds 2^53 - 1");
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  address(): number {
    const first = this.byte();
    const low = (first >> 1) & 63;
    const magnitude = first < 128 ? low : this.number() * 64 + low;
    const address = this.#address + ((first & 1) === 0 ? magnitude : -magnitude);
    if (!Number.isSafeInteger(address) || address < 0) throw damaged("an address is out of range");
    this.#address = address;
    return address;
  }

  string(): string {
    const length = this.number();
    const end = this.#position + length;
    if (end > this.bytes.length) throw damaged("a string is cut off");
    try {
      return decoder.decode(this.bytes.subarray(this.#position, end));
    } catch {
      throw damaged("a string is not UTF-8");
    } finally {
      this.#position = end;
    }
  }

  float(): number {
    const at = this.bytes.byteOffset + this.#position;
    if (this.#position + 8 > this.bytes.length) throw damaged("the opening state is cut off");
    this.#position += 8;
    return new DataView(this.bytes.buffer).getFloat64(at, true);
  }
}

export function damaged(what: string): RecordingError {
  return new RecordingError("ERR_RECORDING_DAMAGED", `the recording is damaged: ${what}`);
}

/** The file's first bytes. */
export function fileHeader(): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(MAGIC.length + 1);
  header.set(encoder.encode(MAGIC));
  header[MAGIC.length] = VERSION;
  return header;
}

/** A payload as a segment. */
export function segmentOf(kind: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const segment = new Uint8Array(SEGMENT_HEADER + payload.length);
  const header = new DataView(segment.buffer);
  header.setUint8(0, kind);
  header.setUint32(1, payload.length, true);
  header.setUint32(5, crc32(payload), true);
  segment.set(payload, SEGMENT_HEADER);
  return segment;
}
