// SharedHeap: malloc and its family on a shared memory, with pointers to bytes that every worker sees.

import { CorruptionError, OutOfMemoryError } from "../errors.js";
import type { HeapImports } from "../heap/core.js";
import { HeapPointerError, pointerErrorCode } from "../heap/errors.js";
import { AT as HEAP_AT } from "../heap/layout.js";
import type { TypedArrayClass } from "../heap/lean-heap.js";
import { checkAlignment, checkPointer, checkSize, checkTypedArray } from "../heap/options.js";
import { type MemoryViews, viewsOf } from "../heap/views.js";
import { printAs } from "../print-as.js";
import { LOCKED } from "./core.js";
import { checkHeapHandle, HEAP_KIND, type SharedHeapHandle } from "./handle.js";
import { HeapBlocks, type SharedHeapStats } from "./heap-blocks.js";
import { heapModule, instantiateHeap, type SharedHeapExports } from "./heap-core.js";
import { checkHeapOptions, type SharedHeapOptions } from "./heap-options.js";
import { OWN_PAGES, PAGE, RECOVERY, VERSION } from "./layout.js";
import { Lock } from "./lock.js";
import { type AttachOptions, checkTimeout, readAttachOptions } from "./options.js";
import { checkIsolation } from "./platform.js";
import { SharedAttachment } from "./shared-attachment.js";
import { nameHeader } from "./watch.js";

/** 4 GiB. */
const LIMIT = 2 ** 32;
/** Where a heap begins in a memory of its own: writes through a null pointer do not hit its header. */
const OWN_BASE = 1024;

/**
 * malloc and its family for several workers on one shared memory. A block may be freed by another worker than the one
 * that allocated it. Blocks up to 512 bytes come from a cache of the worker's own and go back to it, mostly without the lock.
 * A worker may be terminated at any moment: when its death is known ({@link watch}, or {@link recover}), the call that it
 * was in is undone, and {@link reclaim} returns what its cache held. The heap does not know whose blocks are whose: those
 * that a dead worker had allocated stay allocated.
 *
 * Pointers are checked as far as the heap's bits tell: not whether a small block is freed twice.
 *
 * @example
 * ```ts
 * const heap = SharedHeap.create({ maximum: 64 });
 * const other = SharedHeap.attach(heap.handle); // in a worker that was sent the handle
 * const p = heap.malloc(100);
 * heap.u8[p] = 1;
 * other.u8[p]; // 1
 * other.free(p); // whoever allocated it
 * ```
 */
export class SharedHeap extends SharedAttachment<SharedHeapHandle> {
  /** The memory that the heap lies in. */
  readonly memory: WebAssembly.Memory;
  /**
   * The malloc family with C semantics, to be given to another wasm module as imports: in each worker, that of its own
   * attachment.
   *
   * @example
   * ```ts
   * const { instance } = await WebAssembly.instantiate(program, {
   *   env: { memory: heap.memory, ...heap.imports },
   * });
   * ```
   */
  readonly imports: HeapImports;
  readonly #exports: SharedHeapExports;
  readonly #lock: Lock;
  readonly #blocks: HeapBlocks;
  #views: MemoryViews;
  readonly #control: number;

  private constructor(
    handle: SharedHeapHandle,
    timeout: number,
    setUp?: (exports: SharedHeapExports) => void,
  ) {
    const { module, memory, address } = handle;
    let lock: Lock | undefined;
    const exports = instantiateHeap(module, memory, (times) => lock?.waiting(times));
    lock = new Lock(handle, exports, timeout);
    setUp?.(exports);
    const id = exports.attach(address);
    if (id < 0) throw new OutOfMemoryError(0, 0, 0);
    super(handle, id, exports);
    this.memory = memory;
    this.#exports = exports;
    this.#lock = lock;
    this.#views = viewsOf(memory.buffer);
    this.#control = exports.controlAddress() >>> 0;
    this.#blocks = new HeapBlocks(() => this.#current, address, this.#control);
    printAs(this, () => {
      const pages = memory.buffer.byteLength / PAGE;
      return `SharedHeap at ${address} of a memory of ${pages} pages, attachment ${id}: stats() has its figures`;
    });
    const { malloc, free, calloc, realloc, aligned_alloc } = exports;
    const { posix_memalign, malloc_usable_size } = exports;
    this.imports = {
      ...{ malloc, free, calloc, realloc, aligned_alloc, posix_memalign, malloc_usable_size },
    };
  }

