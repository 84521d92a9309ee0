// The ABI: everything the module exports, and the only file that the wrapper knows of.
// Handles go in, f64 numbers come out; below zero they are the codes of status.ts and damage.ts.
// Arguments are checked here, once, so that nothing behind needs to; no input traps. A handle is one that
// `create`, `clone` or `restore` answered, or 0, which stands for an allocator disposed of.
//
// Functions named …Live are for tracked allocators, whose live blocks they keep in step; the plain ones are for
// the others. Arrays and snapshots pass through the scratch memory, whose address `scratch` answers.

import {
  checkAllocator,
  clearAllocator,
  dropAllocator,
  initAllocator,
  levelsOf,
  metadataOf,
  newAllocator,
} from "./allocator";
import { allocateBatch, failedElement as lastFailedElement, freeBatch } from "./batch";
import { growTo, shrinkTo } from "./capacity";
import { cloneAllocator } from "./clone";
import { damageAt as lastDamageAt } from "./damage";
import { freeToTree } from "./engines/tree/free-tree";
import { isAddress, isSize } from "./numbers";
import {
  allocateFromTree,
  allocateRange,
  canAllocateRange,
  copyFreeRanges,
  freeRange,
  largestRange,
  takeRange,
} from "./ranges";
import {
  Handle,
  LINKED_LIST,
  POLICY_COUNT,
  blocksOf,
  capacityOf,
  freeMemoryOf,
  isLive,
  isTracked,
  isWide,
  liveOf,
  policyOf,
  versionOf,
} from "./record";
import { resizeInPlace, resizeRange } from "./resize";
import { readSnapshot, sealSnapshot as seal, writeSnapshot } from "./snapshot";
import {
  BAD_ARGUMENT,
  DISPOSED,
  NODE_STORAGE,
  NOT_A_SNAPSHOT,
  OK,
  OUT_OF_BOUNDS,
} from "./status";
import { limitStorage as setStorageLimit, scratch as scratchMemory, storageBytes as usedStorage } from "./storage";
import {
  allocateLive as allocateBlock,
  copyLiveRanges,
  findLive as findBlock,
  foundLabel as labelOfFound,
  foundSize as sizeOfFound,
  freeLive as freeBlock,
  labelLive as labelBlock,
  moveLive as moveBlock,
  resizeLive as resizeBlock,
  resizeLiveInPlace as resizeBlockInPlace,
  takeLive as takeBlock,
} from "./tracked";

/** Scratch memory that 32-bit addresses can name. */
const MAX_SCRATCH: f64 = 4294901760;

/** Entries that `copyFreeBlocks` and `copyLiveBlocks` write at most, of two or three f64 each. */
const RESULT_ENTRIES: u32 = 128;
const resultBuffer: usize = memory.data(3072, 16);

// Life --------------------------------------------------------------------------------------------------------

/** A handle on a new allocator whose whole capacity is free. O(1). BAD_ARGUMENT, NODE_STORAGE. */
export function create(policy: u32, capacity: f64): f64 {
  return createAny(policy, capacity, false);
}

/** The same for a tracked one. */
export function createTracked(policy: u32, capacity: f64): f64 {
  return createAny(policy, capacity, true);
}

function createAny(policy: u32, capacity: f64, tracked: bool): f64 {
  if (policy >= POLICY_COUNT || !isSize(capacity)) return BAD_ARGUMENT;
  const a = newAllocator(policy, capacity, tracked);
  return a ? <f64>a : NODE_STORAGE;
}

/** Give back all nodes of an allocator, and its record. O(n). DISPOSED. */
export function destroy(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  dropAllocator(a);
  return OK;
}

/** Free everything: one free block from 0 to the capacity. O(n). DISPOSED, NODE_STORAGE. */
export function reset(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  clearAllocator(a);
  return initAllocator(a) ? OK : NODE_STORAGE;
}

/** A handle on a second allocator in the same state. O(n). DISPOSED, NODE_STORAGE. */
export function clone(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  const copy = cloneAllocator(a);
  return copy ? <f64>copy : NODE_STORAGE;
}

// Ranges ------------------------------------------------------------------------------------------------------

