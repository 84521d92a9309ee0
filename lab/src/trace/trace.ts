// A recorded program's heap traffic as compact arrays, and the builder every reader feeds.

/** What the reader met besides operations. Nothing here stops a replay; all of it is reported. */
export interface TraceReport {
  /** Lines in the file. */
  lines: number;
  /** Lines that should have been operations, or anything at all, and could not be understood. */
  unreadable: number;
  /** The first of them, with their line numbers (from 1). */
  unreadableLines: { line: number; text: string }[];
  /** free(NULL) and the like. */
  nullFrees: number;
  /** Frees and reallocations of a pointer the trace never handed out, or freed before. */
  unknownFrees: number;
  /** Allocations and reallocations that returned NULL. */
  failedAllocations: number;
  /** Allocations of 0 bytes: they hold no memory and are not replayed. */
  zeroSizeAllocations: number;
  /** An address handed out while still live: its missing free is put in before. */
  missedFrees: number;
  /** Operations of further processes (forked children), left out. */
  otherProcessOperations: number;
  /** Blocks that the recorded program's own defragmentation moved; a replay leaves them where they are. */
  moves: number;
  /** Earlier operations that the recording holds no longer: what they left behind is allocated at its start. */
  foldedOperations: number;
  /** Bytes at the end of a recording that was cut off. */
  bytesLeftOver: number;
}

/** What blocks are called in some respect: by label, or by call site. */
export interface Names {
  /** The empty string, for blocks that have none, comes first. */
  readonly names: readonly string[];
  /** The index of each block's name, by id. */
  readonly of: Uint32Array<ArrayBuffer>;
}

/**
 * A block is one allocation, named by a dense id in order of allocation. An operation is one 32-bit
 * number: `id` allocates the block, `~id` (negative) frees it.
 */
export interface Trace {
  readonly format: "valgrind" | "mtrace" | "recording";
  readonly operations: Int32Array;
  /** The line of the file each operation comes from; of a recording, the number of the operation in it. */
  readonly lines: Uint32Array;
  /** Bytes of each block, by id. */
  readonly sizes: Float64Array;
  /** The alignment asked for with each block, by id. */
  readonly alignments: Float64Array;
  /** Whether any alignment is more than 1. */
  readonly isAligned: boolean;
  readonly labels: Names;
  readonly sites: Names;
  /** When each operation was made, in µs since the recording began; only recordings tell. */
  readonly times: Float64Array | undefined;
  /** The largest sum of live bytes, and the first operation after which it is reached. */
  readonly peakLiveBytes: number;
  readonly peakOperation: number;
  readonly report: TraceReport;
}

/** The operation that frees each block, by id; the end of the trace for those never freed. */
export function deathsOf(trace: Trace): Int32Array {
  const deaths = new Int32Array(trace.sizes.length).fill(trace.operations.length);
  trace.operations.forEach((operation, index) => {
    if (operation < 0) deaths[~operation] = index;
  });
  return deaths;
}

/** What kind of file a trace comes from, in words. */
export function kindOf({ format }: Trace): string {
  return format === "recording" ? format : `${format} trace`;
}

/** Where in its file an operation comes from, in words. */
export function originOf({ format, lines }: Trace, operation: number): string {
  return `${format === "recording" ? "operation" : "line"} ${lines[operation]!.toLocaleString("en-US")}`;
}

/** The file holds no trace, or none that can be replayed. */
export class NotATraceError extends Error {
  override readonly name = "NotATraceError";
}

const unreadableKept = 20;
const textKept = 100;
const holdsNothing = -1;

/** What is known of a block besides its size. */
export interface BlockDetails {
  readonly alignment?: number;
  readonly label?: string;
  readonly site?: string;
}

/** Turns pointers into block ids and calls into allocations and frees. A null pointer is `null`. */
export class TraceBuilder {
  line = 0;
  /** When what follows was made. */
  time = 0;
  readonly report: TraceReport = {
    lines: 0,
    unreadable: 0,
    unreadableLines: [],
    nullFrees: 0,
    unknownFrees: 0,
    failedAllocations: 0,
    zeroSizeAllocations: 0,
    missedFrees: 0,
    otherProcessOperations: 0,
    moves: 0,
    foldedOperations: 0,
    bytesLeftOver: 0,
  };
  readonly #operations: number[] = [];
  readonly #lines: number[] = [];
  readonly #times: number[] = [];
  readonly #sizes: number[] = [];
  readonly #alignments: number[] = [];
  readonly #labels = new NameTable();
  readonly #sites = new NameTable();
  readonly #blockAt = new Map<string, number>();
  #live = 0;
  #peak = 0;
  #peakOperation = 0;

