// MemoryAllocator: hands out ranges and records the free blocks only. It passes numbers through to the core,
// and turns what the core answers below zero into exceptions.

import { Status } from "./abi.js";
import { Allocator, type AllocatorOptions, abi, answer, loadCore, readPolicy } from "./base.js";
import { batch } from "./batch.js";
import { checkPositive, checkRange, rejectType } from "./check.js";
import { NotAllocatedError } from "./errors.js";
import { readSnapshot, writeSnapshot } from "./snapshot.js";

/**
 * Hands out ranges of one contiguous block of `[0, capacity)` and takes them back, merging free neighbours.
 * It records free blocks only: the caller keeps address and size of what it holds.
 *
 * Addresses and sizes are whole numbers in whatever unit the caller chooses, up to 2^53 − 1.
 * Every method throws {@link DisposedError} after {@link dispose}. After any error the allocator is exactly
 * what it was before the call.
 */
export class MemoryAllocator extends Allocator {
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
    this.adopt(loadCore().create(readPolicy(options), totalCapacity));
  }

  /** @internal */
  protected className(): string {
    return "MemoryAllocator";
  }

  /**
   * Take a range of `size` from the free block that the policy chooses. O(log n) but for `"linked-list"`.
   *
   * @param size 1 … 2^53 − 1
   * @param alignment 1 … 2^53 − 1, not only powers of two: the address will be a multiple of it. The padding in
   *   front stays free. Blocks that are large enough but lie badly are passed over one by one.
   * @returns the start address of the range, 0 … capacity − size.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when no free block can hold it
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`, where padding or `"best-fit"` takes a node
   */
  allocate(size: number, alignment = 1): number {
    const address = this.#allocate(size, alignment);
    if (address < 0) this.refuseAllocate(address, size, alignment);
    return address;
  }

  /** Like {@link allocate}, but answers `undefined` when no free block can hold it. Bad arguments throw. */
  tryAllocate(size: number, alignment = 1): number | undefined {
    const address = this.#allocate(size, alignment);
    if (address >= 0) return address;
    if (address === Status.OUT_OF_MEMORY) return undefined;
    return this.refuseAllocate(address, size, alignment);
  }

  #allocate(size: number, alignment: number): number {
    if (typeof size !== "number") rejectType("size", size);
    if (alignment === 1) return abi.allocate(this.handle, size);
    if (typeof alignment !== "number") rejectType("alignment", alignment);
    return abi.allocateAligned(this.handle, size, alignment);
  }

  /**
   * Give the range `[address, address + size)` back and merge it with free neighbours. It may be any range
   * that is wholly allocated: a part of what one call took, or several adjacent ones together.
   * O(log n) but for `"linked-list"`.
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
    const status = abi.free(this.handle, address, size);
    if (status < 0) this.#refuseRange(status, "free", address, size);
  }

  /**
   * Take exactly the range `[address, address + size)`, for fixed headers or to rebuild a known state.
   * O(log n) but for `"linked-list"`.
   *
   * @param address 0 … capacity − size
   * @param size 1 … capacity − address
   * @throws {NotFreeError} `ERR_NOT_FREE`, with what overlaps
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  reserve(address: number, size: number): void {
    if (typeof address !== "number") rejectType("address", address);
    if (typeof size !== "number") rejectType("size", size);
    const status = answer(abi.reserve(this.handle, address, size));
    if (status >= 0) return;
    checkRange(address, size, this.capacity);
    throw this.notFree("ERR_NOT_FREE", address, size);
  }

  /**
   * Make the range `[address, address + oldSize)` `newSize` long: in place when that gets by with the free memory
   * right behind it, otherwise by taking a new range where the policy says and then freeing the old one. The
   * contents are the caller's to copy. O(log n) but for `"linked-list"`.
   *
   * @param address start of a wholly allocated range
   * @param oldSize its size, 1 … capacity − address
   * @param newSize 1 … 2^53 − 1
   * @param alignment the address afterwards will be a multiple of it
   * @returns the address afterwards: `address` itself when it was possible in place.
   * @throws {OutOfMemoryError} `ERR_OUT_OF_MEMORY` when neither is possible
   * @throws {NotAllocatedError} `ERR_NOT_ALLOCATED`, `ERR_DOUBLE_FREE`
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS`, `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  resize(address: number, oldSize: number, newSize: number, alignment = 1): number {
    if (typeof alignment !== "number") rejectType("alignment", alignment);
    this.#checkResize(address, oldSize, newSize, alignment);
    const result = abi.resize(this.handle, address, oldSize, newSize, alignment);
    if (result === Status.OUT_OF_MEMORY) this.refuseAllocate(result, newSize, alignment);
    if (result < 0) this.#refuseRange(result, "resize", address, oldSize);
    return result;
  }

  /**
   * Make the range `[address, address + oldSize)` `newSize` long in place, or leave it. Arguments and errors as
   * {@link resize}, but for `ERR_OUT_OF_MEMORY`. O(log n) but for `"linked-list"`.
   *
   * @returns whether it now has the new size.
   */
  tryExtend(address: number, oldSize: number, newSize: number): boolean {
    this.#checkResize(address, oldSize, newSize);
    const status = abi.extend(this.handle, address, oldSize, newSize);
    if (status === Status.OUT_OF_MEMORY) return false;
    if (status < 0) this.#refuseRange(status, "tryExtend", address, oldSize);
    return true;
  }

  /**
   * {@link allocate} for each of `sizes`, all or nothing, in one crossing of the boundary.
   *
   * @param sizes an array or typed array
   * @returns the addresses, in the same order.
   * @throws what `allocate` throws, with the `index` of the element; then none was taken.
   */
  allocateMany(sizes: ArrayLike<number>): Float64Array {
    return batch(
      () => this.handle,
      "allocateMany",
      [["sizes", sizes]],
      (status, [size], details) => this.refuseAllocate(status, size as number, 1, ...details),
    );
  }

  /**
   * {@link free} for each pair of `addresses` and `sizes`, all or nothing, in one crossing of the boundary.
   *
   * @param addresses an array or typed array
   * @param sizes one of the same length
   * @throws what `free` throws, with the `index` of the element; then none was freed.
   */
  freeMany(addresses: ArrayLike<number>, sizes: ArrayLike<number>): void {
    const arrays: [string, ArrayLike<number>][] = [
      ["addresses", addresses],
      ["sizes", sizes],
    ];
    batch(
      () => this.handle,
      "freeMany",
      arrays,
      (status, [address, size], freeBlock) =>
        this.#refuseRange(status, "free", address as number, size as number, freeBlock),
    );
  }

  /** A second allocator in exactly the same state. O(n). */
  clone(): MemoryAllocator {
    return MemoryAllocator.#from(abi.clone(this.handle));
  }

  /**
   * The whole state as bytes, to be kept in a file or sent elsewhere: versioned and checksummed. O(n).
   *
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  snapshot(): Uint8Array<ArrayBuffer> {
    return writeSnapshot(this.handle);
  }

  /**
   * An allocator that no call can tell from the one whose {@link snapshot} is given. O(n), for `"best-fit"` O(n log n).
   *
   * @param bytes a snapshot, whole
   * @throws {SnapshotError} `ERR_NOT_A_SNAPSHOT`, `ERR_SNAPSHOT_VERSION` when it is of a later version,
   *   `ERR_SNAPSHOT_DAMAGED`, `ERR_SNAPSHOT_KIND` when it is of a {@link TrackedAllocator}
   * @throws {ArgumentTypeError} `ERR_NOT_A_SNAPSHOT` when it is not a `Uint8Array`
   * @throws {NodeStorageError} `ERR_NODE_STORAGE`
   */
  static restore(bytes: Uint8Array): MemoryAllocator {
    return MemoryAllocator.#from(readSnapshot(bytes, false));
  }

  static #from(handle: number): MemoryAllocator {
    const allocator = new MemoryAllocator(1);
    allocator.dispose();
    allocator.adopt(handle);
    return allocator;
  }

  #checkResize(address: number, oldSize: number, newSize: number, alignment = 1): void {
    answer(abi.version(this.handle));
    if (typeof address !== "number") rejectType("address", address);
    if (typeof oldSize !== "number") rejectType("oldSize", oldSize);
    if (typeof newSize !== "number") rejectType("newSize", newSize);
    checkPositive("newSize", newSize);
    checkPositive("alignment", alignment);
    checkRange(address, oldSize, this.capacity, "oldSize");
  }

  /** Throw what an answer below zero means of a range that was to be allocated. */
  #refuseRange(
    status: number,
    method: string,
    address: number,
    size: number,
    freeBlock?: ArrayLike<number>,
  ): never {
    answer(status);
    checkRange(address, size, this.capacity);
    const { 0: start = 0, 1: freeSize = 0 } = freeBlock ?? this.readFreeBlocks(address, 1);
    throw new NotAllocatedError(method, address, size, { start, size: freeSize });
  }
}
