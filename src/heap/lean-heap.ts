// Class LeanHeap: the malloc family on the bytes of a WebAssembly memory, with checked pointers and typed errors. All that
// looks into a heap is in Heap, so that programs which only allocate can leave it out.

import { checkOption } from "../check.js";
import { DisposedError, OutOfMemoryError } from "../errors.js";
import { checkedModule } from "./checked.js";
import {
  type HeapExports,
  type HeapFunctions,
  type HeapImports,
  instantiate,
  loadCore,
  posixMemalign,
} from "./core.js";
import { HeapPointerError, pointerErrorCode } from "./errors.js";
import { AT, BLOCK_SIZE } from "./layout.js";
import {
  checkAlignment,
  checkLeanOptions,
  checkPointer,
  checkSize,
  checkTypedArray,
  type LeanHeapOptions,
  Limit,
} from "./options.js";
import { type MemoryViews, viewsOf } from "./views.js";

/** A class of typed arrays on an `ArrayBuffer`. */
export interface TypedArrayClass<T> {
  /** Bytes of one element. */
  readonly BYTES_PER_ELEMENT: number;
  /** An array of `length` elements on the bytes of `buffer` from `byteOffset` on. */
  new (buffer: ArrayBuffer, byteOffset: number, length: number): T;
}

/** Where a heap begins in a memory of its own: writes through a null pointer do not hit its control block. */
export const OWN_BASE = 1024;

/** In place of the core when the heap was disposed of. */
export const DISPOSED = /* @__PURE__ */ new Proxy({} as HeapExports & HeapFunctions, {
  get() {
    throw new DisposedError();
  },
});

/**
 * A {@link Heap} without what looks into it: no debug mode, `stats`, `blocks`, `validate`, `save` and `load`, nor the
 * options `base`, `maximum` and `control`; and `console.log` shows its fields, not figures. For programs that are to be
 * small: a bundler leaves the rest out.
 */
export class LeanHeap {
  /** The memory that the heap lies in. */
  readonly memory: WebAssembly.Memory;
  /** The core's exports; for the classes of this package. @internal */
  protected exports: HeapExports;
  /** What the methods call. @internal */
  protected functions: HeapFunctions;
  /** How often the heap grew. @internal */
  protected growths = 0;
  /**
   * The malloc family with C semantics, to be given to another wasm module as imports. The same heap: what one side
   * allocates, the other can free. Misuse is ignored, or goes unnoticed where pointers are not checked; in debug mode
   * it throws.
   *
   * @example
   * ```ts
   * const { instance } = await WebAssembly.instantiate(program, {
   *   env: { memory: heap.memory, ...heap.imports },
   * });
   * ```
   */
  readonly imports: HeapImports;
  readonly #listeners = new Set<(buffer: ArrayBuffer) => void>();
  #views: MemoryViews;

  /**
   * Makes a heap: in a memory of its own, or in pages that it adds to a given one.
   *
   * @throws {OutOfMemoryError} when the memory cannot grow by the page that the heap needs.
   * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS`, `ERR_NOT_A_MEMORY`
   * @throws {CoreLoadError} `ERR_CORE_LOAD` where wasm cannot be compiled synchronously: give a `module` then; when that
   *   is not a heap's; when the engine makes no more memories.
   */
  constructor(options: LeanHeapOptions = {}) {
    checkLeanOptions(options);
    const { memory, module } = options;
    this.memory = memory ?? loadCore(() => new WebAssembly.Memory({ initial: 1 }));
    this.#views = viewsOf(this.memory.buffer);
    const grown = () => {
      this.growths++;
      this.#refresh();
    };
    this.exports = loadCore(() => instantiate(module ?? checkedModule(), this.memory, grown));
    if (this.begin(options) < 0) throw new OutOfMemoryError(Limit.PAGE, 0, 0);
    const { init, reset, control, check, free_checked, ...family } = this.exports;
    this.imports = {
      ...family,
      posix_memalign: posixMemalign(family.aligned_alloc, () => this.data),
    };
    this.functions = {
      check: () => 0,
      free_checked: family.free as HeapFunctions["free_checked"],
      ...this.exports,
    };
  }

  /** Address of the heap's control block, from where the heap can be read, or used by another `Heap`. */
  get control(): number {
    return this.exports.control.value >>> 0;
  }

  /**
   * Allocates a block. Its bytes are whatever was there before. O(1) up to 512 bytes and whenever a free block of the
   * size is known; growing the memory takes as long as the engine needs.
   *
   * @param size bytes, from 1 on.
   * @returns a pointer to them, a multiple of 16.
   * @throws {OutOfMemoryError} when the memory cannot grow as far; the error's figures take a walk over the heap, so use
   *   {@link tryMalloc} where this is expected.
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   */
  malloc(size: number): number {
    const pointer = checkSize("size", size) && this.functions.malloc(size) >>> 0;
    return pointer || this.#outOfMemory(size);
  }