  /**
   * Makes a heap, in a shared memory of its own or in a given one, and attaches to it.
   *
   * @throws {IsolationError} `ERR_NOT_ISOLATED` in a page that is not cross-origin isolated
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`, `ERR_NOT_A_MEMORY`
   * @throws {OutOfMemoryError} when the memory cannot grow as far as the heap needs to begin
   * @throws {CoreLoadError} `ERR_CORE_LOAD` where wasm cannot be compiled synchronously
   */
  static create(options: SharedHeapOptions): SharedHeap {
    checkHeapOptions(options);
    const { maximum, base = 0, recovery = true, lockTimeout = Lock.WATCHER_TIMEOUT } = options;
    checkTimeout(lockTimeout);
    checkIsolation();
    const isOwn = options.memory === undefined;
    const memory = options.memory ?? new WebAssembly.Memory({ initial: 1, maximum, shared: true });
    const start = isOwn ? OWN_BASE : base || memory.buffer.byteLength;
    const address = Math.ceil(start / 64) * 64;
    const flags = (recovery ? RECOVERY : 0) | (isOwn ? OWN_PAGES : 0);
    const module = heapModule();
    const handle = { kind: HEAP_KIND, version: VERSION, module, memory, address } as const;
    return new SharedHeap(handle, lockTimeout, (exports) => {
      if (exports.setUp(isOwn || base ? start : 0, maximum, flags) < 0)
        throw new OutOfMemoryError(maximum * PAGE, 0, 0);
      nameHeader(handle);
    });
  }

  /**
   * Attaches to a heap that another thread, or this one, has made. Synchronous.
   *
   * @param handle {@link SharedHeap.handle}, as it was sent
   * @throws {SharedHandleError} `ERR_NOT_SHARED` when it is something else, `ERR_SHARED_VERSION` when it was made by a
   *   release with another layout
   * @throws {OutOfMemoryError} when there is no room for this worker's cache of 4 KiB
   */
  static attach(handle: SharedHeapHandle, options: AttachOptions = {}): SharedHeap {
    checkHeapHandle(handle);
    return new SharedHeap(handle, readAttachOptions(options));
  }

  /**
   * Allocates a block. Its bytes are whatever was there before.
   *
   * @param size bytes, from 1 on.
   * @returns a pointer to them, a multiple of 16.
   * @throws {OutOfMemoryError} when the memory cannot grow as far
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {LockTimeoutError} `ERR_LOCKED`, like every method that may need the lock
   * @throws {CorruptionError} `ERR_CORRUPT`, like these, when the core met overwritten bytes; the call was taken back
   */
  malloc(size: number): number {
    const pointer = checkSize("size", size) && this.#malloc(size);
    return pointer || this.#outOfMemory(size);
  }

  /** Like {@link malloc}, but returns `undefined` when the memory cannot grow as far. */
  tryMalloc(size: number): number | undefined {
    return (checkSize("size", size) && this.#malloc(size)) || undefined;
  }

  #malloc(size: number): number {
    try {
      return this.#exports.malloc(size) >>> 0;
    } catch (error) {
      return this.#abandon(error);
    }
  }

  /** Allocates `count * size` bytes and sets them to 0. Errors as {@link malloc}. */
  calloc(count: number, size: number): number {
    checkSize("count", count);
    checkSize("size", size);
    const pointer = count * size < LIMIT ? this.#call(() => this.#exports.calloc(count, size)) : 0;
    return pointer || this.#outOfMemory(count * size);
  }

  /**
   * Changes the size of a block, in place if it can, and otherwise by moving it. The contents stay, up to the smaller of
   * both sizes. A worker that dies while they are copied has both blocks.
   *
   * @returns a pointer to the block, which may lie elsewhere now; the old pointer is then free.
   * @throws {OutOfMemoryError} and the block is as it was.
   * @throws {HeapPointerError} as {@link free}
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   */
  realloc(pointer: number, size: number): number {
    this.#check("realloc", pointer);
    const moved = checkSize("size", size)
      ? this.#call(() => this.#exports.realloc(pointer, size))
      : 0;
    return moved || this.#outOfMemory(size);
  }

  /**
   * Allocates a block at a multiple of `alignment`, a power of two; less than 16 is 16. Errors as {@link malloc}, and
   * `ERR_ALIGNMENT_NOT_POWER_OF_TWO`, `ERR_ALIGNMENT_NOT_POSITIVE`.
   */
  alignedAlloc(alignment: number, size: number): number {
    checkAlignment(alignment);
    const fits = checkSize("size", size) && alignment < LIMIT;
    const pointer = fits ? this.#call(() => this.#exports.aligned_alloc(alignment, size)) : 0;
    return pointer || this.#outOfMemory(size, alignment);
  }

