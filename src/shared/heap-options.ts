// Options of shared heaps, and the checks of what one is given.

import { checkNumber, checkOption, checkOptions, reject, rejectRange } from "../check.js";
import { isSharedMemory } from "./handle.js";
import { checkRecovery } from "./options.js";

/** Options of {@link SharedHeap.create}. */
export interface SharedHeapOptions {
  /**
   * The most pages of 65,536 bytes that the memory may come to have: 4 … 65,536. A 64th of it is used at once, for the
   * bits of all blocks. Of a memory that is given, not more than its own maximum.
   */
  readonly maximum: number;
  /**
   * A shared memory for the heap to lie in; by default one of its own, which nothing else may grow. In a memory that is
   * given, others may add pages at any time.
   */
  readonly memory?: WebAssembly.Memory;
  /**
   * With `memory`: address from which on everything to the end of the memory belongs to the heap. By default the heap
   * uses only pages that it adds to the memory itself.
   */
  readonly base?: number;
  /** `false`: no undo log. Faster, but a worker that is terminated inside a call may leave the heap damaged. */
  readonly recovery?: boolean;
  /**
   * Milliseconds that this attachment waits for the lock before a {@link LockTimeoutError}; `Infinity` is allowed. By
   * default 1000, and 100 in a browser's main thread.
   */
  readonly lockTimeout?: number;
}

function checkRange(argument: string, value: number, least: number, most: number, unit = ""): void {
  checkNumber(argument, value);
  if (Number.isInteger(value) && value >= least && value <= most) return;
  rejectRange("ERR_OUT_OF_BOUNDS", argument, `from ${least} to ${most}${unit}`, value);
}

/** Throws unless these are options for a heap. */
export function checkHeapOptions(options: SharedHeapOptions): void {
  checkOptions("options", options, ["maximum", "memory", "base", "recovery", "lockTimeout"]);
  const { maximum, memory, base, recovery } = options;
  checkRange("maximum", maximum, 4, 65536, " pages");
  if (memory !== undefined && !isSharedMemory(memory))
    reject("ERR_NOT_A_MEMORY", "memory", "a shared WebAssembly.Memory", memory);
  if (base !== undefined) {
    checkOption(memory !== undefined, "base", "given with `memory` only", base);
    checkRange("base", base, 0, memory?.buffer.byteLength ?? 0);
  }
  if (recovery !== undefined) checkRecovery(recovery);
}
