// MemoryAllocator: allocates ranges and records the free blocks only. It passes numbers on to the core, and throws what
// the core's statuses mean.

import { Allocator, type AllocatorOptions } from "./allocator.js";
import { batch, numbersOf } from "./batch.js";
import type { Block } from "./block.js";
import { checkNumber, checkPositive, checkRange, rejectRange } from "./check.js";
import { Field, Status } from "./core/abi.js";
import { unwrap } from "./core/core.js";
import type { Engines } from "./engine.js";
import { NotAllocatedError } from "./errors.js";
import { NARROW_ENGINES } from "./narrow-engines.js";
import type { Policy } from "./policy.js";
import { readSnapshot } from "./snapshot.js";

/**
 * Allocates ranges of one contiguous block of `[0, capacity)` and frees them, merging free neighbours.
 * It records free blocks only: the caller keeps address and size of what it holds.
 *
 * Addresses and sizes are whole numbers in whatever unit the caller chooses, up to 2^53 − 1.
 * Every method throws {@link DisposedError} after {@link dispose}. After any error the allocator is exactly
 * what it was before the call.
 *
 * @example
 * ```ts
 * const allocator = new MemoryAllocator(1000);
 * const a = allocator.allocate(100); // 0
 * const b = allocator.allocate(50); // 100
 * allocator.free(a, 100);
 * allocator.getLargestFreeBlock(); // 850
 * ```
 */
