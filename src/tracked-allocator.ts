// TrackedAllocator: allocates ranges and records them as blocks, so that a block is named by its address alone and
// every free is checked against what was allocated. The core keeps the blocks; their labels are kept beside it.

import { Allocator, type AllocatorOptions } from "./allocator.js";
import type { Block } from "./block.js";
import {
  type BlockOptions,
  type GivenOptions,
  NO_ALIGNMENT,
  readBlockOptions,
} from "./block-options.js";
import { checkNumber, checkPositive, checkRange, checkString, rejectUnaligned } from "./check.js";
import { Field, Status } from "./core/abi.js";
import { walkBlocks } from "./core/blocks.js";
import { unwrap } from "./core/core.js";
import {
  type Defragmentation,
  Defragmenter,
  type DefragmentOptions,
  type Step,
} from "./defragment.js";
import type { Engines } from "./engine.js";
import { NotAllocatedError, WrongBlockError } from "./errors.js";
import { Labels } from "./labels.js";
import { NARROW_ENGINES } from "./narrow-engines.js";
import type { TrackedPolicy } from "./policy.js";
import { reportOn, type TrackedReport, writeReport } from "./report.js";
import { readSnapshot, type Snapshot } from "./snapshot.js";
import type { LiveBlock, TrackedStats } from "./tracked-stats.js";

/**
 * Allocates ranges of one contiguous block of `[0, capacity)` and remembers them: a block is freed, resized and asked
 * about by its address, anything that is not a block is refused, and live blocks can be listed and moved together.
 *
 * Addresses and sizes are whole numbers in whatever unit the caller chooses, up to 2^53 − 1.
 * Every method throws {@link DisposedError} after {@link dispose}. After any error the allocator is exactly
 * what it was before the call.
 *
 * @example
 * ```ts
 * const allocator = new TrackedAllocator(1000);
 * const a = allocator.allocate(100, { label: "mesh" }); // 0
 * allocator.sizeOf(a); // 100
 * allocator.free(50); // throws WrongBlockError
 * allocator.free(a);
 * allocator.free(a); // throws NotAllocatedError
 * ```
 */
export class TrackedAllocator extends Allocator {
  #labels = new Labels();
  readonly #defragmenter = new Defragmenter();

  /**
   * An allocator whose whole capacity is free. O(1).
   *
   * @param totalCapacity how much there is to allocate: 1 … 2^53 − 1, from `suballoc/narrow` at most
   *   (2^32 − 2) × granularity.
   * @throws {AllocatorRangeError} `ERR_CAPACITY_NOT_POSITIVE`, `ERR_CAPACITY_OUT_OF_RANGE`, `ERR_UNKNOWN_POLICY`,
   *   `ERR_GRANULARITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @throws {CoreLoadError} `ERR_CORE_LOAD`
   */
  constructor(totalCapacity: number, options: AllocatorOptions<TrackedPolicy> = {}) {
    super(totalCapacity, options);
  }

  /** @internal */
  protected get live(): boolean {
    return true;
  }

  /** @internal */
  protected engines(): Engines {
    return NARROW_ENGINES;
  }

  /**
   * Take a block of `size` from the free block that the policy chooses. O(log n) except under `"linked-list"`.
   *
   * @param size 1 … 2^53 − 1; rounded up to the granularity.
   * @param alignmentOrOptions the alignment, as for {@link MemoryAllocator.allocate}, or alignment and label. The
   *   block keeps its alignment when it is resized or moved by {@link defragment}.
   * @returns the start address of the block, 0 … capacity − size.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when no free block can hold it
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`, `ERR_NOT_A_STRING`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @example
   * ```ts
   * const allocator = new TrackedAllocator(1000);
   * allocator.allocate(10, { label: "header" }); // 0
   * allocator.allocate(60, { alignment: 20, label: "vertices" }); // 20
   * [...allocator.blocks()][1]; // { start: 20, size: 60, label: "vertices" }
   * ```
   */
  allocate(size: number, alignmentOrOptions: number | BlockOptions = 1): number {
    const options = readBlockOptions(alignmentOrOptions);
    const address = this.#allocate(size, options);
    if (address < 0) this.refuseAllocate(address, size, options.alignment);
    return address;
  }

  /** Like {@link allocate}, but returns `undefined` when no free block can hold it. Bad arguments throw. */
  tryAllocate(size: number, alignmentOrOptions: number | BlockOptions = 1): number | undefined {
    const options = readBlockOptions(alignmentOrOptions);
    const address = this.#allocate(size, options);
    if (address >= 0) return address;
    if (address === Status.OUT_OF_MEMORY) return undefined;
    return this.refuseAllocate(address, size, options.alignment);
  }

