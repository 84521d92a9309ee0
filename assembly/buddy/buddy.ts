// The buddy system (K. C. Knowlton, A fast storage allocator, 1965): every block is a power of two long and starts at a
// multiple of its length. A larger block is split in halves until one is just large enough; a freed block is merged
// with its buddy, the other half of the block of the next order, as long as that is free. The smallest block is 1 long.
//
// A capacity that is no power of two is a sum of them, the largest first: 13 = [0, 8) [8, 12) [12, 13).
//
// Choice: of the smallest order that is large enough and has a free block, the one put last into its bin.
//
// Invariants beside those of the tiling: bin k holds the free blocks of order k; no two free blocks are buddies; a live
// block is the smallest power of two that holds what was requested.

import { fits, padding } from "../kernel/alignment";
import {
  NODE_STORAGE,
  NOT_ALIGNED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../kernel/status";
import { binFrom, file, firstIn, lastBin, NONE, unfile } from "../tiling/bins";
import { afterOf, Block, POWER_LINKS } from "../tiling/block";
import { found, keep, refusal } from "../tiling/found";
import { Tiling } from "../tiling/record";
import { lookup, putIn, takeOut } from "../tiling/table";
import {
  clearTiling,
  createTiling,
  destroyTiling,
  ensureBlocks,
  insertAfter,
  removeFromRing,
  seek,
  setCapacity,
} from "../tiling/tiling";
import { isMultiple, orderFor, orderOf, sizeOf } from "./orders";

/** Orders 0 … 52. */
const WORDS: u32 = 2;
/** No address but 0 is a multiple. */
const BEYOND: f64 = 9007199254740992;

// Life --------------------------------------------------------------------------------------------------------

/** An allocator whose whole capacity is free; null if the node storage cannot grow. O(log capacity). */
export function createBuddy(capacity: f64): Tiling | null {
  const tiling = createTiling(WORDS, true);
  if (!tiling) return null;
  if (reset(tiling, capacity)) return tiling;
  destroyTiling(tiling);
  return null;
}

/** Make [0, capacity) free; false, and no change, if the node storage cannot grow. O(n). */
export function reset(tiling: Tiling, capacity: f64): bool {
  if (!ensureBlocks(tiling, countPieces(0, capacity))) return false;
  clearTiling(tiling);
  setCapacity(tiling, 0);
  addPieces(tiling, capacity);
  return true;
}

// Free blocks -------------------------------------------------------------------------------------------------

/** Put a new free block after `left`, into the table too, but into no bin yet. Only after `ensureBlocks`. */
function addFree(tiling: Tiling, left: Block, start: f64): Block {
  const block = insertAfter(tiling, left, start);
  block.markFree();
  tiling.freeBlocks++;
  putIn(tiling, block);
  return block;
}

/** Let the block before a free one take it in. */
function absorb(tiling: Tiling, block: Block): void {
  takeOut(tiling, block.start);
  removeFromRing(tiling, block);
  tiling.freeBlocks--;
}

/** Merge a free block, which is in no bin, with its buddy as long as that is free, and put it into its bin. */
function settle(tiling: Tiling, freed: Block): void {
  let block = freed;
  let size = block.size;
  for (;;) {
    const isLower = isMultiple(block.start, 2 * size);
    const buddy = isLower ? block.next : block.prev;
    if (!buddy.free || buddy.size != size) break;
    unfile(tiling, buddy);
    absorb(tiling, isLower ? buddy : block);
    if (!isLower) block = buddy;
    size *= 2;
  }
  file(tiling, block);
}

// Pieces of a capacity ----------------------------------------------------------------------------------------

/** The longest block that can start at `start` and end by `end`. */
function pieceAt(start: f64, end: f64): f64 {
  const longest = sizeOf(orderOf(end - start));
  return start == 0 ? longest : min(longest, <f64>(<u64>start & -(<u64>start)));
}

function countPieces(from: f64, to: f64): u32 {
  let count: u32 = 0;
  for (let start = from; start < to; start += pieceAt(start, to)) count++;
  return count;
}

/** Lengthen to `capacity` by free blocks. Only after `ensureBlocks` for each of them. */
function addPieces(tiling: Tiling, capacity: f64): void {
  while (tiling.capacity < capacity) {
    const start = tiling.capacity;
    const last = tiling.end.prev;
    const size = pieceAt(start, capacity);
    setCapacity(tiling, start + size);
    tiling.freeMemory += size;
    settle(tiling, addFree(tiling, last, start));
  }
}

// Live blocks -------------------------------------------------------------------------------------------------

/** Blocks that taking one of order `order` from `block` adds. */
@inline
function blocksToTake(block: Block, order: u32): u32 {
  return orderOf(block.size) - order;
}

/**
 * Make the block of `order` at `address`, within the free block `block`, a live one: of each half that is split off,
 * the one without the address stays free. Only after `ensureBlocks`. O(log capacity).
 */
function take(
  tiling: Tiling,
  around: Block,
  address: f64,
  order: u32,
  size: f64,
  label: u32,
): void {
  unfile(tiling, around);
  let block = around;
  let half = block.size / 2;
  const taken = sizeOf(order);
  while (half >= taken) {
    const upper = addFree(tiling, block, block.start + half);
    if (address >= upper.start) {
      file(tiling, block);
      block = upper;
    } else {
      file(tiling, upper);
    }
    half /= 2;
  }
  block.markLive();
  block.label = label;
  block.requested = size;
  tiling.freeBlocks--;
  tiling.freeMemory -= taken;
  tiling.requested += size;
  tiling.version++;
}

/** Make a live block free. O(log capacity). */
function release(tiling: Tiling, block: Block): void {
  tiling.freeBlocks++;
  tiling.freeMemory += block.size;
  tiling.requested -= block.requested;
  tiling.version++;
  block.markFree();
  settle(tiling, block);
}

// Choice ------------------------------------------------------------------------------------------------------

/** What the address of a block of `order` must be a multiple of, to be one of `alignment` too. */
function stepOf(order: u32, alignment: f64): f64 {
  const taken = sizeOf(order);
  const shared = min(taken, <f64>(<u64>alignment & -(<u64>alignment)));
  return min(BEYOND, (alignment / shared) * taken);
}

/** The first free block, smallest order first, that holds a block of `order` at a multiple of `step`, or null. */
function choose(tiling: Tiling, order: u32, step: f64): Block | null {
  const taken = sizeOf(order);
  let bin = binFrom(tiling, order);
  while (bin != NONE) {
    let block = firstIn(tiling, bin);
    while (block) {
      if (step == taken || fits<f64>(block.start, block.size, taken, step)) return block;
      block = afterOf(block, POWER_LINKS);
    }
    bin = binFrom(tiling, bin + 1);
  }
  return null;
}

export function canAllocate(tiling: Tiling, size: f64, alignment: f64): bool {
  const order = orderFor(size);
  return choose(tiling, order, stepOf(order, alignment)) != null;
}

/** Size of the largest free block, 0 if there is none. O(1). */
export function largest(tiling: Tiling): f64 {
  const bin = lastBin(tiling);
  return bin == NONE ? 0 : sizeOf(bin);
}

// Allocating and freeing --------------------------------------------------------------------------------------

/**
 * The address of a block now allocated, OUT_OF_MEMORY or NODE_STORAGE. O(log capacity); with an alignment that is no
 * power of two up to the memory taken, O(free blocks).
 */
export function allocateBlock(tiling: Tiling, size: f64, alignment: f64, label: u32): f64 {
  const order = orderFor(size);
  const step = stepOf(order, alignment);
  const block = choose(tiling, order, step);
  if (!block) return OUT_OF_MEMORY;
  if (!ensureBlocks(tiling, blocksToTake(block, order))) return NODE_STORAGE;
  const address = block.start + padding<f64>(block.start, step);
  take(tiling, block, address, order, size, label);
  return address;
}

/** Free the block at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(log capacity). */
export function freeBlock(tiling: Tiling, address: f64): f64 {
  const block = lookup(tiling, address);
  if (!block || block.free) return refusal(tiling, address);
  keep(block, block.requested);
  release(tiling, block);
  return OK;
}

/**
 * Allocate [address, address + size): the address must be a multiple of the memory that it takes. OK, NOT_ALIGNED,
 * OUT_OF_BOUNDS, NOT_FREE or NODE_STORAGE. O(log capacity).
 */
export function reserveBlock(tiling: Tiling, address: f64, size: f64, label: u32): f64 {
  const order = orderFor(size);
  const taken = sizeOf(order);
  if (!isMultiple(address, taken)) return NOT_ALIGNED;
  if (taken > tiling.capacity - address) return OUT_OF_BOUNDS;
  const block = seek(tiling, address);
  // Blocks within are smaller; one that holds it starts there or below.
  if (!block.free || block.size < taken) return NOT_FREE;
  if (!ensureBlocks(tiling, blocksToTake(block, order))) return NODE_STORAGE;
  take(tiling, block, address, order, size, label);
  return OK;
}

/**
 * Change the size of the block found in place: longer, as long as it is the lower half and the upper one is free. OK,
 * OUT_OF_MEMORY or NODE_STORAGE. O(log capacity).
 */
export function extendFound(tiling: Tiling, newSize: f64): f64 {
  const block = found();
  const before = block.size;
  const order = orderFor(newSize);
  const after = sizeOf(order);
  if (after > before) {
    if (!isMultiple(block.start, after)) return OUT_OF_MEMORY;
    let next = block.next;
    for (let size = before; size < after; size *= 2) {
      if (!next.free || next.size != size) return OUT_OF_MEMORY;
      next = next.next;
    }
    while (block.size < after) {
      unfile(tiling, block.next);
      absorb(tiling, block.next);
    }
  } else if (after < before) {
    if (!ensureBlocks(tiling, blocksToTake(block, order))) return NODE_STORAGE;
    // Each upper half's buddy is live: there is nothing to merge.
    for (let size = before / 2; size >= after; size /= 2)
      file(tiling, addFree(tiling, block, block.start + size));
  }
  tiling.freeMemory += before - after;
  tiling.requested += newSize - block.requested;
  block.requested = newSize;
  tiling.version++;
  return OK;
}

/**
 * Move the block found to `to`, a multiple of the memory it takes. OK, NOT_ALIGNED, OUT_OF_BOUNDS, NOT_FREE or
 * NODE_STORAGE. O(log capacity).
 */
export function moveFound(tiling: Tiling, to: f64): f64 {
  const block = found();
  if (to == block.start) return OK;
  const status = reserveBlock(tiling, to, block.requested, block.label);
  if (status == OK) release(tiling, block);
  return status;
}

// Capacity ----------------------------------------------------------------------------------------------------

/** Lengthen to `capacity`; what is new is free. OK or NODE_STORAGE. O(log² capacity). */
export function grow(tiling: Tiling, capacity: f64): f64 {
  if (capacity == tiling.capacity) return OK;
  if (!ensureBlocks(tiling, countPieces(tiling.capacity, capacity))) return NODE_STORAGE;
  addPieces(tiling, capacity);
  tiling.version++;
  return OK;
}

/** Shorten to `capacity`. OK, NOT_FREE if a block takes some of what would go, or NODE_STORAGE. O(log² capacity). */
export function shrink(tiling: Tiling, capacity: f64): f64 {
  if (capacity == tiling.capacity) return OK;
  let block = tiling.end;
  do {
    block = block.prev;
    if (!block.free) return NOT_FREE;
  } while (block.start > capacity);
  // All that starts at or above is taken away, and of the block that ends above, what lies below is put back.
  const kept = block.start;
  if (!ensureBlocks(tiling, countPieces(kept, capacity))) return NODE_STORAGE;
  while (tiling.capacity > kept) {
    const last = tiling.end.prev;
    unfile(tiling, last);
    tiling.freeMemory -= last.size;
    const start = last.start;
    absorb(tiling, last);
    setCapacity(tiling, start);
  }
  addPieces(tiling, capacity);
  tiling.version++;
  return OK;
}