export class MemoryAllocator extends Allocator {
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
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(1 << 20, { policy: "best-fit", granularity: 256 });
   * allocator.allocate(300); // 0
   * allocator.allocate(300); // 512
   * allocator.getFreeMemory(); // 1047552
   * ```
   */
  constructor(totalCapacity: number, options: AllocatorOptions = {}) {
    super(totalCapacity, options);
  }

  /** @internal */
  protected get live(): boolean {
    return false;
  }

  /** @internal */
  protected engines(): Engines {
    return NARROW_ENGINES;
  }

  declare readonly policy: Policy;

  /**
   * Take a range of `size` from the free block that the policy chooses. O(log n) except under `"linked-list"`.
   *
   * @param size 1 … 2^53 − 1; rounded up to the granularity.
   * @param alignment 1 … 2^53 − 1, not only powers of two: the address will be a multiple of it. The padding before it
   *   stays free. Large but misaligned blocks are skipped one at a time: where all ranges have one alignment, the
   *   option granularity is many times faster.
   * @returns the start address of the range, 0 … capacity − size.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when no free block can hold it
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`, where padding or `"best-fit"` takes a node
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.allocate(10); // 0
   * allocator.allocate(20, 16); // 16
   * allocator.allocate(6); // 10
   * allocator.allocate(65); // throws OutOfMemoryError
   * ```
   */
  allocate(size: number, alignment = 1): number {
    const address = this.#allocate(size, alignment);
    if (address < 0) this.refuseAllocate(address, size, alignment);
    return address;
  }

  /** Like {@link allocate}, but returns `undefined` when no free block can hold it. Bad arguments throw. */
  tryAllocate(size: number, alignment = 1): number | undefined {
    const address = this.#allocate(size, alignment);
    if (address >= 0) return address;
    if (address === Status.OUT_OF_MEMORY) return undefined;
    return this.refuseAllocate(address, size, alignment);
  }

  #allocate(size: number, alignment: number): number {
    checkNumber("size", size);
    if (alignment !== 1) {
      checkNumber("alignment", alignment);
      return this.toAddress(
        this.abi.allocateBlock(
          this.handle,
          this.toUnits(size),
          this.alignmentInUnits(alignment),
          0,
        ),
      );
    }
    if (this.granularity === 1) return this.abi.allocate(this.handle, size);
    return this.toAddress(this.abi.allocate(this.handle, this.toUnits(size)));
  }

  /**
   * Free the range `[address, address + size)` and merge it with free neighbours. It may be any range
   * that is wholly allocated: a part of what one call took, or several adjacent ones together.
   * O(log n) except under `"linked-list"`.
   *
   * @param address 0 … capacity − size, a multiple of the granularity
   * @param size 1 … capacity − address; rounded up to the granularity, so that it may be the size asked for.
   * @throws {NotAllocatedError} `ERR_DOUBLE_FREE` when the range is wholly free, `ERR_NOT_ALLOCATED` when partly
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_ALIGNED`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.allocate(30); // 0
   * allocator.free(0, 10); // the first third
   * allocator.free(10, 20);
   * allocator.free(10, 20); // throws NotAllocatedError
   * ```
   */
  free(address: number, size: number): void {
    checkNumber("address", address);
    checkNumber("size", size);
    const status =
      this.granularity === 1
        ? this.abi.free(this.handle, address, size)
        : this.abi.free(this.handle, address / this.granularity, this.toUnits(size));
    if (status < 0) this.#refuseRange(status, "free", address, size);
  }

  /**
   * Take exactly the range `[address, address + size)`, for fixed headers or to rebuild a known state.
   * O(log n) except under `"linked-list"`.
   *
   * @param address 0 … capacity − size, a multiple of the granularity
   * @param size 1 … capacity − address; rounded up to the granularity.
   * @throws {NotFreeError} `ERR_NOT_FREE`, with what overlaps
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_ALIGNED`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.reserve(0, 16); // a header
   * allocator.allocate(10); // 16
   * allocator.reserve(20, 5); // throws NotFreeError
   * ```
   */
  reserve(address: number, size: number): void {
    checkNumber("address", address);
    checkNumber("size", size);
    const { abi, handle, granularity } = this;
    const status = unwrap(
      abi,
      abi.reserveBlock(handle, address / granularity, this.toUnits(size), 0),
    );
    if (status >= 0) return;
    checkRange(address, size, this.capacity);
    this.checkGranule(address);
    throw this.notFree("ERR_NOT_FREE", address, size);
  }

  /**
   * Make the range `[address, address + oldSize)` `newSize` long: in place if the following free block is large enough,
   * otherwise by taking a new range where the policy says and then freeing the old one. The caller copies the contents.
   * O(log n) except under `"linked-list"`.
   *
   * @param address start of a wholly allocated range
   * @param oldSize its size, 1 … capacity − address
   * @param newSize 1 … 2^53 − 1
   * @param alignment the address afterwards will be a multiple of it
   * @returns the address afterwards: `address` itself when it was possible in place.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when neither is possible
   * @throws {NotAllocatedError} `ERR_NOT_ALLOCATED`, `ERR_DOUBLE_FREE`
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`,
   *   `ERR_NOT_ALIGNED`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.allocate(10); // 0
   * allocator.resize(0, 10, 20); // 0
   * allocator.allocate(10); // 20
   * allocator.resize(0, 20, 30); // 30
   * ```
   */
  resize(address: number, oldSize: number, newSize: number, alignment = 1): number {
    const [start, before, after] = this.#toResize(address, oldSize, newSize, alignment);
    const { abi, handle } = this;
    const stays = address % alignment === 0;
    const status = abi.extend(handle, start, before, stays ? after : before);
    if (status < 0 && status !== Status.OUT_OF_MEMORY)
      this.#refuseRange(status, "resize", address, oldSize);
    if (stays && status === Status.OK) return address + 0; // −0 becomes 0
    const moved = this.takeToMove(after, this.alignmentInUnits(alignment), 0);
    if (moved < 0) this.refuseAllocate(moved, newSize, alignment);
    abi.free(handle, start, before);
    return this.toAddress(moved);
  }

  /**
   * Make the range `[address, address + oldSize)` `newSize` long in place, or leave it. Arguments and errors as
   * {@link resize}, except `ERR_OUT_OF_MEMORY`. O(log n) except under `"linked-list"`.
   *
   * @returns whether it now has the new size.
   */
  tryExtend(address: number, oldSize: number, newSize: number): boolean {
    const status = this.abi.extend(this.handle, ...this.#toResize(address, oldSize, newSize));
    if (status === Status.OUT_OF_MEMORY) return false;
    if (status < 0) this.#refuseRange(status, "tryExtend", address, oldSize);
    return true;
  }

  /**
   * {@link allocate} for each of `sizes`, all or nothing.
   *
   * @param sizes an array or typed array
   * @returns the addresses, in the same order.
   * @throws what `allocate` throws, with the `index` of the element; then none was taken.
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * [...allocator.allocateMany([10, 20, 30])]; // [0, 10, 30]
   * allocator.allocateMany([10, 50]); // throws OutOfMemoryError
   * allocator.getFreeMemory(); // 40
   * ```
   */
  allocateMany(sizes: ArrayLike<number>): Float64Array {
    const lengths = numbersOf(this.abi, "sizes", sizes);
    const addresses = new Float64Array(lengths.length);
    batch(
      "allocateMany",
      this.abi,
      this.handle,
      lengths.length,
      (i) => {
        addresses[i] = this.allocate(lengths[i] as number);
      },
      (i) => this.free(addresses[i] as number, lengths[i] as number),
    );
    return addresses;
  }

