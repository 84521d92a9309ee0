// Options of a heap, and the checks of everything that a heap is given.

import { checkNumber, checkOptions } from "../check.js";
import { AllocatorRangeError, ArgumentTypeError, type ErrorCode } from "../errors.js";
import type { DebugOptions, Leak } from "./debug.js";
import { HeapPointerError } from "./errors.js";

/** Options of `new LeanHeap()`. */
export interface LeanHeapOptions {
  /** The memory that the heap lies in, not shared; by default a memory of its own. */
  readonly memory?: WebAssembly.Memory;
  /**
   * With `memory`: address from which on everything to the end of the memory belongs to the heap. By default the heap
   * uses only pages that it adds to the memory itself, and others may add pages too at any time.
   */
  readonly base?: number;
  /** The most bytes that the heap may have, in whole pages of 65,536; by default as many as the memory can. */
  readonly maximum?: number;
  /**
   * With `memory`: address of the control block of a heap that lies there already ({@link LeanHeap.control}); that one is
   * used, and none made.
   */
  readonly control?: number;
  /** The core, compiled ahead from `suballoc/heap-checked.wasm`, or from `suballoc/heap.wasm` where pointers are not checked. */
  readonly module?: WebAssembly.Module;
}

/** Options of `new Heap()`. */
export interface HeapOptions extends LeanHeapOptions {
  /** `false`: pointers are not checked, as in C; a little faster, and with fewer bits beside the blocks. */
  readonly checked?: boolean;
  /** Finds overwritten bytes and uses after free, and remembers where each block was allocated. Slow, and larger. */
  readonly debug?: boolean | DebugOptions;
  /** In debug mode: called by `dispose()` when blocks are live, with these. */
  readonly onLeak?: (leaks: Leak[]) => void;
}

/** Options of `Heap.load()`. */
export type HeapLoadOptions = Pick<HeapOptions, "memory" | "module">;

export const PAGE = 65536;
const MAXIMUM_PAGES = 65536;

const isA = (name: string, value: unknown) =>
  Object.prototype.toString.call(value) === `[object WebAssembly.${name}]`;

function reject(
  code: "ERR_NOT_A_MEMORY" | "ERR_BAD_OPTIONS",
  argument: string,
  value: unknown,
  expected: string,
): never {
  throw new ArgumentTypeError(code, `${argument} must be ${expected}`, argument, value);
}

export function checkMemory(memory: unknown): asserts memory is WebAssembly.Memory {
  if (!isA("Memory", memory) || !((memory as WebAssembly.Memory).buffer instanceof ArrayBuffer))
    reject("ERR_NOT_A_MEMORY", "memory", memory, "a WebAssembly.Memory that is not shared");
}

/** Throws unless these are options of a lean heap; the pages that it may have. */
export function checkLeanOptions(options: LeanHeapOptions): number {
  checkOptions("options", options);
  const { memory, base, maximum, module, control } = options;
  if (memory !== undefined) checkMemory(memory);
  const bytes = memory?.buffer.byteLength ?? 0;
  if (base !== undefined) {
    checkWhole("base", base);
    if (memory === undefined) reject("ERR_BAD_OPTIONS", "base", base, "given with `memory` only");
    if (base > bytes)
      throw new AllocatorRangeError(
        "ERR_OUT_OF_BOUNDS",
        `base out of bounds: ${base}, the memory has ${bytes} bytes`,
        "base",
        base,
      );
  }
  if (control !== undefined) {
    checkWhole("control", control);
    if (memory === undefined || base !== undefined || maximum !== undefined)
      reject("ERR_BAD_OPTIONS", "control", control, "given with `memory`, without the others");
    if (control % 16 !== 0 || control > bytes - 128) rejectControl(control);
  }
  if (module !== undefined && !isA("Module", module))
    reject("ERR_BAD_OPTIONS", "module", module, "a WebAssembly.Module");
  if (maximum === undefined) return MAXIMUM_PAGES;
  checkWhole("maximum", maximum, "ERR_CAPACITY_NOT_POSITIVE");
  if (maximum < PAGE)
    throw new AllocatorRangeError(
      "ERR_CAPACITY_OUT_OF_RANGE",
      `maximum must be at least a page, ${PAGE} bytes, got ${maximum}`,
      "maximum",
      maximum,
    );
  return Math.min(Math.floor(maximum / PAGE), MAXIMUM_PAGES);
}

