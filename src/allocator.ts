/// <reference lib="esnext.disposable" preserve="true" />

// What every allocator has, tracked or not: the core it lives in and its handle there, the granularity, statistics, free
// blocks, capacity, disposal.
//
// The core counts in units of the granularity; callers never see units. A quotient of two whole numbers below 2^53 is
// whole in floating point only if it is exact: an address that is no multiple stays a fraction, which the core refuses.

import type { Block } from "./block.js";
import { checkOptions, checkPositive, rejectCapacity, rejectUnaligned } from "./check.js";
import { type Abi, corruptionOf, Field, type Handle } from "./core/abi.js";
import { loadBlocks, readBlocks, walkBlocks, widthOf } from "./core/blocks.js";
import { unwrap } from "./core/core.js";
import { type Engine, type Engines, engineFor } from "./engine.js";
import { CorruptionError, NotFreeError, OutOfMemoryError } from "./errors.js";
import { describe } from "./inspect.js";
import { DEFAULT_POLICY, type Policy, TRACKED_POLICIES, type TrackedPolicy } from "./policy.js";
import { damaged, writeSnapshot } from "./snapshot.js";
import { addSymbols } from "./symbols.js";

/** Options of every allocator. */
export interface AllocatorOptions<P extends TrackedPolicy = Policy> {
  /** Which free block an allocation is taken from; `"first-fit"` by default. */
  policy?: P;
  /**
   * 1 … capacity, 1 by default: every address is a multiple of it, every size is rounded up to one, the capacity down.
   * As fast as no alignment at all, which per-call alignment is not; and a multiple of 256 lets `suballoc/narrow`, and
   * the faster core for 32-bit numbers, handle 2^40 bytes.
   */
  granularity?: number;
}

/** What {@link Allocator.getStats} returns. Sizes are in the caller's unit, except `metadataBytes`. */
export interface AllocatorStats {
  /** How much there is to allocate, free or not. */
  readonly capacity: number;
  /** What every address and size is a multiple of. */
  readonly granularity: number;
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

/** What {@link Allocator.toJSON} returns. */
export interface AllocatorSummary extends AllocatorStats {
  /** Which free block an allocation is taken from. */
  readonly policy: TrackedPolicy;
}

/** What {@link MemoryAllocator} and {@link TrackedAllocator} have in common. */
export abstract class Allocator {
  /** Every address and size is a multiple of it; 1 unless the option was given. */
  readonly granularity: number;
  /** Which free block an allocation is taken from. */
  readonly policy: TrackedPolicy;
  /** @internal The core that the allocator lives in. */
  protected abi!: Abi;
  /** @internal Where its record lies there; 0 after disposal. */
  protected handle: Handle = 0;
  /** @internal Whether live blocks are recorded. */
  protected abstract readonly live: boolean;
  /** @internal What the class and the entry can use. */
  protected abstract engines(): Engines;
  #engine!: Engine;
  #units: number;