  /**
   * {@link free} for each pair of `addresses` and `sizes`, all or nothing.
   *
   * @param addresses an array or typed array
   * @param sizes one of the same length
   * @throws what `free` throws, with the `index` of the element; then none was freed.
   */
  freeMany(addresses: ArrayLike<number>, sizes: ArrayLike<number>): void {
    const starts = numbersOf(this.abi, "addresses", addresses);
    const lengths = numbersOf(this.abi, "sizes", sizes);
    if (lengths.length !== starts.length)
      rejectRange(
        "ERR_LENGTHS_DIFFER",
        "sizes",
        `as many as addresses, ${starts.length}`,
        lengths.length,
      );
    batch(
      "freeMany",
      this.abi,
      this.handle,
      starts.length,
      (i) => this.free(starts[i] as number, lengths[i] as number),
      (i) => this.reserve(starts[i] as number, lengths[i] as number),
    );
  }

  /** A second allocator in exactly the same state. O(n). */
  clone(): MemoryAllocator {
    return new MemoryAllocator(this.capacity, this.options as AllocatorOptions).copyFrom(this);
  }

  /**
   * The whole state as bytes, to be kept in a file or sent elsewhere: versioned and checksummed, the same from both
   * entries. O(n).
   *
   * @example
   * ```ts
   * const allocator = new MemoryAllocator(100);
   * allocator.allocate(30); // 0
   * const copy = MemoryAllocator.restore(allocator.snapshot());
   * copy.allocate(10); // 30
   * ```
   */
  snapshot(): Uint8Array<ArrayBuffer> {
    return this.write();
  }

  /**
   * An allocator that behaves exactly as the one whose {@link snapshot} is given. O(n), for `"best-fit"` O(n log n).
   *
   * @param bytes a snapshot, whole
   * @throws {SnapshotError} `ERR_NOT_A_SNAPSHOT`, `ERR_SNAPSHOT_VERSION` when it is of another version,
   *   `ERR_SNAPSHOT_DAMAGED`, `ERR_SNAPSHOT_KIND` when it is of a {@link TrackedAllocator}
   * @throws {ArgumentTypeError} `ERR_NOT_A_SNAPSHOT` when it is not a `Uint8Array`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  static restore(bytes: Uint8Array): MemoryAllocator {
    const { capacity, options, blocks, rover } = readSnapshot(bytes, false);
    return new MemoryAllocator(capacity, options as AllocatorOptions).fill(blocks, rover);
  }

  /** Start and sizes in units, their types and signs checked. */
  #toResize(
    address: number,
    oldSize: number,
    newSize: number,
    alignment = 1,
  ): [start: number, before: number, after: number] {
    const { granularity } = this;
    this.figure(Field.VERSION);
    checkPositive("newSize", newSize, "size");
    checkPositive("alignment", alignment);
    checkRange(address, oldSize, this.capacity, "oldSize");
    this.checkGranule(address);
    return [address / granularity, this.toUnits(oldSize), this.toUnits(newSize)];
  }

  /** Throw what a status means of a range that was to be allocated. */
  #refuseRange(status: number, method: string, address: number, size: number): never {
    unwrap(this.abi, status);
    checkRange(address, size, this.capacity);
    this.checkGranule(address);
    throw new NotAllocatedError(method, address, size, this.blockAfter(false, address) as Block);
  }
}
