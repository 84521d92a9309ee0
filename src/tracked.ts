// TrackedAllocator: hands out ranges and records them as blocks, so that a block is named by its address alone and
// every free is checked against what was handed out. The core keeps the blocks; the labels are kept beside it.

import { type Handle, Status } from "./abi.js";
import {
  Allocator,
  type AllocatorOptions,
  type AllocatorStats,
  abi,
  answer,
  loadCore,
  readPolicy,
} from "./base.js";
import type { Block } from "./block.js";
import { checkOptions, checkPositive, checkRange, checkString, rejectType } from "./check.js";
import { type Defragmentation, Defragmenter, type DefragmentOptions } from "./defragment.js";
import { AllocatorRangeError, NotAllocatedError, WrongBlockError } from "./errors.js";
import { reportOn, type TrackedReport, writeReport } from "./report.js";
import { noteOf, readSnapshot, writeSnapshot } from "./snapshot.js";
import { Labels } from "./tracked-labels.js";

/** What can be said of a block beyond its size. */
export interface BlockOptions {
  /** 1 … 2^53 − 1: the address will be a multiple of it, and stay one when the block is moved. */
  alignment?: number;
  /** Any text, for reports. Blocks of equal label and alignment share one copy. */
  label?: string;
}

/** A block that is allocated. */
export interface LiveBlock extends Block {
  /** The empty string if none was given. */
  readonly label: string;
}

/** What {@link TrackedAllocator.getStats} answers. */
export interface TrackedStats extends AllocatorStats {
  /** Number of live blocks. */
  readonly liveBlockCount: number;
}

/**
 * Hands out ranges of one contiguous block of `[0, capacity)` and remembers them: a block is freed, resized and asked
 * about by its address, what is not a block is refused, and live blocks can be listed and moved together.
 *
 * Addresses and sizes are whole numbers in whatever unit the caller chooses, up to 2^53 − 1.
 * Every method throws {@link DisposedError} after {@link dispose}. After any error the allocator is exactly
 * what it was before the call.
 */
export class TrackedAllocator extends Allocator {
  #labels = new Labels();
  readonly #defragmenter = new Defragmenter();

  /**
   * An allocator whose whole capacity is free. O(1).
   *
   * @param totalCapacity how much there is to hand out: 1 … 2^53 − 1.
   * @throws {AllocatorRangeError} `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`, `ERR_UNKNOWN_POLICY`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  constructor(totalCapacity: number, options: AllocatorOptions = {}) {
    super();
    checkPositive("capacity", totalCapacity);
    this.adopt(loadCore().createTracked(readPolicy(options), totalCapacity));
  }

  /** @internal */
  protected className(): string {
    return "TrackedAllocator";
  }

  /**
   * Take a block of `size` from the free block that the policy chooses. O(log n) but for `"linked-list"`.
   *
   * @param size 1 … 2^53 − 1
   * @param alignmentOrOptions the alignment, as for {@link MemoryAllocator.allocate}, or alignment and label. The
   *   block keeps its alignment when it is resized or moved by {@link defragment}.
   * @returns the start address of the block, 0 … capacity − size.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when no free block can hold it
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`, `ERR_NOT_A_STRING`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  allocate(size: number, alignmentOrOptions: number | BlockOptions = 1): number {
    const { alignment, label } = readBlockOptions(alignmentOrOptions);
    const address = this.#allocate(size, alignment, label);
    if (address < 0) this.refuseAllocate(address, size, alignment);
    return address;
  }

  /** Like {@link allocate}, but answers `undefined` when no free block can hold it. Bad arguments throw. */
  tryAllocate(size: number, alignmentOrOptions: number | BlockOptions = 1): number | undefined {
    const { alignment, label } = readBlockOptions(alignmentOrOptions);
    const address = this.#allocate(size, alignment, label);
    if (address >= 0) return address;
    if (address === Status.OUT_OF_MEMORY) return undefined;
    return this.refuseAllocate(address, size, alignment);
  }