  /** Like {@link malloc}, but returns `undefined` when the memory cannot grow as far. */
  tryMalloc(size: number): number | undefined {
    return (checkSize("size", size) && this.functions.malloc(size) >>> 0) || undefined;
  }

  /**
   * Allocates `count * size` bytes and sets them to 0.
   *
   * @throws {OutOfMemoryError} also when the product is 4 GiB or more.
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   */
  calloc(count: number, size: number): number {
    checkSize("count", count);
    checkSize("size", size);
    const bytes = count * size;
    const pointer = bytes < Limit.BYTES && this.functions.calloc(count, size) >>> 0;
    return pointer || this.#outOfMemory(bytes);
  }

  /**
   * Changes the size of a block, in place if it can, and otherwise by moving it. The contents stay, up to the smaller of
   * both sizes.
   *
   * @param pointer to a live block.
   * @param size bytes, from 1 on.
   * @returns a pointer to the block, which may lie elsewhere now; the old pointer is then free.
   * @throws {OutOfMemoryError} and the block is as it was.
   * @throws {HeapPointerError} `ERR_DOUBLE_FREE`, `ERR_INSIDE_BLOCK`, `ERR_NOT_ALLOCATED`; not where pointers are not checked.
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   */
  realloc(pointer: number, size: number): number {
    this.#check("realloc", pointer);
    const moved = checkSize("size", size) && this.functions.realloc(pointer, size) >>> 0;
    return moved || this.#outOfMemory(size);
  }

  /**
   * Allocates a block at a multiple of `alignment`.
   *
   * @param alignment a power of two; less than 16 is 16.
   * @param size bytes, from 1 on; need not be a multiple of the alignment.
   * @throws {OutOfMemoryError}
   * @throws {AllocatorRangeError} `ERR_ALIGNMENT_NOT_POWER_OF_TWO`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_SIZE_NOT_POSITIVE`,
   *   `ERR_NOT_AN_INTEGER`
   */
  alignedAlloc(alignment: number, size: number): number {
    checkAlignment(alignment);
    const fits = checkSize("size", size) && alignment < Limit.BYTES;
    const pointer = fits && this.functions.aligned_alloc(alignment, size) >>> 0;
    return pointer || this.#outOfMemory(size, alignment);
  }

  /**
   * Frees a block. O(1).
   *
   * @param pointer what malloc, calloc, realloc, alignedAlloc or an import returned.
   * @throws {HeapPointerError} `ERR_DOUBLE_FREE` when the block is free already, `ERR_INSIDE_BLOCK` when the pointer lies
   *   inside a live block, `ERR_NOT_ALLOCATED` when it was never handed out; not where pointers are not checked.
   * @throws {OverwrittenError} in debug mode, `ERR_OVERWRITTEN` when bytes beside the block were written to,
   *   `ERR_USE_AFTER_FREE` when an earlier freed block was.
   */
  free(pointer: number): void {
    checkPointer("free", pointer);
    const status = this.functions.free_checked(pointer);
    if (status < 0) this.refuse("free", pointer, status);
  }

  /**
   * Bytes that a block can hold: as many as asked for, or some more.
   *
   * @throws {HeapPointerError} as {@link free} does.
   */
  usableSize(pointer: number): number {
    this.#check("usableSize", pointer);
    return this.functions.malloc_usable_size(pointer) >>> 0;
  }

  /**
   * Allocates a typed array, filled with zeros. The view is detached by the next growth of the memory; its pointer, for
   * {@link free} and for another view, is its `byteOffset`.
   *
   * @throws as {@link calloc}.
   *
   * @example
   * ```ts
   * const heap = new LeanHeap();
   * const positions = heap.array(Float32Array, 1000);
   * positions[999]; // 0
   * heap.free(positions.byteOffset);
   * ```
   */
  array<T>(type: TypedArrayClass<T>, length: number): T {
    checkTypedArray(type);
    checkSize("length", length);
    const size = length * type.BYTES_PER_ELEMENT;
    const pointer = size < Limit.BYTES && this.functions.calloc(1, size) >>> 0;
    return new type(this.memory.buffer, pointer || this.#outOfMemory(size), length);
  }

  /**
   * The bytes of a block, all that it can hold. The view is detached by the next growth of the memory.
   *
   * @throws {HeapPointerError} as {@link free} does.
   */
  bytes(pointer: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, pointer, this.usableSize(pointer));
  }

