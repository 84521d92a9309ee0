// MemoryAllocator: the thin wrapper around one allocator of the core. It passes numbers through, and turns
// what the core answers below zero into exceptions.

import { type Abi, Damage, type Handle, Status } from "./abi.js";
import type { Block } from "./block.js";
import { checkPositive, checkRange, rejectType } from "./check.js";
import { core } from "./core.js";
import {
  AllocatorRangeError,
  ArgumentTypeError,
  CorruptionError,
  DisposedError,
  NodeStorageError,
  NotAllocatedError,
  OutOfMemoryError,
} from "./errors.js";
import { describe } from "./inspect.js";
import { DEFAULT_POLICY, POLICIES, type Policy } from "./policy.js";

/** Options of {@link MemoryAllocator}. */
export interface AllocatorOptions {
  /** Which free block an allocation is taken from; `"first-fit"` by default. */
  policy?: Policy;
}

/** What {@link MemoryAllocator.getStats} answers. Sizes are in the caller's unit but for `metadataBytes`. */
export interface AllocatorStats {
  /** How much there is to hand out, free or not. */
  readonly capacity: number;
  /** Sum of all free block sizes. */
  readonly freeMemory: number;
  /** Size of the largest free block, 0 when nothing is free. */
  readonly largestFreeBlock: number;
  /** Number of free blocks. */
  readonly freeBlockCount: number;
  /** 1 − largest free block / free memory, 0 when nothing is free: the share of the free memory that one allocation cannot have. */
  readonly externalFragmentation: number;
  /** Bytes of the core's linear memory that this allocator uses. */
  readonly metadataBytes: number;
  /** Levels of the engine's tree; 1 for the linked list. */
  readonly height: number;
}

let abi: Abi;

/** Gives back the nodes of allocators that were dropped without `dispose()`, where the runtime can tell. */
let forgotten: FinalizationRegistry<Handle> | undefined;

function readPolicy(options: AllocatorOptions): number {
  if (typeof options !== "object" || options === null)
    throw new ArgumentTypeError("ERR_BAD_OPTIONS", "options must be an object", "options", options);
  const { policy = DEFAULT_POLICY } = options;
  const index = POLICIES.indexOf(policy);
  if (index >= 0) return index;
  throw new AllocatorRangeError(
    "ERR_UNKNOWN_POLICY",
    `policy must be one of ${POLICIES.map((name) => `"${name}"`).join(", ")}`,
    "policy",
    policy,
  );
}

/**
 * Hands out ranges of one contiguous block of `[0, capacity)` and takes them back, merging free neighbours.
 * It records free blocks only: the caller keeps address and size of what it holds.
 *
 * Addresses and sizes are whole numbers in whatever unit the caller chooses, up to 2^53 − 1.
 * Every method throws {@link DisposedError} after {@link dispose}.
 */
export class MemoryAllocator {
  #handle: Handle;
  readonly #capacity: number;
  readonly #policy: Policy;

  /**
   * An allocator whose whole capacity is free. O(1).
   *
   * @param totalCapacity how much there is to hand out: 1 … 2^53 − 1.
   * @throws {AllocatorRangeError} `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`, `ERR_UNKNOWN_POLICY`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  constructor(totalCapacity: number, options: AllocatorOptions = {}) {
    checkPositive("capacity", totalCapacity);
    const policy = readPolicy(options);
    if (!abi) MemoryAllocator.#start();
    this.#capacity = totalCapacity;
    this.#policy = POLICIES[policy] as Policy;
    this.#handle = abi.create(policy, totalCapacity);
    if (this.#handle < 0) throw new NodeStorageError(abi.storageBytes());
    forgotten?.register(this, this.#handle, this);
  }

  /** How much there is to hand out, free or not. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Which free block an allocation is taken from. */
  get policy(): Policy {
    return this.#policy;
  }

  /** Whether {@link dispose} was called. */
  get disposed(): boolean {
    return this.#handle === 0;
  }

