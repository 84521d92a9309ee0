// The heap's cores as src/heap sees them: exports, statuses, and how an instance is made. There are two, built
// from the same source: one checks pointers, one does not. A heap is an instance that imports its memory; the compiled
// modules are shared (checked.ts, unchecked.ts).

import { CoreLoadError } from "../errors.js";

/** malloc and its relatives with the meaning that the C standard and POSIX give them; numbers are 32 bits, signed. */
export interface HeapImports {
  /** Pointer to `size` bytes at a multiple of 16, or 0; `malloc(0)` is a pointer of its own. */
  malloc(size: number): number;
  /** Nothing for 0. */
  free(pointer: number): void;
  /** Zeroed bytes, or 0; also when `count * size` is 2^32 or more. */
  calloc(count: number, size: number): number;
  /** `malloc(size)` for pointer 0; otherwise 0 leaves the block as it was. */
  realloc(pointer: number, size: number): number;
  /** 0 also when the alignment is not a power of two. */
  aligned_alloc(alignment: number, size: number): number;
  /** Stores the pointer at `out`: 0, or 28 (EINVAL) or 48 (ENOMEM), which are WASI's and Emscripten's numbers. */
  posix_memalign(out: number, alignment: number, size: number): number;
  /** Bytes that the block can hold; 0 for 0. */
  malloc_usable_size(pointer: number): number;
}

/** Exports of both cores; `check` and `free_checked` only of the one that checks. */
export interface HeapExports
  extends Omit<HeapImports, "posix_memalign">,
    Partial<Pick<HeapFunctions, "check" | "free_checked">>,
    Pick<HeapFunctions, "reset"> {
  readonly control: WebAssembly.Global<"i32">;
  init(base: number, maximumPages: number): number;
}

/** What class Heap calls: the exports with every pointer checked, and what debug mode puts in their place. */
export interface HeapFunctions {
  malloc(size: number): number;
  calloc(count: number, size: number): number;
  aligned_alloc(alignment: number, size: number): number;
  /** The pointer was checked. */
  realloc(pointer: number, size: number): number;
  /** The pointer was checked. */
  malloc_usable_size(pointer: number): number;
  /** A status below 0 when it names no live block; not below 0 from the core that does not check. Debug mode throws, and names the `method`. */
  check(pointer: number, method?: string): number;
  /** `check`, and free. */
  free_checked(pointer: number): number;
  reset(): void;
}

/** Of WASI and Emscripten. */
enum Errno {
  EINVAL = 28,
  ENOMEM = 48,
}

export const isPowerOfTwo = (n: number) => n !== 0 && (n & (n - 1)) === 0;

/** `posix_memalign` by means of `aligned_alloc`. */
export const posixMemalign =
  (
    aligned_alloc: HeapImports["aligned_alloc"],
    view: () => DataView,
  ): HeapImports["posix_memalign"] =>
  (out, alignment, size) => {
    if (alignment & 3 || !isPowerOfTwo(alignment)) return Errno.EINVAL;
    const pointer = aligned_alloc(alignment, size);
    if (pointer === 0) return Errno.ENOMEM;
    view().setUint32(out >>> 0, pointer, true);
    return 0;
  };

/** What `load` returns. Throws a CoreLoadError instead of what it throws. */
export function loadCore<T>(load: () => T): T {
  try {
    return load();
  } catch (cause) {
    throw new CoreLoadError(cause);
  }
}

/** Makes an instance of one of the heap's modules on this memory. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  grown: () => void,
): HeapExports {
  const instance = new WebAssembly.Instance(module, { env: { memory, grown } });
  const exports = instance.exports as unknown as HeapExports;
  exports.malloc_usable_size(0); // throws if the module is no heap's
  return exports;
}
