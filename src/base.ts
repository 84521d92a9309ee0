/// <reference lib="esnext.disposable" preserve="true" />

// What every allocator has, tracked or not: the handle on its record in the core, figures, free blocks,
// capacity, life.

import { type Abi, Damage, type Handle, Status } from "./abi.js";
import type { Block } from "./block.js";
import { checkPositive, rejectType } from "./check.js";
import { core } from "./core.js";
import {
  AllocatorRangeError,
  ArgumentTypeError,
  CorruptionError,
  DisposedError,
  NodeStorageError,
  NotFreeError,
  OutOfMemoryError,
} from "./errors.js";
import { describe } from "./inspect.js";
import { DEFAULT_POLICY, POLICIES, type Policy } from "./policy.js";

/** Options of every allocator. */
export interface AllocatorOptions {
  /** Which free block an allocation is taken from; `"first-fit"` by default. */
  policy?: Policy;
}

/** What {@link Allocator.getStats} answers. Sizes are in the caller's unit but for `metadataBytes`. */
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

/** What {@link Allocator.toJSON} answers. */
export interface AllocatorSummary extends AllocatorStats {
  /** Which free block an allocation is taken from. */
  readonly policy: Policy;
}

/** The core, once the first allocator has been made. */
export let abi: Abi;

/** Gives back the nodes of allocators that were dropped without `dispose()`, where the runtime can tell. */
let forgotten: FinalizationRegistry<Handle> | undefined;

/** `result`, unless it says that nothing could be done at all. */
export function answer(result: number): number {
  if (result === Status.DISPOSED) throw new DisposedError();
  if (result === Status.NODE_STORAGE) throw new NodeStorageError(abi.storageBytes());
  return result;
}

/**
 * The core. What is to be done once is done at the first call: importing the package does nothing, and bundlers
 * may drop what is not used. That is also why the methods named by symbols, which not every runtime has, are
 * added here.
 */
export function loadCore(): Abi {
  if (abi) return abi;
  abi = core();
  if (typeof FinalizationRegistry !== "undefined")
    forgotten = new FinalizationRegistry(abi.destroy);
  const add = (name: symbol, value: (this: Allocator) => unknown) =>
    Object.defineProperty(Allocator.prototype, name, { value, configurable: true });
  add(Symbol.dispose ?? Symbol.for("Symbol.dispose"), function () {
    this.dispose();
  });
  add(Symbol.for("nodejs.util.inspect.custom"), function () {
    return this.inspect();
  });
  return abi;
}

