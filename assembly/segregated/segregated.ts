// Segregated fit: free blocks in bins by size class, found by a bitmap of two levels (M. Masmano, I. Ripoll, A. Crespo
// and J. Real, TLSF: a new dynamic memory allocator for real-time systems, 2004). Live and free blocks tile the
// capacity (../tiling), so that a freed block finds its neighbours at once.
//
// Invariants beside those of the tiling: no two free blocks are neighbours; a free block is in the bin of its size.

import { padding } from "../kernel/alignment";
import { ensureNodes, unusedNodes } from "../kernel/pool";
import { NODE_STORAGE, NOT_FREE, OK, OUT_OF_BOUNDS, OUT_OF_MEMORY } from "../kernel/status";
import { ensureBins, file, firstBin, firstIn, NONE, removeFirst, unfile } from "../tiling/bins";
import { PLAIN_BLOCK, PLAIN_LINKS } from "../tiling/block";
import { found, refusal } from "../tiling/found";
import { Tiling } from "../tiling/record";
import { withdraw } from "../tiling/table";
import {
  clearTiling,
  createTiling,
  destroyTiling,
  ensureBlocks,
  seek,
  setCapacity,
} from "../tiling/tiling";
import { choose } from "./choice";
import { classAbove, wordsFor } from "./classes";
import { absorb, addFree, giveBack, release, TAKEN, take, takeFront } from "./free";

// Life --------------------------------------------------------------------------------------------------------

/** An allocator whose whole capacity is free; null if the node storage cannot grow. O(1). */
export function createSegregated(capacity: f64): Tiling | null {
  const tiling = createTiling(wordsFor(capacity), false);
  if (!tiling) return null;
  if (ensureBlocks(tiling, 1)) {
    reset(tiling, capacity);
    return tiling;
  }
  destroyTiling(tiling);
  return null;
}

/** Make [0, capacity) free. Only after `ensureBlocks`, or with blocks that cover it. O(n). */
export function reset(tiling: Tiling, capacity: f64): void {
  clearTiling(tiling);
  setCapacity(tiling, capacity);
  addFree(tiling, tiling.end, 0);
}

// Live blocks -------------------------------------------------------------------------------------------------

/**
 * The address of a block now allocated, from a bin of which every block holds `size`; OUT_OF_MEMORY if there is none, or
 * NODE_STORAGE. O(1).
 */
@inline
export function allocateFirst(tiling: Tiling, size: f64, label: u32): f64 {
  const bin = firstBin(tiling, classAbove(size));
  if (bin == NONE) return OUT_OF_MEMORY;
  if (unusedNodes(PLAIN_BLOCK) < TAKEN && !ensureNodes(PLAIN_BLOCK, TAKEN)) return NODE_STORAGE;
  const block = firstIn(tiling, bin)!;
  removeFirst(tiling, block, bin, PLAIN_LINKS);
  const start = block.start;
  takeFront(tiling, block, start, size, label);
  return start;
}

/** The address of a block now allocated, OUT_OF_MEMORY or NODE_STORAGE. O(1), see `choose`. */
export function allocateBlock(tiling: Tiling, size: f64, alignment: f64, label: u32): f64 {
  const block = choose(tiling, size, alignment);
  if (!block) return OUT_OF_MEMORY;
  if (!ensureBlocks(tiling, TAKEN)) return NODE_STORAGE;
  const address = block.start + padding<f64>(block.start, alignment);
  take(tiling, block, address, size, label);
  return address;
}

/** Free the block at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(1); O(n) when it is refused. */
@inline
export function freeBlock(tiling: Tiling, address: f64): f64 {
  const block = withdraw(tiling, address);
  if (!block) return refusal(tiling, address);
  release(tiling, block);
  return OK;
}

/** Allocate exactly [address, address + size). OK, NOT_FREE or NODE_STORAGE. O(n), see `seek`. */
export function reserveBlock(tiling: Tiling, address: f64, size: f64, label: u32): f64 {
  const block = seek(tiling, address);
  if (!block.free || block.end < address + size) return NOT_FREE;
  if (!ensureBlocks(tiling, TAKEN)) return NODE_STORAGE;
  take(tiling, block, address, size, label);
  return OK;
}

/** Change the size of the block found in place. OK, OUT_OF_MEMORY (no room after it) or NODE_STORAGE. O(1). */
export function extendFound(tiling: Tiling, newSize: f64): f64 {
  const block = found();
  const more = newSize - block.size;
  const right = block.next;
  const end = block.start + newSize;
  if (more > 0 && !(right.free && right.size >= more)) return OUT_OF_MEMORY;
  if (more != 0) {
    if (!right.free) {
      if (!ensureBlocks(tiling, 1)) return NODE_STORAGE;
      addFree(tiling, block, end);
    } else {
      unfile(tiling, right);
      tiling.freeMemory -= more;
      if (end == right.end) {
        absorb(tiling, right);
      } else {
        right.start = end;
        file(tiling, right);
      }
    }
    tiling.version++;
  }
  return OK;
}

/**
 * Move the block found to `to`, onto addresses that are free or its own. OK, OUT_OF_BOUNDS, NOT_FREE or NODE_STORAGE.
 * O(1) into the free block before it, otherwise O(n), see `seek`.
 */
export function moveFound(tiling: Tiling, to: f64): f64 {
  const block = found();
  const size = block.size;
  const label = block.label;
  if (size > tiling.capacity - to) return OUT_OF_BOUNDS;
  const left = block.prev;
  const isNear = left.free && left.start <= to && to < block.end;
  const target = isNear ? left : seek(tiling, to);
  let other = target;
  do {
    if (!other.free && other != block) return NOT_FREE;
    other = other.next;
  } while (other.start < to + size);
  if (!ensureBlocks(tiling, TAKEN)) return NODE_STORAGE;
  const merged = left.free ? left : block;
  giveBack(tiling, block);
  take(tiling, merged.start <= to && to < merged.end ? merged : target, to, size, label);
  return OK;
}

// Capacity ----------------------------------------------------------------------------------------------------

/** Lengthen to `capacity`; what is new is free. OK or NODE_STORAGE. O(1). */
export function grow(tiling: Tiling, capacity: f64): f64 {
  const before = tiling.capacity;
  if (capacity == before) return OK;
  const last = tiling.end.prev;
  if (!ensureBlocks(tiling, 1) || !ensureBins(tiling, wordsFor(capacity))) return NODE_STORAGE;
  if (last.free) {
    unfile(tiling, last);
    setCapacity(tiling, capacity);
    file(tiling, last);
    tiling.freeMemory += capacity - before;
  } else {
    setCapacity(tiling, capacity);
    addFree(tiling, last, before);
  }
  tiling.version++;
  return OK;
}

/** Shorten to `capacity`. OK, or NOT_FREE if a part that would go is allocated. O(1). */
export function shrink(tiling: Tiling, capacity: f64): f64 {
  const removed = tiling.capacity - capacity;
  if (removed == 0) return OK;
  const last = tiling.end.prev;
  if (!last.free || last.start > capacity) return NOT_FREE;
  unfile(tiling, last);
  setCapacity(tiling, capacity);
  if (last.start == capacity) {
    absorb(tiling, last);
  } else {
    file(tiling, last);
  }
  tiling.freeMemory -= removed;
  tiling.version++;
  return OK;
}