  /** @internal */
  constructor(totalCapacity: number, options: AllocatorOptions<TrackedPolicy>) {
    addSymbols(Allocator.prototype, "dispose");
    checkPositive("capacity", totalCapacity);
    checkOptions("options", options, ["policy", "granularity"]);
    const { policy = DEFAULT_POLICY, granularity = 1 } = options;
    checkPositive("granularity", granularity);
    this.granularity = granularity;
    this.policy = policy;
    this.#units = Math.floor(totalCapacity / granularity);
    if (this.#units < 1) rejectCapacity(`at least the granularity ${granularity}`, totalCapacity);
    const engine = engineFor(this.engines(), policy, this.#units, granularity);
    this.#enter(engine, this.#create(engine));
  }

  /** How much there is to allocate, free or not: a multiple of the granularity. */
  get capacity(): number {
    return this.#units * this.granularity;
  }

  /** Whether {@link dispose} was called. */
  get disposed(): boolean {
    return this.handle === 0;
  }

  /**
   * Whether {@link MemoryAllocator.allocate | allocate} would succeed now. Changes nothing.
   * Same arguments, same errors except `ERR_OUT_OF_MEMORY`, same complexity.
   */
  canAllocate(size: number, alignment = 1): boolean {
    checkPositive("size", size);
    checkPositive("alignment", alignment);
    const { abi, handle } = this;
    return (
      unwrap(abi, abi.canAllocate(handle, this.toUnits(size), this.alignmentInUnits(alignment))) ===
      1
    );
  }

  /** Sum of all free block sizes. O(1). */
  getFreeMemory(): number {
    return this.figure(Field.FREE_MEMORY) * this.granularity;
  }

  /** Size of the largest free block, 0 when nothing is free. O(1), under `"linked-list"` and `"segregated-fit"` O(free blocks). */
  getLargestFreeBlock(): number {
    return this.figure(Field.LARGEST) * this.granularity;
  }

  /** Statistics as of now. O(1), except as {@link getLargestFreeBlock}. */
  getStats(): AllocatorStats {
    const { capacity, granularity } = this;
    const freeMemory = this.getFreeMemory();
    const largestFreeBlock = this.getLargestFreeBlock();
    return {
      capacity,
      granularity,
      freeMemory,
      largestFreeBlock,
      freeBlockCount: this.figure(Field.FREE_BLOCKS),
      externalFragmentation: freeMemory === 0 ? 0 : 1 - largestFreeBlock / freeMemory,
      metadataBytes: this.figure(Field.METADATA_BYTES),
      height: this.figure(Field.HEIGHT),
    };
  }

  /** What `JSON.stringify` writes: the policy and {@link getStats}. */
  toJSON(): AllocatorSummary {
    return { policy: this.policy, ...this.getStats() };
  }

  /**
   * The free blocks in address order, lazily. The allocator may change in between: each step returns the first block,
   * as it is then, that ends after the one returned before.
   *
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.reserve(40, 10);
   * [...allocator.freeBlocks()]; // [{ start: 0, size: 40 }, { start: 50, size: 50 }]
   * ```
   */
  *freeBlocks(): IterableIterator<Block> {
    for (const [start, size] of this.entries(false)) yield { start, size };
  }

  /**
   * Lengthen the block to `newCapacity`, rounded down to the granularity; the new part is free, and live ranges keep
   * their addresses. O(log n), but O(n) when the allocator moves to the wide core (at 2^32 units).
   *
   * @param newCapacity capacity … 2^53 − 1
   * @throws {AllocatorRangeError} `ERR_CAPACITY_OUT_OF_RANGE` when it is less than the capacity, or more than
   *   `suballoc/narrow` can handle; `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @throws {CoreLoadError} `ERR_CORE_LOAD` when the wide core is needed and cannot be compiled
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.allocate(100); // 0
   * allocator.grow(150);
   * allocator.allocate(50); // 100
   * allocator.shrink(120); // throws NotFreeError
   * ```
   */
  grow(newCapacity: number): void {
    const units = this.#checkCapacity(newCapacity, this.capacity);
    const { abi, handle } = this;
    if (units <= this.#engine.most) unwrap(abi, abi.grow(handle, units));
    else this.#moveTo(engineFor(this.engines(), this.policy, units, this.granularity), units);
    this.#units = units;
  }

  /**
   * Shorten the block to `newCapacity`, rounded down to the granularity. All that is cut off must be free. O(log n).
   *
   * @param newCapacity granularity … capacity
   * @throws {NotFreeError} `ERR_TAIL_IN_USE`, with the allocated range that is in the way
   * @throws {AllocatorRangeError} `ERR_CAPACITY_OUT_OF_RANGE` when it is more than the capacity,
   *   `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  shrink(newCapacity: number): void {
    const units = this.#checkCapacity(newCapacity, this.granularity, this.capacity);
    if (unwrap(this.abi, this.abi.shrink(this.handle, units)) < 0) {
      const end = units * this.granularity;
      throw this.notFree("ERR_TAIL_IN_USE", end, this.capacity - end);
    }
    this.#units = units;
  }

  /** Cut off all free memory at the end, but keep one granule. O(log n). @returns the new capacity. */
  shrinkToFit(): number {
    const block = this.blockAfter(false, this.capacity - 1);
    if (block) this.shrink(Math.max(this.granularity, block.start));
    return this.capacity;
  }

  /** Free everything at once. O(n). */
  reset(): void {
    unwrap(this.abi, this.abi.reset(this.handle));
  }

  /**
   * Walk the whole structure and check every invariant. O(n), under `"best-fit"` O(n log n).
   *
   * @throws {CorruptionError} `ERR_CORRUPT`, with what is broken and where
   */
  validate(): void {
    const what = corruptionOf(unwrap(this.abi, this.abi.validate(this.handle)));
    if (what) throw new CorruptionError(what, this.abi.corruptionAt());
  }

  /** Give the allocator's nodes back to the core. Every further call throws; disposing again does nothing. O(n). */
  dispose(): void {
    if (this.handle === 0) return;
    this.#engine.core.unwatch(this);
    this.abi.destroy(this.handle);
    this.handle = 0;
  }

  /** Same as {@link dispose}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @internal What `console.log` prints in Node: a line of figures and a map of the block. */
  inspect(): string {
    const name = `${this.live ? "Tracked" : "Memory"}Allocator`;
    if (this.disposed) return `${name} "${this.policy}" (disposed)`;
    return describe(name, this, (address) => this.blockAfter(false, address));
  }

  /** @internal A figure of the core, in units. Throws when disposed of. O(1), of the linked list's largest block O(n). */
  protected figure(field: Field): number {
    return unwrap(this.abi, this.abi.get(this.handle, field));
  }

  /** @internal Units that hold `size`; NaN, which the core refuses, when it is no whole number. */
  protected toUnits(size: number): number {
    return Number.isSafeInteger(size) ? Math.ceil(size / this.granularity) : Number.NaN;
  }

  /** @internal What a result of the core means to the caller: an address, or a status. */
  protected toAddress(result: number): number {
    return result < 0 ? result : result * this.granularity;
  }

  /** @internal The least alignment in units that makes addresses multiples of `alignment` too. */
  protected alignmentInUnits(alignment: number): number {
    if (this.granularity === 1 || !Number.isSafeInteger(alignment)) return alignment;
    let [divisor, rest] = [alignment, this.granularity];
    while (rest > 0) [divisor, rest] = [rest, divisor % rest];
    return alignment / divisor;
  }

  /** @internal Throw unless `address` is a multiple of the granularity. */
  protected checkGranule(address: number): void {
    if (address % this.granularity !== 0)
      rejectUnaligned("address", address, `the granularity ${this.granularity}`);
  }

  /** @internal Start, size and label of the free or live blocks that end after `from`, lazily, each as it is when its turn comes. */
  protected *entries(
    live: boolean,
    from = 0,
  ): Generator<[start: number, size: number, label: number]> {
    const { granularity } = this;
    for (let after = Math.floor(from / granularity); ; ) {
      const { abi } = this;
      const version = this.figure(Field.VERSION);
      const blocks = readBlocks(abi, this.handle, live, after).slice();
      if (blocks.length === 0) return;
      for (let i = 0; i < blocks.length; i += widthOf(live)) {
        if (i > 0 && (abi !== this.abi || this.figure(Field.VERSION) !== version)) break;
        const [start = 0, size = 0, label = 0] = blocks.subarray(i);
        after = start + size;
        yield [start * granularity, size * granularity, label];
      }
    }
  }

  /** @internal The first free or live block that ends after the address `after`. */
  protected blockAfter(live: boolean, after: number): Block | undefined {
    for (const [start, size] of this.entries(live, after)) return { start, size };
    return undefined;
  }

  /** @internal Why `[address, address + size)` cannot be taken or cut off. */
  protected notFree(
    code: "ERR_NOT_FREE" | "ERR_TAIL_IN_USE",
    address: number,
    size: number,
  ): NotFreeError {
    const end = address + size;
    for (let from = address; ; ) {
      const free = this.blockAfter(false, from) ?? { start: end, size: 0 };
      if (free.start > from) {
        const blocking = { start: from, size: Math.min(free.start, end) - from };
        return new NotFreeError(code, address, size, blocking);
      }
      from = free.start + free.size;
    }
  }

  /** @internal Take a range that one is to be moved to, which is freed next and cannot fail then: its start, or a status. */
  protected takeToMove(units: number, alignment: number, label: number): number {
    const { abi, handle } = this;
    unwrap(abi, abi.ensure(handle, 2));
    return abi.allocateBlock(handle, units, alignment, label);
  }

  /** @internal Throw what a status means to an allocation. */
  protected refuseAllocate(status: number, size: number, alignment = 1): never {
    unwrap(this.abi, status);
    checkPositive("size", size);
    checkPositive("alignment", alignment);
    throw new OutOfMemoryError(size, this.getLargestFreeBlock(), this.getFreeMemory(), alignment);
  }

  /** @internal The options that make an allocator like this one. */
  protected get options(): Required<AllocatorOptions<TrackedPolicy>> {
    this.figure(Field.VERSION);
    return { policy: this.policy, granularity: this.granularity };
  }

  /** @internal Take over the state of another allocator of the same capacity and options. O(n). */
  protected copyFrom(other: Allocator): this {
    const { abi, handle } = other;
    return this.fill(walkBlocks(abi, handle, this.live), abi.get(handle, Field.ROVER));
  }

  /** @internal Become an allocator with just these blocks, or be disposed of. */
  protected fill(blocks: Iterable<Float64Array>, rover: number): this {
    try {
      // Any rover after the last address means the same. One that is kept from before a `shrink` may be too large.
      const least = Math.min(rover, this.#engine.most);
      const status = loadBlocks(this.abi, this.handle, this.live, blocks, least);
      if (status < 0) damaged("block");
      return this;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** @internal */
  protected write(note?: Uint8Array, order?: readonly number[]): Uint8Array<ArrayBuffer> {
    const { abi, handle, live, granularity } = this;
    const rover = this.figure(Field.ROVER);
    const policy = TRACKED_POLICIES.indexOf(this.policy);
    const count = this.figure(live ? Field.LIVE_BLOCKS : Field.FREE_BLOCKS);
    return writeSnapshot(
      { policy, live, granularity, rover, count, capacity: this.#units, order },
      walkBlocks(abi, handle, live),
      note,
    );
  }

  #create({ core: { abi } }: Engine): Handle {
    return unwrap(
      abi,
      abi.create(TRACKED_POLICIES.indexOf(this.policy), this.#units, Number(this.live)),
    );
  }

  #enter(engine: Engine, handle: Handle): void {
    this.#engine = engine;
    this.abi = engine.core.abi;
    this.handle = handle;
    engine.core.watch(this, handle);
  }

  /** Go on in another core, with a larger capacity; or stay, if it cannot take over. */
  #moveTo(engine: Engine, units: number): void {
    const { abi, handle, live } = this;
    const next = engine.core.abi;
    const moved = this.#create(engine);
    try {
      loadBlocks(next, moved, live, walkBlocks(abi, handle, live), abi.get(handle, Field.ROVER));
      unwrap(next, next.grow(moved, units));
    } catch (error) {
      next.destroy(moved);
      throw error;
    }
    this.dispose();
    this.#enter(engine, moved);
  }

  /** `value` in whole units, if it lies between these two. */
  #checkCapacity(value: number, least: number, greatest = Number.MAX_SAFE_INTEGER): number {
    this.figure(Field.VERSION);
    checkPositive("capacity", value);
    if (value < least || value > greatest) rejectCapacity(`from ${least} to ${greatest}`, value);
    return Math.floor(value / this.granularity);
  }
}