  #allocate(size: number, alignment: number, label: string): number {
    if (typeof size !== "number") rejectType("size", size);
    const held = this.#labels.hold(label, alignment);
    const address = abi.allocateLive(this.handle, size, alignment, held);
    if (address < 0) this.#labels.release(held);
    return address;
  }

  /**
   * Free the block that starts at `address` and merge it with free neighbours. O(log n) but for `"linked-list"`.
   *
   * @param address start of a live block
   * @param size if given, it must be the block's size
   * @throws {NotAllocatedError} `ERR_DOUBLE_FREE` when the address is free
   * @throws {WrongBlockError} `ERR_INSIDE_BLOCK` when it lies inside a block, `ERR_WRONG_SIZE`: both name the block
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  free(address: number, size?: number): void {
    if (typeof address !== "number") rejectType("address", address);
    if (size !== undefined) this.#checkSize(address, size);
    const status = abi.freeLive(this.handle, address);
    if (status < 0) this.#refuseBlock(status, "free", address);
    this.#labels.release(abi.foundLabel());
    this.#defragmenter.unsettle(address);
  }

  /**
   * Take exactly the range `[address, address + size)` as a block, for fixed headers or to rebuild a known state.
   * {@link defragment} moves it like any other; a block at address 0 always stays. O(log n) but for `"linked-list"`.
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
    const { alignment, label } = readBlockOptions(options);
    answer(abi.version(this.handle));
    checkRange(address, size, this.capacity);
    checkPositive("alignment", alignment);
    if (address % alignment !== 0)
      throw new AllocatorRangeError(
        "ERR_NOT_ALIGNED",
        `address ${address} is not a multiple of the alignment ${alignment}`,
        "address",
        address,
      );
    const held = this.#labels.hold(label, alignment);
    const status = abi.reserveLive(this.handle, address, size, held);
    if (status >= 0) return this.#defragmenter.unsettle(address);
    this.#labels.release(held);
    answer(status);
    throw this.notFree("ERR_NOT_FREE", address, size);
  }

  /**
   * Make the block at `address` `newSize` long: in place when that gets by with the free memory right behind it,
   * otherwise by taking a new range where the policy says and then freeing the old one. The contents are the
   * caller's to copy. O(log n) but for `"linked-list"`.
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
   */
  resize(address: number, newSize: number, alignmentOrOptions: number | BlockOptions = {}): number {
    this.#checkResize(address, newSize);
    readBlockOptions(alignmentOrOptions);
    // Getters are done with once the block is looked for: from here on, the options are plain values.
    const given =
      typeof alignmentOrOptions === "number" ? alignmentOrOptions : { ...alignmentOrOptions };
    this.#find("resize", address);
    const before = abi.foundLabel();
    const { alignment, label } = readBlockOptions(given, this.#labels.get(before));
    checkPositive("alignment", alignment);
    const after = this.#labels.hold(label, alignment);
    const result = abi.resizeLive(this.handle, address, newSize, alignment);
    if (result < 0) {
      this.#labels.release(after);
      return this.refuseAllocate(result, newSize, alignment);
    }
    if (after !== before) abi.labelLive(this.handle, result, after);
    this.#labels.release(before);
    this.#defragmenter.unsettle(address);
    return result;
  }

  /**
   * Make the block at `address` `newSize` long in place, or leave it. Arguments and errors as {@link resize}, but
   * for `ERR_OUT_OF_MEMORY`. O(log n) but for `"linked-list"`.
   *
   * @returns whether it now has the new size.
   */
  tryExtend(address: number, newSize: number): boolean {
    this.#checkResize(address, newSize);
    const status = abi.extendLive(this.handle, address, newSize);
    if (status === Status.OUT_OF_MEMORY) return false;
    if (status < 0) this.#refuseBlock(status, "tryExtend", address);
    this.#defragmenter.unsettle(address);
    return true;
  }

  /** Whether a live block starts at `address`, which may be any whole number from 0 to 2^53 − 1. O(log n). */
  has(address: number): boolean {
    this.#checkAddress(address, Infinity);
    return answer(abi.findLive(this.handle, address)) === Status.OK;
  }

  /** Size of the block at `address`. Errors as {@link resize}. O(log n). */
  sizeOf(address: number): number {
    this.#checkAddress(address);
    this.#find("sizeOf", address);
    return abi.foundSize();
  }

  /** Label of the block at `address`, the empty string if none was given. Errors as {@link resize}. O(log n). */
  labelOf(address: number): string {
    this.#checkAddress(address);
    this.#find("labelOf", address);
    return this.#labels.get(abi.foundLabel()).label;
  }

  /** Give the block at `address` another label. Errors as {@link resize}, and `ERR_NOT_A_STRING`. O(log n). */
  setLabel(address: number, label: string): void {
    this.#checkAddress(address);
    checkString("label", label);
    this.#find("setLabel", address);
    const before = abi.foundLabel();
    const after = this.#labels.hold(label, this.#labels.get(before).alignment);
    if (after !== before) abi.labelLive(this.handle, address, after);
    this.#labels.release(before);
  }

  /**
   * The live blocks in address order, lazily. Each step answers the first live block, as it is at that moment,
   * that ends after the one answered before: the allocator may change in between.
   */
  *blocks(): IterableIterator<LiveBlock> {
    let after = 0;
    for (;;) {
      const version = answer(abi.version(this.handle));
      const triples = this.#readLiveBlocks(after);
      if (triples.length === 0) return;
      for (let i = 0; i < triples.length; i += 3) {
        if (i > 0 && answer(abi.version(this.handle)) !== version) break;
        const start = triples[i] as number;
        const size = triples[i + 1] as number;
        after = start + size;
        yield { start, size, label: this.#labels.get(triples[i + 2] as number).label };
      }
    }
  }

  /**
   * Move live blocks together, so that the free memory becomes one block, as far as alignments allow. The moves are
   * made here at once; the caller repeats them on the contents, in order, for instance with
   * `bytes.copyWithin(to, from, from + size)`. Blocks keep their alignment and label; addresses change as the moves say.
   *
   * Under a budget it can be called again and again, with anything in between, until it is `done`; at least one move is
   * made in each call if one is possible. Without overlaps it may end up `blocked` instead, when a block is longer
   * than the hole in front of it and no other free block can take it in meanwhile. Some blocks are then moved twice.
   *
   * It begins where something changed since the last call, and takes O(log n) for each move and for each gap that
   * alignment leaves; without overlaps, now and then, also a look at the blocks above.
   *
   * @throws {AllocatorRangeError} `ERR_BUDGET_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE` when not even the first move could be made
   */
  defragment(options: DefragmentOptions = {}): Defragmentation {
    return this.#defragmenter.run(this.handle, this.#labels, options);
  }

  /** Figures about the allocator as it is now. O(1), but for `"linked-list"`, which looks for its largest block. */
  override getStats(): TrackedStats {
    return { ...super.getStats(), liveBlockCount: abi.liveBlockCount(this.handle) };
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
    this.#defragmenter.unsettle(0);
  }

  /** A second allocator in exactly the same state. O(n). */
  clone(): TrackedAllocator {
    return TrackedAllocator.#from(abi.clone(this.handle), this.#labels.clone());
  }

  /**
   * The whole state as bytes, labels included, to be kept in a file or sent elsewhere: versioned and checksummed. O(n).
   *
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  snapshot(): Uint8Array<ArrayBuffer> {
    return writeSnapshot(this.handle, this.#labels.toNote());
  }

  /**
   * An allocator that no call can tell from the one whose {@link snapshot} is given. O(n), for `"best-fit"` O(n log n).
   *
   * @param bytes a snapshot, whole
   * @throws {SnapshotError} `ERR_NOT_A_SNAPSHOT`, `ERR_SNAPSHOT_VERSION` when it is of a later version,
   *   `ERR_SNAPSHOT_DAMAGED`, `ERR_SNAPSHOT_KIND` when it is of a {@link MemoryAllocator}
   * @throws {ArgumentTypeError} `ERR_NOT_A_SNAPSHOT` when it is not a `Uint8Array`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  static restore(bytes: Uint8Array): TrackedAllocator {
    const restored = TrackedAllocator.#from(readSnapshot(bytes, true), new Labels());
    try {
      restored.#labels = Labels.fromNote(noteOf(bytes), restored.#labelNumbers());
      return restored;
    } catch (error) {
      restored.dispose();
      throw error;
    }
  }

  static #from(handle: Handle, labels: Labels): TrackedAllocator {
    const allocator = new TrackedAllocator(1);
    allocator.dispose();
    allocator.adopt(handle);
    allocator.#labels = labels;
    return allocator;
  }

  /** Start and label number of every live block. */
  *#labelNumbers(): Iterable<[number, number]> {
    let after = 0;
    for (;;) {
      const triples = this.#readLiveBlocks(after);
      if (triples.length === 0) return;
      for (let i = 0; i < triples.length; i += 3) {
        after = (triples[i] as number) + (triples[i + 1] as number);
        yield [triples[i] as number, triples[i + 2] as number];
      }
    }
  }

  /** Up to 128 live blocks as (start, size, label number) triples, from the first one that ends after `after`. */
  #readLiveBlocks(after: number): Float64Array {
    const count = answer(abi.copyLiveBlocks(this.handle, after, 128));
    return new Float64Array(abi.memory.buffer, abi.resultAddress(), 3 * count).slice();
  }

  #checkAddress(address: number, end = this.capacity): void {
    answer(abi.version(this.handle));
    checkRange(address, 1, end);
  }

  #checkResize(address: number, newSize: number): void {
    if (typeof newSize !== "number") rejectType("newSize", newSize);
    this.#checkAddress(address);
    checkPositive("newSize", newSize);
  }

  /** Throw unless the block at `address` has this size. */
  #checkSize(address: number, size: number): void {
    if (typeof size !== "number") rejectType("size", size);
    this.#checkAddress(address);
    checkPositive("size", size);
    this.#find("free", address);
    const block = { start: address, size: abi.foundSize() };
    if (size !== block.size) throw new WrongBlockError("free", address, size, block);
  }

  /** Look the block at `address` up, so that the core can tell of it, or throw. */
  #find(method: string, address: number): void {
    const status = abi.findLive(this.handle, address);
    if (status < 0) this.#refuseBlock(status, method, address);
  }

  /** Throw what an answer below zero means of an address that should be a block's. */
  #refuseBlock(status: number, method: string, address: number): never {
    answer(status);
    checkRange(address, 1, this.capacity);
    if (status === Status.INSIDE_BLOCK) {
      const [start = 0, size = 0] = this.#readLiveBlocks(address);
      throw new WrongBlockError(method, address, undefined, { start, size });
    }
    const [start = 0, size = 0] = this.readFreeBlocks(address, 1);
    throw new NotAllocatedError(method, address, undefined, { start, size });
  }
}

const NO_OPTIONS = { alignment: 1, label: "" };

/** Alignment and label from what was given, the rest as in `otherwise`. The alignment is yet to be checked by value. */
function readBlockOptions(
  given: number | BlockOptions,
  otherwise: Required<BlockOptions> = NO_OPTIONS,
): Required<BlockOptions> {
  if (given === 1 && otherwise === NO_OPTIONS) return otherwise;
  if (typeof given === "number") return { alignment: given, label: otherwise.label };
  if (typeof given !== "object" || given === null) return rejectType("alignment", given);
  checkOptions("options", given);
  const { alignment = otherwise.alignment, label = otherwise.label } = given;
  if (typeof alignment !== "number") rejectType("alignment", alignment);
  checkString("label", label);
  return { alignment, label };
}
