// Options and handles of shared heaps, and the checks of what one is given.

import { checkNumber, checkOptions } from "../check.js";
import { AllocatorRangeError, ArgumentTypeError } from "../errors.js";
import { SharedHandleError } from "./errors.js";
import { HEADER_BYTES, HEAP_MAGIC, VERSION } from "./layout.js";

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

/** Names a shared heap: a plain object to be sent to workers with `postMessage`, or as `workerData`. */
export interface SharedHeapHandle {
  /** What it names. */
  readonly kind: "suballoc/shared-heap";
  /** Of the layout in shared memory. */
  readonly version: number;
  /** The code. */
  readonly module: WebAssembly.Module;
  /** The memory that the heap lies in, shared. */
  readonly memory: WebAssembly.Memory;
  /** Where in it the heap begins. */
  readonly address: number;
}

export const HEAP_KIND = "suballoc/shared-heap";

const tagOf = (value: unknown) => Object.prototype.toString.call(value);

function isSharedMemory(memory: unknown): memory is WebAssembly.Memory {
  return (
    tagOf(memory) === "[object WebAssembly.Memory]" &&
    tagOf((memory as WebAssembly.Memory).buffer) === "[object SharedArrayBuffer]"
  );
}

function checkRange(argument: string, value: number, least: number, most: number, unit = ""): void {
  checkNumber(argument, value);
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AllocatorRangeError(
    "ERR_OUT_OF_BOUNDS",
    `${argument} must be from ${least} to ${most}${unit}, got ${value}`,
    argument,
    value,
  );
}

/** Throws unless these are options for a heap. */
export function checkHeapOptions(options: SharedHeapOptions): void {
  checkOptions("options", options, ["maximum", "memory", "base", "recovery", "lockTimeout"]);
  const { maximum, memory, base, recovery } = options;
  checkRange("maximum", maximum, 4, 65536, " pages");
  const reject = (argument: string, value: unknown, expected: string) => {
    throw new ArgumentTypeError(
      argument === "memory" ? "ERR_NOT_A_MEMORY" : "ERR_BAD_OPTIONS",
      `${argument} must be ${expected}`,
      argument,
      value,
    );
  };
  if (memory !== undefined && !isSharedMemory(memory))
    reject("memory", memory, "a shared WebAssembly.Memory");
  if (base !== undefined) {
    if (memory === undefined) reject("base", base, "given with `memory` only");
    checkRange("base", base, 0, memory?.buffer.byteLength ?? 0);
  }
  if (recovery !== undefined && typeof recovery !== "boolean")
    reject("recovery", recovery, "true or false");
}

/** Throws unless `handle` names a shared heap of this release's layout. */
export function checkHeapHandle(handle: unknown): asserts handle is SharedHeapHandle {
  const given = handle as Partial<SharedHeapHandle> | null | undefined;
  const notShared = (what: string) => new SharedHandleError("ERR_NOT_SHARED", what);
  if (typeof given !== "object" || given === null || given.kind !== HEAP_KIND)
    throw notShared("handle must be the handle of a SharedHeap");
  const { version, module, memory, address } = given;
  if (version !== VERSION)
    throw new SharedHandleError(
      "ERR_SHARED_VERSION",
      `the handle has version ${version}, this release reads version ${VERSION}: all threads must use the same release`,
    );
  if (
    tagOf(module) !== "[object WebAssembly.Module]" ||
    !isSharedMemory(memory) ||
    typeof address !== "number" ||
    address % 64 !== 0
  )
    throw notShared("the handle is not whole: send it with postMessage, as it is");
  if (!(address >= 0 && address + HEADER_BYTES <= memory.buffer.byteLength))
    throw notShared("the handle's memory is not that of a SharedHeap");
  const [magic, found] = new Int32Array(memory.buffer, address, 2);
  if (magic !== HEAP_MAGIC || found !== VERSION)
    throw notShared("the handle's memory is not that of a SharedHeap");
}