/** Address of a range of `size` now taken. BAD_ARGUMENT, DISPOSED, OUT_OF_MEMORY, NODE_STORAGE. */
export function allocate(a: Handle, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  const narrow = <u32>size;
  // The usual case first, with as little as possible around it.
  if (<f64>narrow == size && narrow != 0 && policyOf(a) != LINKED_LIST && !isWide(a)) {
    return allocateFromTree<u32>(a, narrow, 1);
  }
  return isSize(size) ? allocateRange(a, size, 1) : BAD_ARGUMENT;
}

/** The same at a multiple of `alignment`. */
export function allocateAligned(a: Handle, size: f64, alignment: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  return isSize(size) && isSize(alignment) ? allocateRange(a, size, alignment) : BAD_ARGUMENT;
}

/** 1 if `allocateAligned` would find room, 0 if not. BAD_ARGUMENT, DISPOSED. */
export function canAllocate(a: Handle, size: f64, alignment: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  return isSize(size) && isSize(alignment) ? <f64>canAllocateRange(a, size, alignment) : BAD_ARGUMENT;
}

// An address of −0 is 0 from here on: `+ 0` makes it so.

/** OK, or why [address, address + size) is no range of the allocator. */
function checkRange(a: Handle, address: f64, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  return size > capacityOf(a) - address ? OUT_OF_BOUNDS : OK;
}

/** Give [address, address + size) back. BAD_ARGUMENT, DISPOSED, OUT_OF_BOUNDS, NOT_ALLOCATED, NODE_STORAGE. */
export function free(a: Handle, address: f64, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  const narrowAddress = <u32>address;
  const narrow = <u32>size;
  // The usual case first, as in `allocate`.
  if (
    <f64>narrowAddress == address &&
    <f64>narrow == size &&
    narrow != 0 &&
    policyOf(a) != LINKED_LIST &&
    !isWide(a) &&
    address + size <= capacityOf(a)
  ) {
    return freeToTree<u32>(a, narrowAddress, narrow);
  }
  const status = checkRange(a, address, size);
  return status == OK ? freeRange(a, address + 0, size) : status;
}

/** Take exactly [address, address + size). BAD_ARGUMENT, DISPOSED, OUT_OF_BOUNDS, NOT_FREE, NODE_STORAGE. */
export function reserve(a: Handle, address: f64, size: f64): f64 {
  const status = checkRange(a, address, size);
  return status == OK ? takeRange(a, address + 0, size) : status;
}

/**
 * Make the range [address, address + oldSize) `newSize` long, moving it to a multiple of `alignment` if need be;
 * the address afterwards. BAD_ARGUMENT, DISPOSED, OUT_OF_BOUNDS, NOT_ALLOCATED, OUT_OF_MEMORY, NODE_STORAGE.
 */
export function resize(a: Handle, address: f64, oldSize: f64, newSize: f64, alignment: f64): f64 {
  const status = checkRange(a, address, oldSize);
  if (status != OK) return status;
  if (!isSize(newSize) || !isSize(alignment)) return BAD_ARGUMENT;
  return resizeRange(a, address + 0, oldSize, newSize, alignment);
}

/** The same in place or not at all. */
export function extend(a: Handle, address: f64, oldSize: f64, newSize: f64): f64 {
  const status = checkRange(a, address, oldSize);
  if (status != OK) return status;
  return isSize(newSize) ? resizeInPlace(a, address + 0, oldSize, newSize) : BAD_ARGUMENT;
}

/** Lengthen the whole to `capacity`. BAD_ARGUMENT (also if it is less than now), DISPOSED, NODE_STORAGE. */
export function grow(a: Handle, capacity: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  return isSize(capacity) && capacity >= capacityOf(a) ? growTo(a, capacity) : BAD_ARGUMENT;
}

/** Shorten the whole to `capacity`. BAD_ARGUMENT (also if it is more than now), DISPOSED, NOT_FREE, NODE_STORAGE. */
export function shrink(a: Handle, capacity: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  return isSize(capacity) && capacity <= capacityOf(a) ? shrinkTo(a, capacity) : BAD_ARGUMENT;
}

/**
 * Write, behind the `count` sizes in the scratch memory, the addresses of ranges of these sizes: all or none.
 * OK, or what `allocate` answers to the element `failedElement()`. The caller has had `16 * count` bytes from `scratch`.
 */
