// The ABI of segregated fit and buddy: everything the module tiling.wasm exports, and the one place where arguments are
// checked. Handles go in, f64 numbers come out; below zero they are the codes of kernel/status.ts and
// kernel/corruption.ts. No input traps: a handle is one that `create` returned, or 0, which names no allocator. All
// allocators are tracked.

import * as buddy from "../buddy/buddy";
import * as buddyCapacity from "../buddy/capacity";
import { validateBuddy } from "../buddy/validate";
import { corruptionAt as whereCorrupt } from "../kernel/corruption";
import * as field from "../kernel/field";
import { isAddress, isSize } from "../kernel/numbers";
import { limitStorage as limitNodeStorage, storageBytes as nodeStorageBytes } from "../kernel/pool";
import { RESULT_ENTRIES, results } from "../kernel/scratch";
import { BAD_ARGUMENT, DISPOSED, NODE_STORAGE, OK, OUT_OF_MEMORY } from "../kernel/status";
import * as choice from "../segregated/choice";
import * as segregated from "../segregated/segregated";
import { validateSegregated } from "../segregated/validate";
import { refile } from "../tiling/bins";
import { copyFree, copyOrder as copyFreeOrder, copyLive, freeBlockBefore } from "../tiling/copy";
import { findBlock as findLive, labelFound, relabelFound, sizeFound } from "../tiling/found";
import { checkRange, isTiling, tilingOf } from "../tiling/handle";
import { Tiling } from "../tiling/record";
import { destroyTiling, ensureBlocks, tilingBytes } from "../tiling/tiling";

const SEGREGATED_FIT: u32 = 5;
const BUDDY: u32 = 6;

/** Blocks that one allocation adds at most. */
const MOST_ADDED: f64 = 52;

/** Whether a tiling is buddy's. */
@inline
function isBuddy(tiling: Tiling): bool {
  return tiling.powers != 0;
}

// Life --------------------------------------------------------------------------------------------------------

export function create(policy: u32, capacity: f64, tracked: u32): f64 {
  if (!isSize(capacity) || tracked != 1) return BAD_ARGUMENT;
  if (policy != SEGREGATED_FIT && policy != BUDDY) return BAD_ARGUMENT;
  const tiling =
    policy == BUDDY ? buddy.createBuddy(capacity) : segregated.createSegregated(capacity);
  return tiling ? <f64>changetype<usize>(tiling) : NODE_STORAGE;
}

export function destroy(handle: usize): f64 {
  if (!isTiling(handle)) return DISPOSED;
  destroyTiling(tilingOf(handle));
  return OK;
}

export function reset(handle: usize): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  const capacity = tiling.capacity;
  if (isBuddy(tiling)) buddy.reset(tiling, capacity);
  else segregated.reset(tiling, capacity);
  return OK;
}

/** Reserve nodes for `steps` allocations in a row. OK, NODE_STORAGE or DISPOSED. */
export function ensure(handle: usize, steps: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  const most = <f64>steps * (isBuddy(tiling) ? MOST_ADDED : 2);
  return most <= <f64>i32.MAX_VALUE && ensureBlocks(tiling, <u32>most) ? OK : NODE_STORAGE;
}

// Blocks ------------------------------------------------------------------------------------------------------

// An address of −0 becomes 0: `+ 0` makes it so.

export function allocateBlock(handle: usize, size: f64, alignment: f64, label: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  if (alignment == 1 && !isBuddy(tiling) && size >= 1 && floor(size) == size) {
    // What is too large is in no class of the tiling's.
    const address = segregated.allocateFirst(tiling, size, label);
    if (address != OUT_OF_MEMORY) return address;
  }
  if (!isSize(size) || !isSize(alignment)) return BAD_ARGUMENT;
  return isBuddy(tiling)
    ? buddy.allocateBlock(tiling, size, alignment, label)
    : segregated.allocateBlock(tiling, size, alignment, label);
}

// Freeing and finding look at an address only when it has turned out to be no block's.

export function freeBlock(handle: usize, address: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  return isBuddy(tiling)
    ? buddy.freeBlock(tiling, address + 0)
    : segregated.freeBlock(tiling, address + 0);
}

export function findBlock(handle: usize, address: f64): f64 {
  return isTiling(handle) ? findLive(tilingOf(handle), address + 0) : DISPOSED;
}

export function reserveBlock(handle: usize, address: f64, size: f64, label: u32): f64 {
  const status = checkRange(handle, address, size);
  if (status != OK) return status;
  const tiling = tilingOf(handle);
  return isBuddy(tiling)
    ? buddy.reserveBlock(tiling, address + 0, size, label)
    : segregated.reserveBlock(tiling, address + 0, size, label);
}

export function extendBlock(handle: usize, address: f64, newSize: f64): f64 {
  let status = checkRange(handle, address, 1);
  if (status != OK) return status;
  if (!isSize(newSize)) return BAD_ARGUMENT;
  status = findLive(tilingOf(handle), address + 0);
  if (status != OK) return status;
  const tiling = tilingOf(handle);
  return isBuddy(tiling)
    ? buddy.extendFound(tiling, newSize)
    : segregated.extendFound(tiling, newSize);
}