  /** All of the memory as signed bytes; like every view below made anew whenever the memory has grown. */
  get i8(): Int8Array<ArrayBuffer> {
    return this.current.i8;
  }
  /** All of the memory as bytes: the byte at `p` is `heap.u8[p]`. */
  get u8(): Uint8Array<ArrayBuffer> {
    return this.current.u8;
  }
  /** All of the memory as signed 16-bit numbers: the one at `p` is `heap.i16[p / 2]`. */
  get i16(): Int16Array<ArrayBuffer> {
    return this.current.i16;
  }
  /** All of the memory as 16-bit numbers: the one at `p` is `heap.u16[p / 2]`. */
  get u16(): Uint16Array<ArrayBuffer> {
    return this.current.u16;
  }
  /** All of the memory as signed 32-bit numbers: the one at `p` is `heap.i32[p / 4]`. */
  get i32(): Int32Array<ArrayBuffer> {
    return this.current.i32;
  }
  /** All of the memory as 32-bit numbers: the one at `p` is `heap.u32[p / 4]`. */
  get u32(): Uint32Array<ArrayBuffer> {
    return this.current.u32;
  }
  /** All of the memory as signed 64-bit numbers: the one at `p` is `heap.i64[p / 8]`. */
  get i64(): BigInt64Array<ArrayBuffer> {
    return this.current.i64;
  }
  /** All of the memory as 64-bit numbers: the one at `p` is `heap.u64[p / 8]`. */
  get u64(): BigUint64Array<ArrayBuffer> {
    return this.current.u64;
  }
  /** All of the memory as single precision: the number at `p` is `heap.f32[p / 4]`. */
  get f32(): Float32Array<ArrayBuffer> {
    return this.current.f32;
  }
  /** All of the memory as double precision: the number at `p` is `heap.f64[p / 8]`. */
  get f64(): Float64Array<ArrayBuffer> {
    return this.current.f64;
  }
  /** All of the memory as a `DataView`. */
  get data(): DataView<ArrayBuffer> {
    return this.current.data;
  }

  /**
   * Calls back whenever the memory's buffer is another one: at once when the heap grew, also for a call through
   * {@link imports}; when somebody else grew the memory, at the next use of a view. The callback must not allocate or
   * free: the call that grew the heap has not returned yet.
   *
   * @returns a function that ends this.
   */
  onGrow(callback: (buffer: ArrayBuffer) => void): () => void {
    checkOption(typeof callback === "function", "callback", "a function", callback);
    const listener = (buffer: ArrayBuffer) => callback(buffer);
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Frees everything at once; the heap keeps its pages. O(bytes / 64), as fast as memory is filled. */
  reset(): void {
    this.functions.reset();
  }

  /**
   * Ends the use of the heap: every later call throws a `DisposedError`. The memory stays as it is. Disposing twice does
   * nothing.
   */
  dispose(): void {
    this.exports = this.functions = DISPOSED;
    this.#listeners.clear();
  }

  /** Same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Makes the heap in its memory: below 0 when that cannot grow. @internal */
  protected begin({ memory }: LeanHeapOptions): number {
    // To the core, 0 is no base: it adds a page, and begins there.
    return this.exports.init(memory ? 0 : OWN_BASE, Limit.PAGES);
  }

  /** The views of the memory as it is now. @internal */
  protected get current(): MemoryViews {
    return this.#views.u8.length > 0 ? this.#views : this.#refresh();
  }

  /** Throws the error for the status with which the core refused a pointer. @internal */
  protected refuse(method: string, pointer: number, status: number): never {
    throw new HeapPointerError(pointerErrorCode(status), method, pointer);
  }

  #refresh(): MemoryViews {
    const { buffer } = this.memory;
    this.#views = viewsOf(buffer);
    for (const listener of this.#listeners) listener(buffer);
    return this.#views;
  }

  #check(method: string, pointer: number): void {
    checkPointer(method, pointer);
    const status = this.functions.check(pointer, method);
    if (status < 0) this.refuse(method, pointer, status);
  }

  /** With the figures that the bins and the top give. */
  #outOfMemory(size: number, alignment?: number): never {
    // What no memory can hold: a core that runs out of memory puts everything into bins.
    this.exports.malloc(Limit.BYTES - 131_088);
    const { control, u32 } = this;
    const word = (address: number) => u32[address / 4] as number;
    let free = word(control + AT.limit) - word(control + AT.top);
    let largest = free;
    for (let bin = control + AT.bins; bin < control + AT.stacks; bin += 4)
      for (let block = word(bin); block !== 0; block = word(block)) {
        const its = word(block + BLOCK_SIZE);
        free += its;
        largest = Math.max(largest, its);
      }
    throw new OutOfMemoryError(size, largest, free, alignment);
  }
}