  allocate(pointer: string | null, size: number, details: BlockDetails = {}): void {
    if (pointer === null) {
      this.report.failedAllocations++;
      return;
    }
    const previous = this.#blockAt.get(pointer);
    if (previous !== undefined) {
      this.report.missedFrees++;
      this.#free(previous);
    }
    if (size === 0) {
      this.report.zeroSizeAllocations++;
      this.#blockAt.set(pointer, holdsNothing);
      return;
    }
    this.#blockAt.set(pointer, this.place(size, details));
  }

  free(pointer: string | null): void {
    if (pointer === null) this.report.nullFrees++;
    else this.#free(this.#take(pointer));
  }

  /** Allocates the new block, then frees the old one: both are live in between. */
  reallocate(
    old: string | null,
    pointer: string | null,
    size: number,
    details: BlockDetails = {},
  ): void {
    if (old === null) {
      this.allocate(pointer, size, details);
    } else if (pointer !== null) {
      const id = this.#take(old);
      this.allocate(pointer, size, details);
      this.#free(id);
    } else if (size === 0) {
      this.free(old);
    } else {
      this.report.failedAllocations++;
    }
  }

  /** A block that is known by more than a pointer. @returns its id */
  place(size: number, { alignment = 1, label = "", site = "" }: BlockDetails): number {
    const id = this.#sizes.length;
    this.#sizes.push(size);
    this.#alignments.push(alignment);
    this.#labels.push(label);
    this.#sites.push(site);
    this.#push(id);
    this.#live += size;
    if (this.#live > this.#peak) {
      this.#peak = this.#live;
      this.#peakOperation = this.#operations.length - 1;
    }
    return id;
  }

  /** Frees the block with this id. */
  release(id: number): void {
    this.#free(id);
  }

  relabel(id: number, label: string): void {
    this.#labels.set(id, label);
  }

  unreadable(text: string, line = this.line): void {
    this.report.unreadable++;
    if (this.report.unreadableLines.length < unreadableKept) {
      this.report.unreadableLines.push({ line, text: text.slice(0, textKept) });
    }
  }

  finish(format: Trace["format"]): Trace {
    if (this.#operations.length === 0) {
      const kind = format === "recording" ? format : `${format} log`;
      throw new NotATraceError(
        this.report.bytesLeftOver > 0
          ? `a ${kind} that is cut off before its first allocation`
          : `a ${kind} that holds no allocation`,
      );
    }
    if (!Number.isSafeInteger(this.#peak)) {
      throw new NotATraceError("more than 2^53 - 1 bytes live at once: the trace is damaged");
    }
    this.report.lines = this.line;
    return {
      format,
      operations: Int32Array.from(this.#operations),
      lines: Uint32Array.from(this.#lines),
      sizes: Float64Array.from(this.#sizes),
      alignments: Float64Array.from(this.#alignments),
      isAligned: this.#alignments.some((alignment) => alignment > 1),
      labels: this.#labels.finish(),
      sites: this.#sites.finish(),
      times: format === "recording" ? Float64Array.from(this.#times) : undefined,
      peakLiveBytes: this.#peak,
      peakOperation: this.#peakOperation,
      report: this.report,
    };
  }

  #take(pointer: string): number {
    const id = this.#blockAt.get(pointer);
    if (id === undefined) {
      this.report.unknownFrees++;
      return holdsNothing;
    }
    this.#blockAt.delete(pointer);
    return id;
  }

  #free(id: number): void {
    if (id === holdsNothing) return;
    this.#live -= this.#sizes[id]!;
    this.#push(~id);
  }

  #push(operation: number): void {
    this.#operations.push(operation);
    this.#lines.push(this.line);
    this.#times.push(this.time);
  }
}

/** Each distinct name once. */
class NameTable {
  readonly #names: string[] = [""];
  readonly #indices = new Map<string, number>([["", 0]]);
  readonly #of: number[] = [];

  push(name: string): void {
    this.#of.push(this.#indexOf(name));
  }

  set(id: number, name: string): void {
    this.#of[id] = this.#indexOf(name);
  }

  finish(): Names {
    return { names: this.#names, of: Uint32Array.from(this.#of) };
  }

  #indexOf(name: string): number {
    let index = this.#indices.get(name);
    if (index === undefined) {
      index = this.#names.length;
      this.#names.push(name);
      this.#indices.set(name, index);
    }
    return index;
  }
}
