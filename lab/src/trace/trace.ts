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
}

/**
 * A block is one allocation, named by a dense id in order of allocation. An operation is one 32-bit
 * number: `id` allocates the block, `~id` (negative) frees it.
 */
export interface Trace {
  readonly format: "valgrind" | "mtrace";
  readonly operations: Int32Array;
  /** The line of the file each operation comes from. */
  readonly lines: Uint32Array;
  /** Bytes of each block, by id. */
  readonly sizes: Float64Array;
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

/** The file holds no trace, or none that can be replayed. */
export class NotATraceError extends Error {
  override readonly name = "NotATraceError";
}

const unreadableKept = 20;
const textKept = 100;
const holdsNothing = -1;

/** Turns pointers into block ids and calls into allocations and frees. A null pointer is `null`. */
export class TraceBuilder {
  line = 0;
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
  };
  readonly #operations: number[] = [];
  readonly #lines: number[] = [];
  readonly #sizes: number[] = [];
  readonly #blockAt = new Map<string, number>();
  #live = 0;
  #peak = 0;
  #peakOperation = 0;

  allocate(pointer: string | null, size: number): void {
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
    const id = this.#sizes.length;
    this.#sizes.push(size);
    this.#blockAt.set(pointer, id);
    this.#push(id);
    this.#live += size;
    if (this.#live > this.#peak) {
      this.#peak = this.#live;
      this.#peakOperation = this.#operations.length - 1;
    }
  }

  free(pointer: string | null): void {
    if (pointer === null) this.report.nullFrees++;
    else this.#free(this.#take(pointer));
  }

  /** Allocates the new block, then frees the old one: both are live in between. */
  reallocate(old: string | null, pointer: string | null, size: number): void {
    if (old === null) {
      this.allocate(pointer, size);
    } else if (pointer !== null) {
      const id = this.#take(old);
      this.allocate(pointer, size);
      this.#free(id);
    } else if (size === 0) {
      this.free(old);
    } else {
      this.report.failedAllocations++;
    }
  }

  unreadable(text: string, line = this.line): void {
    this.report.unreadable++;
    if (this.report.unreadableLines.length < unreadableKept) {
      this.report.unreadableLines.push({ line, text: text.slice(0, textKept) });
    }
  }

  finish(format: Trace["format"]): Trace {
    if (this.#operations.length === 0) {
      throw new NotATraceError(`a ${format} log that holds no allocation`);
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
  }
}
