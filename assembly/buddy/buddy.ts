// The buddy system (K. C. Knowlton, A fast storage allocator, 1965): every block is a power of two long and starts at a
// multiple of its length. A larger block is split in halves until one is just large enough; a freed block is merged
// with its buddy, the other half of the block of the next order, as long as that is free. The smallest block is 1 long.
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
import { lookup } from "../tiling/table";
import {
  clearTiling,
  createTiling,
  destroyTiling,
  ensureBlocks,
  seek,
  setCapacity,
} from "../tiling/tiling";
import { addPieces, countPieces } from "./capacity";
import { absorb, addFree, blocksToTake, release, take } from "./free";
import { isMultiple, orderFor, sizeOf } from "./orders";

/** Orders 0 … 52. */
const WORDS: u32 = 2;
/** No address but 0 is a multiple. */
const BEYOND: f64 = 9007199254740992;

// Life --------------------------------------------------------------------------------------------------------

/** An allocator whose whole capacity is free; null if the node storage cannot grow. O(log capacity). */
export function createBuddy(capacity: f64): Tiling | null {
  const tiling = createTiling(WORDS, true);
  if (!tiling) return null;
  if (ensureBlocks(tiling, countPieces(0, capacity))) {
    reset(tiling, capacity);
    return tiling;
  }
  destroyTiling(tiling);
  return null;
}

/** Make [0, capacity) free. Only after `ensureBlocks`, or with blocks that cover it, of which it has the fewest. O(n). */
export function reset(tiling: Tiling, capacity: f64): void {
  clearTiling(tiling);
  setCapacity(tiling, 0);
  addPieces(tiling, capacity);
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
