// Options of a heap, and the checks of everything that a heap is given.

import {
  checkInteger,
  checkObject,
  checkOption,
  checkOptions,
  checkPositive,
  isA,
  reject,
  rejectRange,
} from "../check.js";
import type { DebugOptions, Leak } from "./debug.js";
import { HeapPointerError } from "./errors.js";

/** Options of `new LeanHeap()`. */
export interface LeanHeapOptions {
  /**
   * The memory that the heap lies in, not shared; by default a memory of its own. The heap uses only pages that it adds to
   * the memory itself, and others may add pages too at any time.
   */
  readonly memory?: WebAssembly.Memory;
  /** The core, compiled ahead from `suballoc/heap-checked.wasm`, or from `suballoc/heap.wasm` where pointers are not checked. */
  readonly module?: WebAssembly.Module;
}

/** Options of `new Heap()`. */
export interface HeapOptions extends LeanHeapOptions {
  /** With `memory`: address from which on everything to the end of the memory belongs to the heap too. */
  readonly base?: number;
  /** The most bytes that the heap may have, in whole pages of 65,536; by default as many as the memory can. */
  readonly maximum?: number;
  /**
   * With `memory`: address of the control block of a heap that lies there already ({@link LeanHeap.control}); that one is
   * used, and none made.
   */
  readonly control?: number;
  /**
   * `false`: pointers are not checked, as in C; a little faster, and with fewer bits beside the blocks. A `module` decides
   * by itself, and an option that says otherwise is refused.
   */
  readonly checked?: boolean;
  /** Finds overwritten bytes and uses after free, and remembers where each block was allocated. Slow, and larger. */
  readonly debug?: boolean | DebugOptions;
  /** In debug mode: called by `dispose()` when blocks are live, with these. */
  readonly onLeak?: (leaks: Leak[]) => void;
}

/** Options of `Heap.load()`. */
export type HeapLoadOptions = Pick<HeapOptions, "memory" | "module">;

/** Of a WebAssembly memory: bytes of a page, the most bytes, and the most pages. */
export enum Limit {
  PAGE = 65_536,
  BYTES = 2 ** 32,
  PAGES = BYTES / PAGE,
}

export function checkMemory(memory: unknown): asserts memory is WebAssembly.Memory {
  if (
    !isA("WebAssembly.Memory", memory) ||
    !isA("ArrayBuffer", (memory as WebAssembly.Memory).buffer)
  )
    reject(
      "ERR_NOT_A_MEMORY",
      "memory",
      "a WebAssembly.Memory that is not shared (see SharedHeap)",
      memory,
    );
}

/** Throws unless these are options of a lean heap. A wrong `module` is found when it is used. */
export function checkLeanOptions(options: LeanHeapOptions): void {
  checkObject("options", options);
  if (options.memory !== undefined) checkMemory(options.memory);
}

/** Throws unless these are options of a heap. A wrong `module` is found when it is used. */
export function checkHeapOptions(options: HeapOptions): void {
  checkOptions("options", options, [
    "memory",
    "base",
    "maximum",
    "control",
    "checked",
    "debug",
    "onLeak",
    "module",
  ]);
  checkLeanOptions(options);
  const { memory, base, maximum, control, checked, debug, onLeak, module } = options;
  if (base !== undefined) {
    checkInteger("base", base, 0);
    if (!memory) reject("ERR_BAD_OPTIONS", "base", "given with `memory`", base);
    const end = memory.buffer.byteLength;
    if (base < 0 || base > end) rejectRange("ERR_OUT_OF_BOUNDS", "base", `from 0 to ${end}`, base);
  }
  if (maximum !== undefined) {
    checkPositive("maximum", maximum, "capacity");
    if (maximum < Limit.PAGE)
      rejectRange("ERR_CAPACITY_OUT_OF_RANGE", "maximum", `at least ${Limit.PAGE}`, maximum);
  }
  if (control !== undefined) {
    checkInteger("control", control, 0);
    const isAlone = memory !== undefined && base === undefined && maximum === undefined;
    checkOption(isAlone, "control", "given with `memory` alone", control);
    checkOption(!debug, "debug", "left out with `control`", debug);
  }
  if (checked !== undefined) {
    checkOption(typeof checked === "boolean", "checked", "true or false", checked);
    if (module && isA("WebAssembly.Module", module))
      checkOption(checks(module) === checked, "checked", "as the module is, or left out", checked);
  }
  if (debug !== undefined && typeof debug !== "boolean") {
    checkOptions("debug", debug, ["quarantine"]);
    const { quarantine } = debug;
    if (quarantine !== undefined) {
      checkInteger("quarantine", quarantine, 0);
      if (quarantine < 0) rejectRange("ERR_OUT_OF_BOUNDS", "quarantine", "at least 0", quarantine);
    }
  }
  if (onLeak !== undefined)
    checkOption(typeof onLeak === "function", "onLeak", "a function", onLeak);
}

/** Whether it is the module of a heap that checks pointers. */
function checks(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === "free_checked");
}

export function rejectControl(control: number): never {
  const expected = "where a heap of this kind (checked or not) begins";
  rejectRange("ERR_NOT_A_HEAP", "control", expected, control);
}

/** Throws unless this is a class of typed arrays. */
export function checkTypedArray(type: unknown): void {
  const isOne = typeof type === "function" && "BYTES_PER_ELEMENT" in type;
  checkOption(isOne, "type", "a class of typed arrays", type);
}

/** Whether so many bytes can be asked of a core: less than 4 GiB. Throws unless it is a whole number from 1 on. */
export function checkSize(argument: "size" | "count" | "length", value: number): boolean {
  if (typeof value === "number" && value >>> 0 === value && value > 0) return true;
  checkPositive(argument, value, "size");
  return false;
}

/** Throws unless `pointer` can be one: a whole number from 0 to 2^32 − 1. */
export function checkPointer(method: string, pointer: number): void {
  if (typeof pointer === "number" && pointer >>> 0 === pointer) return;
  if (!Number.isInteger(pointer)) checkInteger("pointer", pointer, 0);
  throw new HeapPointerError("ERR_NOT_ALLOCATED", method, pointer);
}

/** Throws unless `alignment` is a power of two. */
export function checkAlignment(alignment: number): void {
  checkPositive("alignment", alignment);
  if (2 ** Math.floor(Math.log2(alignment)) !== alignment)
    rejectRange("ERR_ALIGNMENT_NOT_POWER_OF_TWO", "alignment", "a power of two", alignment);
}