/** Throws unless the options that only a Heap has are right; the others are checked by {@link checkLeanOptions}. */
export function checkHeapOptions(options: HeapOptions): void {
  checkOptions("options", options);
  const { checked, debug, onLeak, control } = options;
  if (checked !== undefined && typeof checked !== "boolean")
    reject("ERR_BAD_OPTIONS", "checked", checked, "true or false");
  if (debug !== undefined && typeof debug !== "boolean") {
    checkOptions("debug", debug);
    if (debug.quarantine !== undefined) checkWhole("quarantine", debug.quarantine);
  }
  if (debug && control !== undefined)
    reject("ERR_BAD_OPTIONS", "debug", debug, "left out with `control`");
  if (onLeak !== undefined) checkFunction("onLeak", onLeak);
}

export function rejectControl(control: number): never {
  throw new AllocatorRangeError(
    "ERR_NOT_A_HEAP",
    `control: at ${control} there is no heap, or not one of this kind (checked or not)`,
    "control",
    control,
  );
}

export function checkFunction(argument: string, value: unknown): void {
  if (typeof value !== "function") reject("ERR_BAD_OPTIONS", argument, value, "a function");
}

/** Throws unless this is a class of typed arrays. */
export function checkTypedArray(type: unknown): void {
  if (typeof type === "function" && "BYTES_PER_ELEMENT" in type) return;
  reject("ERR_BAD_OPTIONS", "type", type, "a class of typed arrays");
}

/** Throws unless `value` is a whole number from 0 on, or from 1 on if there is a code for others. */
function checkWhole(argument: string, value: number, notPositive?: ErrorCode): void {
  checkNumber(argument, value);
  const range = (code: ErrorCode, problem: string) => {
    throw new AllocatorRangeError(code, `${argument} ${problem}, got ${value}`, argument, value);
  };
  if (!Number.isSafeInteger(value))
    range(
      "ERR_NOT_AN_INTEGER",
      `must be an integer from ${notPositive ? 1 : 0} to ${Number.MAX_SAFE_INTEGER}`,
    );
  if (notPositive ? value < 1 : value < 0)
    range(
      notPositive ?? "ERR_OUT_OF_BOUNDS",
      notPositive ? "must be positive" : "must not be negative",
    );
}

/** Throws unless `value` is a whole number from 1 on: a size, a count or a length. */
export function checkSize(argument: "size" | "count" | "length", value: number): void {
  checkWhole(argument, value, "ERR_SIZE_NOT_POSITIVE");
}

/** Throws the error for what is not a pointer's number: no whole number from 0 to 2^32 − 1. */
export function rejectPointer(method: string, pointer: number): never {
  checkNumber("pointer", pointer);
  if (!Number.isInteger(pointer)) checkWhole("pointer", pointer);
  throw new HeapPointerError("ERR_NOT_ALLOCATED", method, pointer, undefined);
}

/** Throws unless `alignment` is a power of two. */
export function checkAlignment(alignment: number): void {
  checkWhole("alignment", alignment, "ERR_ALIGNMENT_NOT_POSITIVE");
  if (2 ** Math.floor(Math.log2(alignment)) === alignment) return;
  throw new AllocatorRangeError(
    "ERR_ALIGNMENT_NOT_POWER_OF_TWO",
    `alignment must be a power of two, got ${alignment}`,
    "alignment",
    alignment,
  );
}