export function moveBlock(handle: usize, from: f64, to: f64): f64 {
  let status = checkRange(handle, from, 1);
  if (status != OK) return status;
  if (!isAddress(to)) return BAD_ARGUMENT;
  status = findLive(tilingOf(handle), from + 0);
  if (status != OK) return status;
  const tiling = tilingOf(handle);
  return isBuddy(tiling) ? buddy.moveFound(tiling, to + 0) : segregated.moveFound(tiling, to + 0);
}

export function setLabel(handle: usize, address: f64, label: u32): f64 {
  const status = findBlock(handle, address);
  if (status == OK) relabelFound(tilingOf(handle), label);
  return status;
}

/** (start, size, label) triples of live blocks, from the first that ends after `address`; how many. */
export function copyLiveBlocks(handle: usize, address: f64, limit: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(address) ? copyLive(tilingOf(handle), address + 0, limit) : BAD_ARGUMENT;
}

// Queries -----------------------------------------------------------------------------------------------------

export function canAllocate(handle: usize, size: f64, alignment: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  if (!isSize(size) || !isSize(alignment)) return BAD_ARGUMENT;
  const tiling = tilingOf(handle);
  return <f64>(
    (isBuddy(tiling)
      ? buddy.canAllocate(tiling, size, alignment)
      : choice.canAllocate(tiling, size, alignment))
  );
}

/** A figure, by its number in kernel/field.ts. O(1). */
export function get(handle: usize, what: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  switch (what) {
    case field.CAPACITY:
      return tiling.capacity;
    case field.FREE_MEMORY:
      return tiling.freeMemory;
    case field.LARGEST:
      return isBuddy(tiling) ? buddy.largest(tiling) : choice.largest(tiling);
    case field.FREE_BLOCKS:
      return <f64>tiling.freeBlocks;
    case field.LIVE_BLOCKS:
      return <f64>tiling.liveBlocks;
    case field.VERSION:
      return <f64>tiling.version;
    case field.HEIGHT:
      return 1;
    case field.METADATA_BYTES:
      return tilingBytes(tiling);
    case field.ROVER:
      return 0;
  }
  return BAD_ARGUMENT;
}

/** Sum of the sizes that the live blocks were requested with. */
export function requestedMemory(handle: usize): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  return isBuddy(tiling) ? tiling.requested : tiling.capacity - tiling.freeMemory;
}

export function validate(handle: usize): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  return isBuddy(tiling) ? validateBuddy(tiling) : validateSegregated(tiling);
}

export function foundSize(): f64 {
  return sizeFound();
}
export function foundLabel(): f64 {
  return <f64>labelFound();
}

/** (start, size) pairs of free blocks, from the first that ends after `address`; how many. */
export function copyFreeBlocks(handle: usize, address: f64, limit: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(address) ? copyFree(tilingOf(handle), address + 0, limit) : BAD_ARGUMENT;
}

/** Where the entries of `copyFreeBlocks`, `copyLiveBlocks`, `copyOrder` and `loadOrder` lie. */
export function resultAddress(): usize {
  return results();
}

/** There is no rover. */
export function setRover(handle: usize, address: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(address) ? OK : BAD_ARGUMENT;
}

export function corruptionAt(): f64 {
  return whereCorrupt();
}

// Capacity ----------------------------------------------------------------------------------------------------

export function grow(handle: usize, capacity: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  if (!(isSize(capacity) && capacity >= tiling.capacity)) return BAD_ARGUMENT;
  return isBuddy(tiling) ? buddyCapacity.grow(tiling, capacity) : segregated.grow(tiling, capacity);
}

export function shrink(handle: usize, capacity: f64): f64 {
  if (!isTiling(handle)) return DISPOSED;
  const tiling = tilingOf(handle);
  if (!(isSize(capacity) && capacity <= tiling.capacity)) return BAD_ARGUMENT;
  return isBuddy(tiling)
    ? buddyCapacity.shrink(tiling, capacity)
    : segregated.shrink(tiling, capacity);
}

// Order of the free blocks --------------------------------------------------------------------------------------

/** Ends of the free blocks in the order of the bins, after the one that ends at `after` (0: from the first); how many. */
export function copyOrder(handle: usize, after: f64, limit: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  return isAddress(after) ? copyFreeOrder(tilingOf(handle), after + 0, limit) : BAD_ARGUMENT;
}

/** Of the free blocks whose ends lie at the result address, put each first into its bin, one after another. */
export function loadOrder(handle: usize, count: u32): f64 {
  if (!isTiling(handle)) return DISPOSED;
  if (count > RESULT_ENTRIES) return BAD_ARGUMENT;
  const tiling = tilingOf(handle);
  for (let i: u32 = 0; i < count; i++) {
    const end = load<f64>(results() + (i << 3));
    const block = isAddress(end) ? freeBlockBefore(tiling, end + 0) : null;
    if (!block) return BAD_ARGUMENT;
    refile(tiling, block);
  }
  return OK;
}

// Memory ------------------------------------------------------------------------------------------------------

export function storageBytes(): f64 {
  return nodeStorageBytes();
}

export function limitStorage(bytes: f64): void {
  limitNodeStorage(bytes);
}