  /**
   * Take a range of `size` from the free block that the policy chooses.
   *
   * @param size 1 … 2^53 − 1
   * @returns the start address of the range, 0 … capacity − size.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when no free block can hold it
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   */
  allocate(size: number): number {
    if (typeof size !== "number") rejectType("size", size);
    const address = abi.allocate(this.#handle, size);
    if (address < 0) this.#refuseAllocate(address, size);
    return address;
  }

  /**
   * Like {@link allocate}, but answers `undefined` when no free block can hold `size`. Bad arguments throw.
   */
  tryAllocate(size: number): number | undefined {
    if (typeof size !== "number") rejectType("size", size);
    const address = abi.allocate(this.#handle, size);
    if (address >= 0) return address;
    if (address === Status.OUT_OF_MEMORY) return undefined;
    return this.#refuseAllocate(address, size);
  }

  /**
   * Give the range `[address, address + size)` back and merge it with free neighbours. It may be any range
   * that is wholly allocated: a part of what one call took, or several adjacent ones together.
   *
   * @param address 0 … capacity − size
   * @param size 1 … capacity − address
   * @throws {NotAllocatedError} `ERR_DOUBLE_FREE` when the range is wholly free, `ERR_NOT_ALLOCATED` when partly
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  free(address: number, size: number): void {
    if (typeof address !== "number") rejectType("address", address);
    if (typeof size !== "number") rejectType("size", size);
    const status = abi.free(this.#handle, address, size);
    if (status < 0) this.#refuseFree(status, address, size);
  }

  /** Sum of all free block sizes. O(1). */
  getFreeMemory(): number {
    return this.#answer(abi.freeMemory(this.#handle));
  }

  /** Size of the largest free block, 0 when nothing is free. */
  getLargestFreeBlock(): number {
    return this.#answer(abi.largest(this.#handle));
  }

  /** Figures about the allocator as it is now. O(1), but for `"linked-list"`, which looks for its largest block. */
  getStats(): AllocatorStats {
    const freeMemory = this.getFreeMemory();
    const largestFreeBlock = this.getLargestFreeBlock();
    return {
      capacity: this.#capacity,
      freeMemory,
      largestFreeBlock,
      freeBlockCount: abi.freeBlockCount(this.#handle),
      externalFragmentation: freeMemory === 0 ? 0 : 1 - largestFreeBlock / freeMemory,
      metadataBytes: abi.metadataBytes(this.#handle),
      height: abi.height(this.#handle),
    };
  }

  /**
   * The free blocks in address order, lazily. Each step answers the first free block, as it is at that moment,
   * that ends after the one answered before: the allocator may change in between.
   */
  *freeBlocks(): IterableIterator<Block> {
    let after = 0;
    for (;;) {
      const version = this.#answer(abi.version(this.#handle));
      const pairs = this.#readFreeBlocks(after, 128);
      if (pairs.length === 0) return;
      for (let i = 0; i < pairs.length; i += 2) {
        if (i > 0 && this.#answer(abi.version(this.#handle)) !== version) break;
        const start = pairs[i] as number;
        const size = pairs[i + 1] as number;
        after = start + size;
        yield { start, size };
      }
    }
  }

  /** Free everything at once. O(free blocks). */
  reset(): void {
    this.#answer(abi.reset(this.#handle));
  }

  /**
   * Walk the whole structure and check every invariant. O(free blocks).
   *
   * @throws {CorruptionError} `ERR_CORRUPT`, saying what is broken and where
   */
  validate(): void {
    const status = this.#answer(abi.validate(this.#handle));
    const what = Damage[status];
    if (what) throw new CorruptionError(what, abi.damageAt());
  }

  /** Give the allocator's nodes back to the core. Every further call throws; disposing again does nothing. */
  dispose(): void {
    if (this.#handle === 0) return;
    forgotten?.unregister(this);
    abi.destroy(this.#handle);
    this.#handle = 0;
  }

  /** Same as {@link dispose}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * Everything to be done once, at the first use: importing this file does nothing, and bundlers may drop the
   * class. That is also why the methods named by symbols, which not every runtime has, are added here.
   */
  static #start(): void {
    abi = core();
    if (typeof FinalizationRegistry !== "undefined")
      forgotten = new FinalizationRegistry(abi.destroy);
    const add = (name: symbol, value: (this: MemoryAllocator) => unknown) =>
      Object.defineProperty(MemoryAllocator.prototype, name, { value, configurable: true });
    add(Symbol.dispose ?? Symbol.for("Symbol.dispose"), function () {
      this.dispose();
    });
    add(Symbol.for("nodejs.util.inspect.custom"), function () {
      return this.#inspect();
    });
  }

  /** What `console.log` prints in Node: a line of figures and a map of the block. */
  #inspect(): string {
    if (this.disposed) return `MemoryAllocator "${this.#policy}" (disposed)`;
    return describe(this, abi.freeBlockCount(this.#handle), (address) => {
      const [start, size] = this.#readFreeBlocks(address, 1);
      return start === undefined ? undefined : { start, size: size as number };
    });
  }

  /** Up to `limit` free blocks as (start, size) pairs, from the first one that ends after `after`. */
  #readFreeBlocks(after: number, limit: number): Float64Array {
    const count = this.#answer(abi.copyFreeBlocks(this.#handle, after, limit));
    return new Float64Array(abi.memory.buffer, abi.resultAddress(), 2 * count).slice();
  }

  /** `result`, unless it says that nothing could be done at all. */
  #answer(result: number): number {
    if (result === Status.DISPOSED) throw new DisposedError();
    if (result === Status.NODE_STORAGE) throw new NodeStorageError(abi.storageBytes());
    return result;
  }

  #refuseAllocate(status: number, size: number): never {
    this.#answer(status);
    checkPositive("size", size);
    throw new OutOfMemoryError(size, this.getLargestFreeBlock(), this.getFreeMemory());
  }

  #refuseFree(status: number, address: number, size: number): never {
    this.#answer(status);
    checkRange(address, size, this.#capacity);
    const [start, freeSize] = this.#readFreeBlocks(address, 1);
    throw new NotAllocatedError(address, size, {
      start: start as number,
      size: freeSize as number,
    });
  }
}
