/// <reference lib="esnext.disposable" preserve="true" />

// SharedAllocator: a tracked allocator whose records lie in a shared memory, so that every worker which attaches to it
// allocates and frees in the same capacity. Each attachment is an instance of the core on that memory.

import type { Block } from "../block.js";
import { checkNumber, checkPositive, checkRange, rejectUnaligned } from "../check.js";
import { corruptionOf, Status } from "../core/abi.js";
import {
  ArgumentTypeError,
  CorruptionError,
  DisposedError,
  NotAllocatedError,
  NotFreeError,
  OutOfMemoryError,
  WrongBlockError,
} from "../errors.js";
import { percent } from "../inspect.js";
import { POLICIES, type Policy } from "../policy.js";
import { printAs } from "../print-as.js";
import { instantiate, LOCKED, moduleFor, type SharedExports } from "./core.js";
import { MetadataLimitError } from "./errors.js";
import { checkHandle, KIND, type SharedAllocatorHandle } from "./handle.js";
import { AT, FIRST_PAGES, PAGE, RECOVERY, VERSION } from "./layout.js";
import { Lock } from "./lock.js";
import {
  type AttachOptions,
  checkId,
  checkTimeout,
  readAttachOptions,
  readBlockOptions,
  readCreateOptions,
  type SharedAllocatorOptions,
  type SharedBlockOptions,
} from "./options.js";
import { checkIsolation } from "./platform.js";
import { SharedAttachment } from "./shared-attachment.js";
import { BATCH, type SharedBlock, SharedBlocks } from "./shared-blocks.js";
import { nameHeader } from "./watch.js";

/** What {@link SharedAllocator.getStats} returns. Sizes are in the caller's unit except `metadataBytes`. */
export interface SharedStats {
  /** How much there is to hand out, free or not. */
  readonly capacity: number;
  /** Sum of all free block sizes. */
  readonly freeMemory: number;
  /** Size of the largest free block, 0 when nothing is free. */
  readonly largestFreeBlock: number;
  /** Number of free blocks. */
  readonly freeBlockCount: number;
  /** Number of live blocks. */
  readonly liveBlockCount: number;
  /** 1 − largest free block / free memory, 0 when nothing is free. */
  readonly externalFragmentation: number;
  /** Bytes of shared memory that the records take, or took when there were most. */
  readonly metadataBytes: number;
}

/**
 * Hands out ranges of one contiguous block of `[0, capacity)` to several workers. Every method may be called by every
 * attachment at any time; each call is one step for the others. A worker may be terminated at any moment: when its death
 * is known ({@link watch}, or {@link recover} called by whoever knows), the call that it was in is undone.
 *
 * Addresses and sizes are whole numbers in whatever unit the caller chooses, up to 2^53 − 1.
 * Every method throws {@link DisposedError} after any attachment called {@link dispose}, and {@link LockTimeoutError}
 * (`ERR_LOCKED`) when the lock was not free for as long as this attachment may wait. After any error the allocator is
 * exactly what it was before the call.
 *
 * @example
 * ```ts
 * const allocator = SharedAllocator.create({ capacity: 1000 });
 * const other = SharedAllocator.attach(allocator.handle); // in a worker that was sent the handle
 * const a = allocator.allocate(100); // 0
 * other.allocate(50, { tag: 7 }); // 100
 * other.free(a); // whoever allocated it
 * [...allocator.blocks()].length; // 1
 * ```
 */
export class SharedAllocator extends SharedAttachment<SharedAllocatorHandle> {
  /** How much there is to hand out, free or not. */
  readonly capacity: number;
  /** Which free block an allocation is taken from. */
  readonly policy: Policy;
  readonly #exports: SharedExports;
  readonly #blocks: SharedBlocks;
  readonly #lock: Lock;

