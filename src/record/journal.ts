// Writes operations down: into segments, which go to a sink or are kept. What is kept is bounded: the oldest segments
// are carried out on the opening state and dropped.

import {
  ByteReader,
  fileHeader,
  HAS_ALIGNMENT,
  HAS_LABEL,
  LONGEST_RECORD,
  Operation,
  SegmentKind,
  segmentOf,
} from "./format.js";
import { LiveBlocks, type NewBlock } from "./live-blocks.js";
import { RecordWriter } from "./record-writer.js";
import { replayRecords } from "./replay-records.js";

/** What is known of the allocator when a recording begins. */
export interface Opening {
  /** Name of its class. */
  readonly name: string;
  /** The empty string if it has none. */
  readonly policy: string;
  /** 0 if unknown. */
  readonly capacity: number;
  /** 1 if it has none. */
  readonly granularity: number;
  /** What is live. */
  readonly blocks: Iterable<NewBlock>;
}

/** Where the bytes of a recording go as they come into being. */
export interface RecordingSink {
  /**
   * Called with a few hundred kilobytes at a time, in order; the first call is made by `record`. It may return a promise,
   * which is not waited for.
   */
  write(bytes: Uint8Array<ArrayBuffer>): unknown;
}

/** How operations are kept. */
export interface JournalOptions {
  /** Bytes of operations kept in memory. */
  readonly maxBytes: number;
  /** Gets them instead. */
  readonly sink: RecordingSink | undefined;
  /** Milliseconds, ascending. */
  readonly clock: () => number;
  /** The frames of the call now being made; `called` is {@link Journal.method}. */
  readonly callSite: ((called: unknown) => string) | undefined;
}

const LARGEST_SEGMENT = 1 << 18;
const SMALLEST_SEGMENT = 1 << 10;
const SEGMENTS_KEPT = 16;
/** The largest number that a recording holds. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Where the calls of one recorded allocator are written down. */
export class Journal {
  /** Operations written down. */
  operations = 0;
  /** Of these, how many are no longer there one by one, but only in the opening state. */
  folded = 0;
  /** Whether anything is still written down. */
  active = true;
  /** Whether call sites are written down. */
  readonly tracesCalls: boolean;
  /** The recorded method now being called: call sites begin at its caller. */
  method: unknown;
  /** What the sink threw, if it did: the recording ended there. */
  error: unknown;
  readonly #opening: Opening;
  readonly #options: JournalOptions;
  readonly #startedAt = Date.now();
  readonly #start: number;
  readonly #segmentBytes: number;
  /** The segment being written. */
  readonly #writer: RecordWriter;
  /** Of that, the bytes before its first record. */
  #headerBytes = 0;
  /** Payloads of the segments kept, oldest first. */
  readonly #kept: Uint8Array<ArrayBuffer>[] = [];
  #keptBytes = 0;
  /** The state at the start of the first segment kept. */
  readonly #live = new LiveBlocks();
  #capacity: number;

  /** For the library itself. */
  constructor(opening: Opening, options: JournalOptions) {
    this.#opening = opening;
    this.#options = options;
    this.tracesCalls = options.callSite !== undefined;
    this.#capacity = opening.capacity;
    this.#start = options.clock();
    const share = Math.floor(options.maxBytes / SEGMENTS_KEPT);
    this.#segmentBytes =
      options.sink === undefined
        ? Math.max(SMALLEST_SEGMENT, Math.min(LARGEST_SEGMENT, share))
        : LARGEST_SEGMENT;
    this.#writer = new RecordWriter(this.#segmentBytes + LONGEST_RECORD);
    this.#beginSegment();
    this.#live.granularity = opening.granularity;
    for (const block of opening.blocks) this.#live.add(block);
    if (options.sink !== undefined) {
      this.#send(fileHeader());
      this.#send(this.#openingSegment());
      this.#live.clear();
    }
  }

  /** Bytes held in memory: segments, and the one being written. */
  get bytes(): number {
    return this.#keptBytes + this.#writer.position;
  }

  /** A block was allocated. */
  allocate(size: number, address: number, alignment: number, label: string): void {
    this.#placed(Operation.ALLOCATE, size, address, alignment, label);
  }

  /** A block was allocated at an address of the caller's choice. */
  reserve(size: number, address: number, alignment: number, label: string): void {
    this.#placed(Operation.RESERVE, size, address, alignment, label);
  }