export function allocateMany(a: Handle, count: u32): f64 {
  if (!isLive(a)) return DISPOSED;
  const sizes = <usize>scratch(16 * <f64>count);
  return allocateBatch(a, sizes, sizes + (count << 3), count);
}

/** Free `count` ranges, whose addresses and behind them sizes are in the scratch memory: all or none. */
export function freeMany(a: Handle, count: u32): f64 {
  if (!isLive(a)) return DISPOSED;
  const addresses = <usize>scratch(16 * <f64>count);
  return freeBatch(a, addresses, addresses + (count << 3), count);
}

/** Which element the last batch failed at. */
export function failedElement(): u32 {
  return lastFailedElement();
}

// Live blocks -------------------------------------------------------------------------------------------------

/** Address of a block of `size` now taken, at a multiple of `alignment`. As `allocateAligned`. */
export function allocateLive(a: Handle, size: f64, alignment: f64, label: u32): f64 {
  if (!isLive(a)) return DISPOSED;
  return isSize(size) && isSize(alignment) ? allocateBlock(a, size, alignment, label) : BAD_ARGUMENT;
}

/** Take exactly [address, address + size) as a block. As `reserve`. */
export function reserveLive(a: Handle, address: f64, size: f64, label: u32): f64 {
  const status = checkRange(a, address, size);
  return status == OK ? takeBlock(a, address + 0, size, label) : status;
}

/** OK, or why no block of the allocator can start at `address`. */
function checkAddress(a: Handle, address: f64): f64 {
  return checkRange(a, address, 1);
}

/** Free the block at `address`. BAD_ARGUMENT, DISPOSED, OUT_OF_BOUNDS, NOT_ALLOCATED, INSIDE_BLOCK, NODE_STORAGE. */
export function freeLive(a: Handle, address: f64): f64 {
  const status = checkAddress(a, address);
  return status == OK ? freeBlock(a, address + 0) : status;
}

/** Make the block at `address` `newSize` long, moving it if need be; the address afterwards. As `resize` and `freeLive`. */
export function resizeLive(a: Handle, address: f64, newSize: f64, alignment: f64): f64 {
  const status = checkAddress(a, address);
  if (status != OK) return status;
  return isSize(newSize) && isSize(alignment) ? resizeBlock(a, address + 0, newSize, alignment) : BAD_ARGUMENT;
}

/** The same in place or not at all. */
export function extendLive(a: Handle, address: f64, newSize: f64): f64 {
  const status = checkAddress(a, address);
  if (status != OK) return status;
  return isSize(newSize) ? resizeBlockInPlace(a, address + 0, newSize) : BAD_ARGUMENT;
}

/** Move the block at `from` to `to`, onto free addresses and its own. As `freeLive`, and NOT_FREE. */
export function moveLive(a: Handle, from: f64, to: f64): f64 {
  const status = checkAddress(a, from);
  if (status != OK) return status;
  const found = findBlock(a, from);
  if (found != OK) return found;
  const target = checkRange(a, to, sizeOfFound());
  return target == OK ? moveBlock(a, from + 0, to + 0) : target;
}

/** Give the block at `address` another label. As `freeLive`. */
export function labelLive(a: Handle, address: f64, label: u32): f64 {
  const status = checkAddress(a, address);
  return status == OK ? labelBlock(a, address, label) : status;
}

/** Look for the block at `address`: OK, and then `foundSize()` and `foundLabel()` tell of it; or as `freeLive`. */
export function findLive(a: Handle, address: f64): f64 {
  const status = checkAddress(a, address);
  return status == OK ? findBlock(a, address) : status;
}
export function foundSize(): f64 {
  return sizeOfFound();
}
export function foundLabel(): u32 {
  return labelOfFound();
}

/** Number of live blocks. O(1). */
export function liveBlockCount(a: Handle): f64 {
  return isLive(a) ? <f64>liveOf(a) : DISPOSED;
}

/** As `copyFreeBlocks`, with (start, size, label) of live blocks. */
export function copyLiveBlocks(a: Handle, address: f64, limit: u32): f64 {
  if (!isLive(a)) return DISPOSED;
  if (!isTracked(a) || !isAddress(address)) return BAD_ARGUMENT;
  return copyLiveRanges(a, address, resultBuffer, min(limit, RESULT_ENTRIES));
}