  private constructor(handle: SharedAllocatorHandle, exports: SharedExports, timeout: number) {
    super(handle, exports.attach(), exports);
    const { memory } = handle;
    this.#exports = exports;
    this.#blocks = new SharedBlocks(exports, memory);
    this.#lock = new Lock(handle, exports, timeout);
    const header = new DataView(memory.buffer);
    this.capacity = header.getFloat64(AT.capacity, true);
    this.policy = POLICIES[header.getUint32(AT.policy, true)] as Policy;
    printAs(this, () => this.#describe());
  }

  /**
   * Makes an allocator whose whole capacity is free, in a shared memory of its own, and attaches to it.
   *
   * @throws {IsolationError} `ERR_NOT_ISOLATED` in a page that is not cross-origin isolated
   * @throws {AllocatorRangeError} `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`, `ERR_UNKNOWN_POLICY`, `ERR_BAD_OPTIONS`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {MetadataLimitError} `ERR_NODE_STORAGE` when `maxMetadataBytes` does not even do for an empty allocator
   * @throws {CoreLoadError} `ERR_CORE_LOAD` where wasm cannot be compiled synchronously
   * @throws {RangeError} of the engine, when so much memory cannot be reserved: set `maxMetadataBytes`
   */
  static create(options: SharedAllocatorOptions): SharedAllocator {
    const { capacity, policy, maxMetadataBytes, recovery } = readCreateOptions(options);
    if (options.lockTimeout !== undefined) checkTimeout(options.lockTimeout);
    checkIsolation();
    const module = moduleFor(policy, capacity);
    const memory = new WebAssembly.Memory({
      initial: FIRST_PAGES,
      // The eighth that the core grows by in advance, and what does not fit at the ends.
      maximum: Math.min(65536, FIRST_PAGES + 2 + Math.ceil((maxMetadataBytes * 1.125) / PAGE)),
      shared: true,
    });
    const exports = instantiate(module, memory);
    const flags = recovery ? RECOVERY : 0;
    const status = exports.setUp(POLICIES.indexOf(policy), capacity, maxMetadataBytes, flags);
    if (status < 0) throw new MetadataLimitError(exports.storageBytes(), maxMetadataBytes);
    const handle = { kind: KIND, version: VERSION, module, memory, address: 0 } as const;
    nameHeader(handle);
    return new SharedAllocator(handle, exports, options.lockTimeout ?? Lock.WATCHER_TIMEOUT);
  }

  /**
   * Attaches to an allocator that another thread, or this one, has made. Synchronous.
   *
   * @param handle {@link SharedAllocator.handle}, as it was sent
   * @throws {SharedHandleError} `ERR_NOT_SHARED` when it is something else, `ERR_SHARED_VERSION` when it was made by a
   *   release with another layout
   * @throws {DisposedError}
   */
  static attach(handle: SharedAllocatorHandle, options: AttachOptions = {}): SharedAllocator {
    checkHandle(handle);
    const lockTimeout = readAttachOptions(options);
    const exports = instantiate(handle.module, handle.memory);
    return new SharedAllocator(handle, exports, lockTimeout);
  }

  // Blocks ----------------------------------------------------------------------------------------------------

  /**
   * Take a block of `size` from the free block that the policy chooses. O(log n), except `"linked-list"`: O(n).
   *
   * @param size 1 … 2^53 − 1
   * @param options an alignment, or alignment and tag
   * @returns the start address of the block, 0 … capacity − size.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when no free block can hold it
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`, `ERR_BAD_OPTIONS`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {MetadataLimitError} `ERR_NODE_STORAGE`
   */
  allocate(size: number, options: number | SharedBlockOptions = 1): number {
    const { alignment, tag } = readBlockOptions(options);
    const address = this.#allocate(size, alignment, tag);
    return address >= 0 ? address : this.#refuseAllocate(address, size, alignment);
  }

  /** Like {@link allocate}, but returns `undefined` when no free block can hold it. Bad arguments throw. */
  tryAllocate(size: number, options: number | SharedBlockOptions = 1): number | undefined {
    const { alignment, tag } = readBlockOptions(options);
    const address = this.#allocate(size, alignment, tag);
    if (address >= 0) return address;
    if (address === Status.OUT_OF_MEMORY) return undefined;
    return this.#refuseAllocate(address, size, alignment);
  }

  #allocate(size: number, alignment: number, tag: number): number {
    checkNumber("size", size);
    try {
      const address = this.#exports.allocate(size, alignment, tag);
      if (address !== LOCKED) return address;
      return this.#lock.retry(() => this.#exports.allocate(size, alignment, tag));
    } catch (error) {
      return this.#lock.abandon(error);
    }
  }