  /** The block that starts at an address was freed. */
  free(address: number): void {
    if (!this.#isReady()) return;
    this.#begin(Operation.FREE);
    this.#writer.address(address);
  }

  /** A range was freed: a part of a block, or several blocks. */
  freeRange(address: number, size: number): void {
    if (!this.#isReady()) return;
    this.#begin(Operation.FREE_RANGE);
    this.#writer.address(address);
    this.#writer.number(size);
  }

  /** A block or range was resized. `oldSize` is 0 for the block's own; `alignment` and `label` are undefined where they stay. */
  resize(
    address: number,
    oldSize: number,
    size: number,
    after: number,
    alignment?: number,
    label?: string,
  ): void {
    if (!this.#isReady()) return;
    const labelIndex = label === undefined ? -1 : this.#writer.indexOf(label);
    const flags = (alignment === undefined ? 0 : HAS_ALIGNMENT) | (labelIndex < 0 ? 0 : HAS_LABEL);
    this.#begin(Operation.RESIZE | flags);
    const writer = this.#writer;
    writer.address(address);
    writer.number(oldSize);
    writer.number(size);
    writer.address(after);
    if (alignment !== undefined) writer.number(alignment);
    if (labelIndex >= 0) writer.number(labelIndex);
  }

  /** Defragmentation moved a block. */
  move(from: number, to: number): void {
    if (!this.#isReady()) return;
    this.#begin(Operation.MOVE);
    this.#writer.address(from);
    this.#writer.address(to);
  }

  /** An allocation found no room. Its size may be a product, and exceed what a recording holds. */
  refuse(size: number, alignment: number, label: string): void {
    this.#placed(Operation.REFUSE, Math.min(size, MOST), -1, alignment, label);
  }

  /** A block got another label. */
  relabel(address: number, label: string): void {
    if (!this.#isReady()) return;
    const index = this.#writer.indexOf(label);
    this.#begin(Operation.RELABEL | HAS_LABEL);
    this.#writer.address(address);
    this.#writer.number(index);
  }

  /** The allocator grew or shrank. */
  capacity(capacity: number): void {
    if (!this.#isReady()) return;
    this.#begin(Operation.CAPACITY);
    this.#writer.number(capacity);
  }

  /** Everything was freed. */
  reset(): void {
    if (this.#isReady()) this.#begin(Operation.RESET);
  }

  /** Write nothing more down. */
  end(): void {
    this.flush();
    this.active = false;
  }

  /** Send what has been written to the sink. */
  flush(): void {
    if (
      this.active &&
      this.#options.sink !== undefined &&
      this.#writer.position > this.#headerBytes
    ) {
      this.#endSegment();
    }
  }

  /** The whole recording, as far as it is in memory. */
  save(): Uint8Array<ArrayBuffer> {
    const parts = [
      fileHeader(),
      this.#openingSegment(),
      ...this.#kept.map((payload) => segmentOf(SegmentKind.OPERATIONS, payload)),
      segmentOf(SegmentKind.OPERATIONS, this.#writer.bytes.subarray(0, this.#writer.position)),
    ];
    const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #placed(operation: number, size: number, address: number, alignment: number, label: string) {
    if (!this.#isReady()) return;
    const { callSite } = this.#options;
    const site = callSite === undefined ? "" : callSite(this.method);
    this.#writer.block(operation, this.#now(), size, address, alignment, label, site);
    this.operations++;
  }

  /** Whether anything is recorded; if so, there is room for a record with its strings, which must be in one segment. */
  #isReady(): boolean {
    if (this.#writer.position >= this.#segmentBytes) this.#endSegment();
    return this.active;
  }

  #begin(tag: number): void {
    this.#writer.tag(tag, this.#now());
    this.operations++;
  }

  /** Microseconds since the recording began; never less than before, whatever the clock says. */
  #now(): number {
    const now = Math.round((this.#options.clock() - this.#start) * 1000);
    return Math.max(Math.min(now, MOST) || 0, this.#writer.time);
  }

  #beginSegment(): void {
    this.#writer.restart();
    this.#writer.begin();
    this.#headerBytes = this.#writer.position;
  }

  #endSegment(): void {
    const payload = this.#writer.bytes.slice(0, this.#writer.position);
    this.#beginSegment();
    if (this.#options.sink !== undefined) {
      this.#send(segmentOf(SegmentKind.OPERATIONS, payload));
      return;
    }
    this.#kept.push(payload);
    this.#keptBytes += payload.length;
    while (this.#kept.length > 1 && this.#keptBytes + this.#segmentBytes > this.#options.maxBytes) {
      this.#fold(this.#kept.shift() as Uint8Array);
    }
  }

  #fold(payload: Uint8Array): void {
    this.#keptBytes -= payload.length;
    this.folded += replayRecords(new ByteReader(payload), this.#live, {
      capacity: (capacity) => {
        this.#capacity = capacity;
      },
    });
  }

  #openingSegment(): Uint8Array<ArrayBuffer> {
    const blocks = [...this.#live.values()].sort((a, b) => a.time - b.time);
    const { name, policy, granularity } = this.#opening;
    const texts = new Set(blocks.flatMap(({ label, site }) => [label, site]));
    const text = [...texts].reduce((sum, { length }) => sum + length + 12, 0);
    const writer = new RecordWriter(
      1000 + 3 * (name.length + policy.length + text) + 120 * blocks.length,
    );
    writer.float(this.#startedAt);
    writer.string(name);
    writer.string(policy);
    writer.number(this.#capacity);
    writer.number(granularity);
    writer.number(this.folded);
    writer.begin();
    for (const { time, size, address, alignment, label, site } of blocks)
      writer.block(Operation.ALLOCATE, time, size, address, alignment, label, site);
    return segmentOf(SegmentKind.STATE, writer.bytes.subarray(0, writer.position));
  }

  /** A sink that fails ends the recording, not the allocator's work. */
  #send(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.active) return;
    const end = (error: unknown) => {
      this.error = error;
      this.active = false;
    };
    try {
      const written = this.#options.sink?.write(bytes);
      if (written instanceof Promise) written.catch(end);
    } catch (error) {
      end(error);
    }
  }
}