  /**
   * Frees a block, whoever allocated it.
   *
   * @throws {HeapPointerError} `ERR_DOUBLE_FREE`, `ERR_INSIDE_BLOCK`, `ERR_NOT_ALLOCATED`, as far as the heap's bits tell
   */
  free(pointer: number): void {
    this.#check("free", pointer);
    try {
      this.#exports.free(pointer);
    } catch (error) {
      this.#abandon(error);
    }
  }

  /** Bytes that a block can hold: as many as asked for, or some more. Errors as {@link free}. */
  usableSize(pointer: number): number {
    this.#check("usableSize", pointer);
    return this.#exports.malloc_usable_size(pointer) >>> 0;
  }

  /** Allocates a typed array, filled with zeros; its pointer is its `byteOffset`. Errors as {@link malloc}. */
  array<T>(type: TypedArrayClass<T>, length: number): T {
    checkTypedArray(type);
    checkSize("length", length);
    const pointer = this.calloc(length, type.BYTES_PER_ELEMENT);
    return new type(this.#current.u8.buffer, pointer, length);
  }

  /** All of the memory as bytes, made anew when it has grown: the byte at `p` is `heap.u8[p]`. */
  get u8(): Uint8Array {
    return this.#current.u8;
  }
  /** All of the memory as 32-bit numbers: the one at `p` is `heap.u32[p / 4]`. */
  get u32(): Uint32Array {
    return this.#current.u32;
  }
  /** All of the memory as signed 32-bit numbers, for `Atomics`: the one at `p` is `heap.i32[p / 4]`. */
  get i32(): Int32Array {
    return this.#current.i32;
  }
  /** All of the memory as double precision: the number at `p` is `heap.f64[p / 8]`. */
  get f64(): Float64Array {
    return this.#current.f64;
  }

  /** Returns to the heap what this worker's cache holds, to merge: how many blocks. */
  flush(): number {
    return this.#call(() => this.#exports.flush());
  }

  /** Figures about the heap as it is now, in bytes. O(free blocks). */
  stats(): SharedHeapStats {
    return this.#locked(() => this.#blocks.stats());
  }

  /**
   * Checks the whole structure, holding the lock. O(n).
   *
   * @param options `idle`: no worker allocates or frees meanwhile; then what the caches hold is checked too.
   * @throws {CorruptionError} `ERR_CORRUPT`
   */
  validate(options: { readonly idle?: boolean } = {}): void {
    this.#locked(() => {
      this.#blocks.validate();
      if (options.idle) this.#blocks.validateCaches();
    });
  }

  /** @internal */
  protected checkAfterDeath(): void {
    this.#blocks.validate();
  }

  /**
   * Returns to the heap what the cache of an attachment held; before that, {@link recover}s it. Its live blocks stay.
   *
   * @param id of an attachment whose worker has ended
   * @returns how many blocks the cache held.
   */
  reclaim(id: number): number {
    this.recover(id);
    return this.#call(() => this.#exports.reclaim(id));
  }

  get #current(): MemoryViews {
    // When another thread has grown the memory, this one may not know yet, and its buffer be the old one.
    const end = this.#views.u32[(this.#control + HEAP_AT.end) / 4] as number;
    if (end > this.#views.u8.length) this.memory.grow(0);
    const { buffer } = this.memory;
    if (this.#views.u8.length !== buffer.byteLength) this.#views = viewsOf(buffer);
    return this.#views;
  }

  #locked<T>(what: () => T): T {
    const lock = () => this.#exports.lock();
    if (lock() === LOCKED) this.#lock.retry(lock);
    try {
      return what();
    } finally {
      this.#exports.unlock();
    }
  }

  /** The result of a call of the core's that may take the lock. */
  #call(call: () => number): number {
    try {
      return call() >>> 0;
    } catch (error) {
      return this.#abandon(error);
    }
  }

  /**
   * After an error out of a call: if the core trapped, takes the call back and lets the lock go. No call of a heap that is
   * whole fills the log, so what it met was no heap.
   */
  #abandon(error: unknown): never {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    this.#exports.abandon();
    const damage = new CorruptionError(
      "bytes of a free block were overwritten",
      this.handle.address,
    );
    throw Object.assign(damage, { cause: error });
  }

  #check(method: string, pointer: number): void {
    checkPointer(method, pointer);
    const status = this.#exports.check(pointer);
    if (status >= 0) return;
    const code = pointerErrorCode(status);
    const note = code === "ERR_NOT_ALLOCATED" ? ", or it was freed since" : "";
    throw new HeapPointerError(code, method, pointer, undefined, note);
  }

  #outOfMemory(size: number, alignment?: number): never {
    const { largestFree, freeBytes } = this.stats();
    throw new OutOfMemoryError(size, largestFree, freeBytes, alignment);
  }
}