// Questions ---------------------------------------------------------------------------------------------------

/** How much there is to hand out, free or not. O(1). */
export function capacity(a: Handle): f64 {
  return isLive(a) ? capacityOf(a) : DISPOSED;
}

/** Number of the policy. O(1). */
export function policy(a: Handle): f64 {
  return isLive(a) ? <f64>policyOf(a) : DISPOSED;
}

/** Whether it is tracked: 1 or 0. O(1). */
export function tracked(a: Handle): f64 {
  return isLive(a) ? <f64>isTracked(a) : DISPOSED;
}

/** Sum of all free block sizes. O(1). */
export function freeMemory(a: Handle): f64 {
  return isLive(a) ? freeMemoryOf(a) : DISPOSED;
}

/** Size of the largest free block, 0 when nothing is free. O(1), by linked list O(n). */
export function largest(a: Handle): f64 {
  return isLive(a) ? largestRange(a) : DISPOSED;
}

/** Number of free blocks. O(1). */
export function freeBlockCount(a: Handle): f64 {
  return isLive(a) ? <f64>blocksOf(a) : DISPOSED;
}

/**
 * Write (start, size) pairs of up to `limit` free blocks to `resultAddress()`, in address order from the
 * first one that ends after `address`; answers how many. BAD_ARGUMENT, DISPOSED.
 */
export function copyFreeBlocks(a: Handle, address: f64, limit: u32): f64 {
  if (!isLive(a)) return DISPOSED;
  if (!isAddress(address)) return BAD_ARGUMENT;
  return copyFreeRanges(a, address, resultBuffer, min(limit, RESULT_ENTRIES));
}

/** Where in linear memory results of more than one number are written. */
export function resultAddress(): usize {
  return resultBuffer;
}

/** A counter that every change of the free blocks moves on. O(1). */
export function version(a: Handle): f64 {
  return isLive(a) ? <f64>versionOf(a) : DISPOSED;
}

/** Levels of the tree, its leaves included; 1 for the linked list. O(1). */
export function height(a: Handle): f64 {
  return isLive(a) ? <f64>levelsOf(a) : DISPOSED;
}

/** Bytes of node storage in use by this allocator, its record included. O(1). */
export function metadataBytes(a: Handle): f64 {
  return isLive(a) ? metadataOf(a) : DISPOSED;
}

/** OK, or the code of the first invariant that does not hold; `damageAt()` then says where. O(n), best fit O(n log n). */
export function validate(a: Handle): f64 {
  return isLive(a) ? checkAllocator(a) : DISPOSED;
}

/** Address (or count) that belongs to the damage last found. */
export function damageAt(): f64 {
  return lastDamageAt();
}

// Snapshots ---------------------------------------------------------------------------------------------------

/**
 * Write a snapshot with room for a note of `noteLength` bytes into the scratch memory; its length. The note's
 * place is the last `noteLength` bytes before the last four; when it is filled, `sealSnapshot` completes the whole.
 * O(n). DISPOSED, NODE_STORAGE.
 */
export function snapshot(a: Handle, noteLength: u32): f64 {
  return isLive(a) ? writeSnapshot(a, noteLength) : DISPOSED;
}

export function sealSnapshot(length: u32): void {
  seal(length);
}

/**
 * A handle on a new allocator from a snapshot of `length` bytes in the scratch memory. O(n log n).
 * NOT_A_SNAPSHOT, SNAPSHOT_VERSION, SNAPSHOT_DAMAGED, NODE_STORAGE.
 */
export function restore(length: u32): f64 {
  return length ? readSnapshot(length) : NOT_A_SNAPSHOT;
}

// Memory ------------------------------------------------------------------------------------------------------

/** Address of at least `bytes` bytes of scratch memory, the same until more is asked for; NODE_STORAGE. */
export function scratch(bytes: f64): f64 {
  const start = bytes <= MAX_SCRATCH ? scratchMemory(max<usize>(1, <usize>bytes)) : 0;
  return start ? <f64>start : NODE_STORAGE;
}

/** Bytes of node storage ever in use by all allocators together. */
export function storageBytes(): f64 {
  return usedStorage();
}

/** Keep the node storage below `bytes` from now on. */
export function limitStorage(bytes: f64): void {
  setStorageLimit(bytes);
}