  /**
   * Free the block that starts at `address`, whoever allocated it, and merge it with free neighbours. O(log n), except
   * `"linked-list"`: O(n).
   *
   * @param address start of a live block
   * @throws {NotAllocatedError} `ERR_DOUBLE_FREE` when the address is free
   * @throws {WrongBlockError} `ERR_INSIDE_BLOCK` when it lies inside a block, which the error names
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   */
  free(address: number): void {
    const status = this.#free(address);
    if (status < 0) this.#refuseBlock(status, "free", address);
  }

  #free(address: number): number {
    checkNumber("address", address);
    try {
      const status = this.#exports.free(address);
      if (status !== LOCKED) return status;
      return this.#lock.retry(() => this.#exports.free(address));
    } catch (error) {
      return this.#lock.abandon(error);
    }
  }

  /**
   * Take exactly the range `[address, address + size)` as a block. O(log n), except `"linked-list"`: O(n).
   *
   * @param options an alignment that `address` must be a multiple of, and a tag
   * @throws {NotFreeError} `ERR_NOT_FREE`, with what overlaps
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`,
   *   `ERR_NOT_ALIGNED`, `ERR_NOT_AN_INTEGER`, `ERR_BAD_OPTIONS`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {MetadataLimitError} `ERR_NODE_STORAGE`
   */
  reserve(address: number, size: number, options: number | SharedBlockOptions = 1): void {
    const { alignment, tag } = readBlockOptions(options);
    checkRange(address, size, this.capacity);
    checkPositive("alignment", alignment);
    if (address % alignment !== 0)
      rejectUnaligned("address", address, `the alignment ${alignment}`);
    this.lock(() => {
      const status = this.#call(() => this.#exports.reserve(address, size, alignment, tag));
      if (status >= 0) return;
      this.#refuse(status);
      throw new NotFreeError("ERR_NOT_FREE", address, size, this.#blocks.blocking(address, size));
    });
  }

  /**
   * Make the block at `address` `newSize` long: in place if the following free block is large enough, otherwise by
   * taking a new block where the policy says and freeing the old one. Alignment, tag and owner stay; the contents are the
   * caller's to copy. O(log n), except `"linked-list"`: O(n).
   *
   * @param address start of a live block
   * @param newSize 1 … 2^53 − 1
   * @returns the address afterwards.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when neither is possible
   * @throws {NotAllocatedError} `ERR_NOT_ALLOCATED` when the address is free
   * @throws {WrongBlockError} `ERR_INSIDE_BLOCK`
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {MetadataLimitError} `ERR_NODE_STORAGE`
   */
  resize(address: number, newSize: number): number {
    this.#checkResize(address, newSize);
    return this.lock(() => {
      const result = this.#call(() => this.#exports.resize(address, newSize));
      if (result >= 0) return result;
      if (result !== Status.OUT_OF_MEMORY) this.#refuseBlock(result, "resize", address);
      this.#exports.find(address);
      return this.#refuseAllocate(result, newSize, this.#exports.alignmentFound());
    });
  }

  /**
   * Make the block at `address` `newSize` long in place, or leave it. Arguments and errors as {@link resize}, without
   * `ERR_OUT_OF_MEMORY`. O(log n), except `"linked-list"`: O(n).
   *
   * @returns whether it now has the new size.
   */
  tryExtend(address: number, newSize: number): boolean {
    this.#checkResize(address, newSize);
    return this.lock(() => {
      const status = this.#call(() => this.#exports.extend(address, newSize));
      if (status === Status.OUT_OF_MEMORY) return false;
      if (status < 0) this.#refuseBlock(status, "tryExtend", address);
      return true;
    });
  }

  /** Whether a live block starts at `address`, which may be any whole number from 0 to 2^53 − 1. */
  has(address: number): boolean {
    checkRange(address, 1, Infinity);
    return this.lock(() => this.#exports.find(address) === Status.OK);
  }

  /** Size of the block at `address`. Errors as {@link free}, with `ERR_NOT_ALLOCATED`. */
  sizeOf(address: number): number {
    return this.#find("sizeOf", address, () => this.#exports.sizeFound());
  }

  /** Id of the attachment that allocated the block at `address`. Errors as {@link sizeOf}. */
  ownerOf(address: number): number {
    return this.#find("ownerOf", address, () => this.#exports.ownerFound() >>> 0);
  }

  /** Tag of the block at `address`. Errors as {@link sizeOf}. */
  tagOf(address: number): number {
    return this.#find("tagOf", address, () => this.#exports.tagFound() >>> 0);
  }

  #find(method: string, address: number, what: () => number): number {
    checkRange(address, 1, this.capacity);
    return this.lock(() => {
      const status = this.#exports.find(address);
      if (status < 0) this.#refuseBlock(status, method, address);
      return what();
    });
  }

  // Asynchronously ----------------------------------------------------------------------------------------------

  /**
   * {@link allocate} that never blocks the thread: while another attachment holds the lock, other tasks run. For the main
   * thread of a page.
   *
   * @param timeout milliseconds to wait for the lock before a {@link LockTimeoutError}; by default for ever.
   */
  async allocateAsync(
    size: number,
    options: number | SharedBlockOptions = 1,
    timeout = Infinity,
  ): Promise<number> {
    const { alignment, tag } = readBlockOptions(options);
    checkNumber("size", size);
    const address = await this.#lock.later(
      () => this.#exports.allocate(size, alignment, tag),
      timeout,
    );
    return address >= 0 ? address : this.#refuseAllocate(address, size, alignment);
  }

  /** {@link free} that never blocks the thread. */
  async freeAsync(address: number, timeout = Infinity): Promise<void> {
    checkNumber("address", address);
    const status = await this.#lock.later(() => this.#exports.free(address), timeout);
    if (status < 0) this.#refuseBlock(status, "free", address);
  }

  // All of it -------------------------------------------------------------------------------------------------

  /**
   * Several calls as one: no other attachment comes between those that `fn` makes, and if this worker dies inside, all of
   * them are undone. What `fn` did before it throws stays. Others wait as long as `fn` runs: keep it short, and do not
   * await in it.
   *
   * @returns what `fn` returns.
   * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS` when `fn` is no function
   * @throws {UndoLogError} `ERR_LOG_FULL` from a call inside, when all of them together change too much: more than some
   *   hundreds of calls do.
   */
  lock<T>(fn: () => T): T {
    if (typeof fn !== "function")
      throw new ArgumentTypeError("ERR_BAD_OPTIONS", "fn must be a function", "fn", fn);
    this.#refuse(this.#call(() => this.#exports.lock()));
    try {
      return fn();
    } finally {
      if (this.#exports.isInside()) this.#exports.unlock();
    }
  }

  /** Figures about the allocator as it is now. O(1), except `"linked-list"`, which looks for its largest block. */
  getStats(): SharedStats {
    const exports = this.#exports;
    return this.lock(() => {
      const freeMemory = exports.freeMemory();
      const largestFreeBlock = exports.largest();
      return {
        capacity: this.capacity,
        freeMemory,
        largestFreeBlock,
        freeBlockCount: exports.freeBlockCount(),
        liveBlockCount: exports.liveBlockCount(),
        externalFragmentation: freeMemory === 0 ? 0 : 1 - largestFreeBlock / freeMemory,
        metadataBytes: exports.storageBytes(),
      };
    });
  }

  /**
   * The live blocks in address order. They are read up to 128 at a time, under the lock; between that, others may change
   * what comes later. Inside {@link lock}, all are of one moment.
   */
  blocks(): IterableIterator<SharedBlock> {
    return this.#walk((from) => this.#blocks.live(from, BATCH));
  }

  /** The free blocks in address order, read like {@link blocks}. */
  freeBlocks(): IterableIterator<Block> {
    return this.#walk((from) => this.#blocks.free(from, BATCH));
  }

  *#walk<B extends Block>(read: (from: number) => B[]): IterableIterator<B> {
    for (let from = 0; ; ) {
      const blocks = this.lock(() => read(from));
      const last = blocks.at(-1);
      if (!last) return;
      yield* blocks;
      from = last.start + last.size;
    }
  }

  /**
   * Checks the whole structure, holding the lock. O(n).
   *
   * @throws {CorruptionError} `ERR_CORRUPT`
   */
  validate(): void {
    this.lock(() => {
      const status = this.#exports.validate();
      if (status < 0)
        throw new CorruptionError(corruptionOf(status) ?? "unknown", this.#exports.corruptionAt());
      let live = 0;
      for (const { start, owner, alignment } of this.blocks()) {
        live++;
        if (owner === 0 || !(alignment >= 1) || start % alignment !== 0)
          throw new CorruptionError("the record of a live block is not a record", start);
      }
      if (live !== this.#exports.liveBlockCount())
        throw new CorruptionError("the number of live blocks is not the number recorded", live);
    });
  }

  /** @internal A damaged allocator is disposed of. */
  protected checkAfterDeath(): void {
    try {
      this.validate();
    } catch (error) {
      this.#exports.dispose();
      throw error;
    }
  }

  /**
   * Frees all blocks that an attachment allocated; before that, {@link recover}s it, if it is another. O(n), in steps of
   * 128 blocks, between which others get the lock.
   *
   * @param id of an attachment whose worker has ended, or this one's own
   * @returns how many blocks were freed.
   */
  reclaim(id: number): number {
    checkId(id);
    if (id !== this.id) this.recover(id);
    let freed = 0;
    for (let from = 0; from >= 0; from = this.#exports.reclaimedTo()) {
      const count = this.#call(() => this.#exports.reclaim(id, from));
      this.#refuse(count);
      freed += count;
    }
    return freed;
  }

  /** Ends the use of the allocator by every attachment: all later calls, also of others, throw {@link DisposedError}. */
  dispose(): void {
    this.#call(() => this.#exports.dispose());
  }

  /** Same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  // Within ----------------------------------------------------------------------------------------------------

  /** The result of a call of the core's that takes the lock. */
  #call(call: () => number): number {
    try {
      const result = call();
      return result === LOCKED ? this.#lock.retry(call) : result;
    } catch (error) {
      return this.#lock.abandon(error);
    }
  }

  #describe(): string {
    const { capacity, policy, id } = this;
    const exports = this.#exports;
    const used = capacity - exports.freeMemory();
    return (
      `SharedAllocator "${policy}" ${used} of ${capacity} allocated (${percent(used / capacity)}), ` +
      `live blocks: ${exports.liveBlockCount()}, free blocks: ${exports.freeBlockCount()}, attachment ${id}`
    );
  }

  #checkResize(address: number, newSize: number): void {
    checkRange(address, 1, this.capacity);
    checkPositive("newSize", newSize, "size");
  }

  /** Throws for the statuses that any call may return. */
  #refuse(status: number): void {
    if (status === Status.DISPOSED) throw new DisposedError();
    if (status !== Status.NODE_STORAGE) return;
    const bytes = this.#exports.storageBytes();
    throw new MetadataLimitError(bytes, this.#exports.storageLimit());
  }

  #refuseAllocate(status: number, size: number, alignment: number): never {
    this.#refuse(status);
    checkPositive("size", size);
    checkPositive("alignment", alignment);
    const { largestFreeBlock, freeMemory } = this.getStats();
    throw new OutOfMemoryError(size, largestFreeBlock, freeMemory, alignment);
  }

  /** Throws what a status says of an address that should be a block's. Others may have changed what is there since. */
  #refuseBlock(status: number, method: string, address: number): never {
    this.#refuse(status);
    checkRange(address, 1, this.capacity);
    if (status === Status.INSIDE_BLOCK) {
      const [block = { start: address, size: 1 }] = this.lock(() => this.#blocks.live(address, 1));
      throw new WrongBlockError(method, address, undefined, block);
    }
    const [free = { start: address, size: 1 }] = this.lock(() => this.#blocks.free(address, 1));
    const block = free.start <= address ? free : { start: address, size: 1 };
    throw new NotAllocatedError(method, address, undefined, block);
  }
}