  /** Its address, or a status. What most calls ask for takes the shortest way. */
  #allocate(size: number, options: GivenOptions): number {
    return options === NO_ALIGNMENT && this.granularity === 1 && typeof size === "number"
      ? this.abi.allocateBlock(this.handle, size, 1, 0)
      : this.#allocateWith(size, options);
  }

  #allocateWith(size: number, { alignment = 1, label = "" }: GivenOptions): number {
    checkNumber("size", size);
    const units = this.alignmentInUnits(alignment);
    const held = this.#labels.hold(label, units);
    const result = this.abi.allocateBlock(this.handle, this.toUnits(size), units, held);
    if (result < 0) this.#labels.release(held);
    return this.toAddress(result);
  }

  /**
   * Free the block that starts at `address` and merge it with free neighbours. O(log n) except under `"linked-list"`.
   *
   * @param address start of a live block
   * @param size if given, it must be the block's size, or round up to it
   * @throws {NotAllocatedError} `ERR_DOUBLE_FREE` when the address is free
   * @throws {WrongBlockError} `ERR_INSIDE_BLOCK` when it lies inside a block, `ERR_WRONG_SIZE`: both name the block
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @example
   * ```ts
   * const allocator = new TrackedAllocator(100);
   * const a = allocator.allocate(30);
   * allocator.free(a, 20); // throws WrongBlockError
   * allocator.free(a);
   * allocator.getFreeMemory(); // 100
   * ```
   */
  free(address: number, size?: number): void {
    checkNumber("address", address);
    if (size !== undefined) this.#checkSize(address, size);
    const { abi, granularity } = this;
    const start = granularity === 1 ? address : address / granularity;
    const status = abi.freeBlock(this.handle, start);
    if (status < 0) this.#refuseBlock(status, "free", address);
    if (this.#labels.any) this.#labels.release(abi.foundLabel());
    this.#defragmenter.markDirty(start);
  }

  /**
   * Take exactly the range `[address, address + size)` as a block, for fixed headers or to rebuild a known state.
   * {@link defragment} moves it like any other; a block at address 0 always stays. O(log n) except under `"linked-list"`.
   *
   * @param address 0 … capacity − size
   * @param size 1 … capacity − address
   * @param options an alignment that `address` must be a multiple of, and a label
   * @throws {NotFreeError} `ERR_NOT_FREE`, with what overlaps
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`,
   *   `ERR_NOT_ALIGNED`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`, `ERR_NOT_A_STRING`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  reserve(address: number, size: number, options: number | BlockOptions = 1): void {
    const { alignment = 1, label = "" } = readBlockOptions(options);
    const { abi, handle } = this;
    this.figure(Field.VERSION);
    checkRange(address, size, this.capacity);
    this.checkGranule(address);
    checkPositive("alignment", alignment);
    if (address % alignment !== 0)
      rejectUnaligned("address", address, `the alignment ${alignment}`);
    const start = address / this.granularity;
    const held = this.#labels.hold(label, this.alignmentInUnits(alignment));
    const status = abi.reserveBlock(handle, start, this.toUnits(size), held);
    if (status >= 0) return this.#defragmenter.markDirty(start);
    this.#labels.release(held);
    unwrap(abi, status);
    this.refuseReserve(status, address, size);
  }

  /** @internal Throw why the core does not reserve `[address, address + size)`. */
  protected refuseReserve(_status: number, address: number, size: number): never {
    throw this.notFree("ERR_NOT_FREE", address, size);
  }

  /** @internal What the starts of blocks must be multiples of, a new function each time; undefined: of the alignment. */
  protected get step(): Step | undefined {
    return undefined;
  }

  /**
   * Make the block at `address` `newSize` long: in place if the following free block is large enough, otherwise by
   * taking a new range where the policy says and then freeing the old one. The caller copies the contents. O(log n)
   * except under `"linked-list"`.
   *
   * @param address start of a live block
   * @param newSize 1 … 2^53 − 1
   * @param alignmentOrOptions another alignment and label for the block; what is not given stays.
   * @returns the address afterwards: `address` itself when it was possible in place.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when neither is possible
   * @throws {NotAllocatedError} `ERR_NOT_ALLOCATED` when the address is free
   * @throws {WrongBlockError} `ERR_INSIDE_BLOCK`
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`, `ERR_NOT_A_STRING`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @example
   * ```ts
   * const allocator = new TrackedAllocator(100);
   * const a = allocator.allocate(10, { label: "list" });
   * allocator.allocate(10); // 10
   * const b = allocator.resize(a, 20); // 20
   * allocator.labelOf(b); // "list"
   * ```
   */
  resize(address: number, newSize: number, alignmentOrOptions: number | BlockOptions = {}): number {
    this.#checkResize(address, newSize);
    const { alignment, label } = readBlockOptions(alignmentOrOptions);
    const before = this.#find("resize", address);
    const old = this.#labels.get(before);
    if (alignment !== undefined) checkPositive("alignment", alignment);
    const units = alignment === undefined ? old.alignment : this.alignmentInUnits(alignment);
    const after = this.#labels.hold(label ?? old.label, units);
    const { abi, handle, granularity } = this;
    const start = address / granularity;
    const size = this.toUnits(newSize);
    let result: number = Status.OUT_OF_MEMORY;
    if (start % units === 0) result = abi.extendBlock(handle, start, size);
    if (result === Status.OK) {
      result = start + 0; // −0 becomes 0
      if (after !== before) abi.setLabel(handle, start, after);
    } else if (result === Status.OUT_OF_MEMORY) {
      result = this.takeToMove(size, units, after);
      if (result >= 0) abi.freeBlock(handle, start);
    }
    if (result < 0) {
      this.#labels.release(after);
      const kept = units === 1 ? 1 : Math.min(units * granularity, Number.MAX_SAFE_INTEGER);
      const asked = alignment ?? kept;
      return this.refuseAllocate(result, newSize, asked);
    }
    this.#labels.release(before);
    this.#defragmenter.markDirty(start);
    return this.toAddress(result);
  }

  /**
   * Make the block at `address` `newSize` long in place, or leave it. Arguments and errors as {@link resize}, except
   * `ERR_OUT_OF_MEMORY`. O(log n) except under `"linked-list"`.
   *
   * @returns whether it now has the new size.
   */
  tryExtend(address: number, newSize: number): boolean {
    this.#checkResize(address, newSize);
    const start = address / this.granularity;
    const status = this.abi.extendBlock(this.handle, start, this.toUnits(newSize));
    if (status === Status.OUT_OF_MEMORY) return false;
    if (status < 0) this.#refuseBlock(status, "tryExtend", address);
    this.#defragmenter.markDirty(start);
    return true;
  }

  /**
   * Whether a live block starts at `address`, which may be any whole number from 0 to 2^53 − 1. O(log n), except as
   * {@link TrackedPolicy} says.
   */
  has(address: number): boolean {
    this.#checkAddress(address, Infinity);
    return this.abi.findBlock(this.handle, address / this.granularity) === Status.OK;
  }

  /** Size of the block at `address`, a multiple of the granularity. Errors as {@link resize}. O(log n). */
  sizeOf(address: number): number {
    this.#checkAddress(address);
    this.#find("sizeOf", address);
    return this.abi.foundSize() * this.granularity;
  }

  /** Label of the block at `address`, the empty string if none was given. Errors as {@link resize}. O(log n). */
  labelOf(address: number): string {
    this.#checkAddress(address);
    return this.#labels.get(this.#find("labelOf", address)).label;
  }

  /** Give the block at `address` another label. Errors as {@link resize}, and `ERR_NOT_A_STRING`. O(log n). */
  setLabel(address: number, label: string): void {
    this.#checkAddress(address);
    checkString("label", label);
    const before = this.#find("setLabel", address);
    const after = this.#labels.hold(label, this.#labels.get(before).alignment);
    if (after !== before) this.abi.setLabel(this.handle, address / this.granularity, after);
    this.#labels.release(before);
  }

  /**
   * The live blocks in address order, lazily. The allocator may change in between: each step returns the first block,
   * as it is then, that ends after the one returned before.
   */
  *blocks(): IterableIterator<LiveBlock> {
    for (const [start, size, label] of this.entries(true))
      yield { start, size, label: this.#labels.get(label).label };
  }

  /**
   * Move live blocks together, so that the free memory becomes one block, as far as alignments allow. The moves are
   * made here at once; the caller repeats them on the contents, in order, for instance with
   * `bytes.copyWithin(to, from, from + size)`. Blocks keep their alignment and label; addresses change as the moves say.
   *
   * Under a budget it can be called again and again, with anything in between, until it is `done`; at least one move is
   * made in each call if one is possible. Without overlaps it may end up `blocked` instead, when a block is longer
   * than the hole before it and no other free block can take it in meanwhile. Some blocks are then moved twice.
   *
   * It begins where something changed since the last call, and takes O(log n) for each move and for each gap that
   * alignment leaves; without overlaps, now and then, also a look at the blocks above.
   *
   * @throws {AllocatorRangeError} `ERR_BUDGET_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE` when not even the first move could be made
   * @example
   * ```ts
   * const allocator = new TrackedAllocator(100);
   * const bytes = new Uint8Array(100);
   * const a = allocator.allocate(30);
   * allocator.allocate(40); // 30
   * allocator.free(a);
   * const { moves } = allocator.defragment();
   * moves; // [{ from: 30, to: 0, size: 40, overlaps: true }]
   * for (const { from, to, size } of moves) bytes.copyWithin(to, from, from + size);
   * allocator.getLargestFreeBlock(); // 60
   * ```
   */
  defragment(options: DefragmentOptions = {}): Defragmentation {
    return this.#defragmenter.run(
      this.abi,
      this.handle,
      this.granularity,
      this.#labels,
      options,
      this.step,
    );
  }

  /** Statistics as of now. O(1), except as {@link getLargestFreeBlock}. */
  override getStats(): TrackedStats {
    const { abi, handle } = this;
    const stats = super.getStats();
    const taken = (stats.capacity - stats.freeMemory) / this.granularity;
    const requested = abi.requestedMemory?.(handle) ?? taken;
    return {
      ...stats,
      liveBlockCount: this.figure(Field.LIVE_BLOCKS),
      internalFragmentation: taken === 0 ? 0 : 1 - requested / taken,
    };
  }

  /** A report for people: what is live by label, the largest blocks, and how the free memory is cut up. O(n). */
  report(): string {
    return writeReport(this.toJSON());
  }

  /** What {@link report} says, as plain data; also what `JSON.stringify` writes. O(n). */
  override toJSON(): TrackedReport {
    return reportOn(this);
  }

  /** Free everything at once, labels included. O(n). */
  override reset(): void {
    super.reset();
    this.#labels.clear();
    this.#defragmenter.markDirty(0);
  }

  /** A second allocator in exactly the same state. O(n). */
  clone(): TrackedAllocator {
    return new TrackedAllocator(this.capacity, this.options).copyFrom(this);
  }

  /**
   * The whole state as bytes, labels included, to be kept in a file or sent elsewhere: versioned and checksummed, the
   * same from both entries. O(n).
   */
  snapshot(): Uint8Array<ArrayBuffer> {
    return this.write(this.#labels.toNote(), this.order);
  }

  /**
   * An allocator that behaves exactly as the one whose {@link snapshot} is given. O(n), for `"best-fit"` O(n log n).
   *
   * @param bytes a snapshot, whole
   * @throws {SnapshotError} `ERR_NOT_A_SNAPSHOT`, `ERR_SNAPSHOT_VERSION` when it is of another version,
   *   `ERR_SNAPSHOT_DAMAGED`, `ERR_SNAPSHOT_KIND` when it is of a {@link MemoryAllocator}
   * @throws {ArgumentTypeError} `ERR_NOT_A_SNAPSHOT` when it is not a `Uint8Array`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  static restore(bytes: Uint8Array): TrackedAllocator {
    const snapshot = readSnapshot(bytes, true);
    return new TrackedAllocator(snapshot.capacity, snapshot.options).take(snapshot);
  }

  /** @internal */
  protected override copyFrom(other: TrackedAllocator): this {
    this.#labels = other.#labels.clone();
    return super.copyFrom(other);
  }

  /** @internal The order of the free blocks in their bins, where the core has any. O(n). */
  protected get order(): number[] | undefined {
    return undefined;
  }

  /** @internal Take over what a snapshot holds, or be disposed of. */
  protected take({ blocks, rover, note }: Snapshot): this {
    this.fill(blocks, rover);
    try {
      this.#labels = Labels.fromNote(note, walkBlocks(this.abi, this.handle, true));
      return this;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** @internal The live block that `address`, which is not its start, lies in. */
  protected blockAround(address: number): Block | undefined {
    const block = this.blockAfter(true, address);
    return block && block.start < address ? block : undefined;
  }

  #checkAddress(address: number, end = this.capacity): void {
    this.figure(Field.VERSION);
    checkRange(address, 1, end);
  }

  #checkResize(address: number, newSize: number): void {
    checkNumber("newSize", newSize);
    this.#checkAddress(address);
    checkPositive("newSize", newSize, "size");
  }

  /** Throw unless the block at `address` has this size. */
  #checkSize(address: number, size: number): void {
    checkNumber("size", size);
    this.#checkAddress(address);
    checkPositive("size", size);
    this.#find("free", address);
    const units = this.abi.foundSize();
    if (this.toUnits(size) === units) return;
    const block = { start: address, size: units * this.granularity };
    throw new WrongBlockError("free", address, size, block);
  }

  /** The label number of the block at `address`; or throw. */
  #find(method: string, address: number): number {
    const status = this.abi.findBlock(this.handle, address / this.granularity);
    if (status < 0) this.#refuseBlock(status, method, address);
    return this.abi.foundLabel();
  }

  /** Throw what a status means of an address that should be a block's. */
  #refuseBlock(status: number, method: string, address: number): never {
    unwrap(this.abi, status);
    checkRange(address, 1, this.capacity);
    const block = this.blockAround(address);
    if (block) throw new WrongBlockError(method, address, undefined, block);
    const free = this.blockAfter(false, address) as Block;
    throw new NotAllocatedError(method, address, undefined, free);
  }
}