/** Number of the policy that the options name. */
export function readPolicy(options: AllocatorOptions): number {
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

/** What {@link MemoryAllocator} and {@link TrackedAllocator} have in common. */
export abstract class Allocator {
  /** @internal Where the record lies in the core's memory; 0 after disposal. */
  protected handle: Handle = 0;
  /** @internal Name of the class. */
  protected abstract className(): string;
  #capacity = 0;
  #policy: Policy = DEFAULT_POLICY;

  /** @internal Take over a handle that the core has just answered. */
  protected adopt(handle: Handle): void {
    this.handle = answer(handle);
    this.#capacity = abi.capacity(handle);
    this.#policy = POLICIES[abi.policy(handle)] as Policy;
    forgotten?.register(this, handle, this);
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
    return this.handle === 0;
  }

  /**
   * Whether {@link MemoryAllocator.allocate | allocate} would find room now. Nothing is changed.
   * Same arguments, same errors but for `ERR_OUT_OF_MEMORY`, same complexity.
   */
  canAllocate(size: number, alignment = 1): boolean {
    if (typeof size !== "number") rejectType("size", size);
    if (typeof alignment !== "number") rejectType("alignment", alignment);
    checkPositive("size", size);
    checkPositive("alignment", alignment);
    return answer(abi.canAllocate(this.handle, size, alignment)) === 1;
  }

  /** Sum of all free block sizes. O(1). */
  getFreeMemory(): number {
    return answer(abi.freeMemory(this.handle));
  }

  /** Size of the largest free block, 0 when nothing is free. O(1), for `"linked-list"` O(free blocks). */
  getLargestFreeBlock(): number {
    return answer(abi.largest(this.handle));
  }

  /** Figures about the allocator as it is now. O(1), but for `"linked-list"`, which looks for its largest block. */
  getStats(): AllocatorStats {
    const freeMemory = this.getFreeMemory();
    const largestFreeBlock = this.getLargestFreeBlock();
    return {
      capacity: this.#capacity,
      freeMemory,
      largestFreeBlock,
      freeBlockCount: abi.freeBlockCount(this.handle),
      externalFragmentation: freeMemory === 0 ? 0 : 1 - largestFreeBlock / freeMemory,
      metadataBytes: abi.metadataBytes(this.handle),
      height: abi.height(this.handle),
    };
  }

  /** What `JSON.stringify` writes: the policy and the figures of {@link getStats}. */
  toJSON(): AllocatorSummary {
    return { policy: this.policy, ...this.getStats() };
  }

  /**
   * The free blocks in address order, lazily. Each step answers the first free block, as it is at that moment,
   * that ends after the one answered before: the allocator may change in between.
   */
  *freeBlocks(): IterableIterator<Block> {
    let after = 0;
    for (;;) {
      const version = answer(abi.version(this.handle));
      const pairs = this.readFreeBlocks(after, 128);
      if (pairs.length === 0) return;
      for (let i = 0; i < pairs.length; i += 2) {
        if (i > 0 && answer(abi.version(this.handle)) !== version) break;
        const start = pairs[i] as number;
        const size = pairs[i + 1] as number;
        after = start + size;
        yield { start, size };
      }
    }
  }

  /**
   * Lengthen the block to `newCapacity`; what is new is free, and live ranges stay where they are.
   * O(log n), but O(n) when the capacity first reaches 2^32.
   *
   * @param newCapacity capacity … 2^53 − 1
   * @throws {AllocatorRangeError} `ERR_CAPACITY_OUT_OF_RANGE` when it is less than the capacity,
   *   `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  grow(newCapacity: number): void {
    this.#checkCapacity("grow", newCapacity, this.#capacity, Number.MAX_SAFE_INTEGER);
    answer(abi.grow(this.handle, newCapacity));
    this.#capacity = newCapacity;
  }

  /**
   * Shorten the block to `newCapacity`. All that is cut off must be free. O(log n).
   *
   * @param newCapacity 1 … capacity
   * @throws {NotFreeError} `ERR_TAIL_IN_USE`, with the allocated range that is in the way
   * @throws {AllocatorRangeError} `ERR_CAPACITY_OUT_OF_RANGE` when it is more than the capacity,
   *   `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  shrink(newCapacity: number): void {
    this.#checkCapacity("shrink", newCapacity, 1, this.#capacity);
    if (answer(abi.shrink(this.handle, newCapacity)) < 0)
      throw this.notFree("ERR_TAIL_IN_USE", newCapacity, this.#capacity - newCapacity);
    this.#capacity = newCapacity;
  }

  /** Cut off all free memory at the end, but keep a capacity of at least 1. O(log n). @returns the new capacity. */
  shrinkToFit(): number {
    const [start] = this.readFreeBlocks(this.#capacity - 1, 1);
    if (start !== undefined) this.shrink(Math.max(1, start));
    return this.#capacity;
  }

  /** Free everything at once. O(n). */
  reset(): void {
    answer(abi.reset(this.handle));
  }

  /**
   * Walk the whole structure and check every invariant. O(n), for `"best-fit"` O(n log n).
   *
   * @throws {CorruptionError} `ERR_CORRUPT`, saying what is broken and where
   */
  validate(): void {
    const status = answer(abi.validate(this.handle));
    const what = Damage[status];
    if (what) throw new CorruptionError(what, abi.damageAt());
  }

  /** Give the allocator's nodes back to the core. Every further call throws; disposing again does nothing. O(n). */
  dispose(): void {
    if (this.handle === 0) return;
    forgotten?.unregister(this);
    abi.destroy(this.handle);
    this.handle = 0;
  }

  /** Same as {@link dispose}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @internal What `console.log` prints in Node: a line of figures and a map of the block. */
  inspect(): string {
    const name = this.className();
    if (this.disposed) return `${name} "${this.#policy}" (disposed)`;
    return describe(name, this, (address) => {
      const [start, size] = this.readFreeBlocks(address, 1);
      return start === undefined ? undefined : { start, size: size as number };
    });
  }

  /** @internal Up to `limit` free blocks as (start, size) pairs, from the first one that ends after `after`. */
  protected readFreeBlocks(after: number, limit: number): Float64Array {
    const count = answer(abi.copyFreeBlocks(this.handle, after, limit));
    return new Float64Array(abi.memory.buffer, abi.resultAddress(), 2 * count).slice();
  }

  /** @internal Why `[address, address + size)` cannot be taken or cut off. */
  protected notFree(
    code: "ERR_NOT_FREE" | "ERR_TAIL_IN_USE",
    address: number,
    size: number,
  ): NotFreeError {
    const end = address + size;
    const [start = end, freeSize = 0, next = end] = this.readFreeBlocks(address, 2);
    const blocking =
      start > address
        ? { start: address, size: Math.min(start, end) - address }
        : { start: start + freeSize, size: Math.min(next, end) - start - freeSize };
    return new NotFreeError(code, address, size, blocking);
  }

  /** @internal Throw what an answer below zero to an allocation means. */
  protected refuseAllocate(
    status: number,
    size: number,
    alignment: number,
    largest = this.getLargestFreeBlock(),
    free = this.getFreeMemory(),
  ): never {
    answer(status);
    checkPositive("size", size);
    checkPositive("alignment", alignment);
    throw new OutOfMemoryError(size, largest, free, alignment);
  }

  #checkCapacity(method: string, value: number, least: number, greatest: number): void {
    if (this.disposed) throw new DisposedError();
    checkPositive("capacity", value);
    if (value >= least && value <= greatest) return;
    throw new AllocatorRangeError(
      "ERR_CAPACITY_OUT_OF_RANGE",
      `${method}: the new capacity must be from ${least} to ${greatest}, got ${value}`,
      "capacity",
      value,
    );
  }
}
