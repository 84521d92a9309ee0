// Segregated fit: free blocks in bins by size class, found by a bitmap of two levels (M. Masmano, I. Ripoll, A. Crespo
// and J. Real, TLSF: a new dynamic memory allocator for real-time systems, 2004). Live and free blocks tile the
// capacity (../tiling), so that a freed block finds its neighbours at once.
//
// Choice: the block put last into the first bin, from the class whose sizes all hold the request on, that is not empty. If
// those are all empty, the first block of the request's own class that holds it: unlike TLSF, no request is
// refused that some free block could hold.
//
// Invariants beside those of the tiling: no two free blocks are neighbours; a free block is in the bin of its size.

import { fits, padding } from "../kernel/alignment";
import { ensureNodes, popNode, unusedNodes } from "../kernel/pool";
import { NODE_STORAGE, NOT_FREE, OK, OUT_OF_BOUNDS, OUT_OF_MEMORY } from "../kernel/status";
import {
  binFrom,
  ensureBins,
  file,
  firstBin,
  firstIn,
  lastBin,
  NONE,
  push,
  remove,
  removeFirst,
  unfile,
} from "../tiling/bins";
import { afterOf, Block, FREE, LEFT_FREE, PLAIN_BLOCK, PLAIN_LINKS } from "../tiling/block";
import { found, keep, refusal } from "../tiling/found";
import { Tiling } from "../tiling/record";
import { enter, putIn, takeOut, withdraw } from "../tiling/table";
import {
  clearTiling,
  createTiling,
  destroyTiling,
  discard,
  ensureBlocks,
  insertAfter,
  removeFromRing,
  seek,
  setCapacity,
} from "../tiling/tiling";
import { classAbove, classOf, greatestOf, wordsFor } from "./classes";

// Life --------------------------------------------------------------------------------------------------------

/** An allocator whose whole capacity is free; null if the node storage cannot grow. O(1). */
export function createSegregated(capacity: f64): Tiling | null {
  const tiling = createTiling(wordsFor(capacity), false);
  if (!tiling) return null;
  if (reset(tiling, capacity)) return tiling;
  destroyTiling(tiling);
  return null;
}

/** Make [0, capacity) free; false, and no change, if the node storage cannot grow. O(n). */
export function reset(tiling: Tiling, capacity: f64): bool {
  if (!ensureBlocks(tiling, 1)) return false;
  clearTiling(tiling);
  setCapacity(tiling, capacity);
  addFree(tiling, tiling.end, 0);
  return true;
}

// Free blocks -------------------------------------------------------------------------------------------------

// What allocating and freeing use is inlined there, which makes them a third faster, and only there: `addFree`,
// `take` and `giveBack` are for the rest.

@inline
function pushFree(tiling: Tiling, block: Block, size: f64): void {
  push(tiling, block, classOf(size), PLAIN_LINKS);
}

@inline
function removeFree(tiling: Tiling, block: Block, size: f64): void {
  remove(tiling, block, classOf(size), PLAIN_LINKS);
}

/** Make a free block of what lies between `start` and the block after `left`. Only after `ensureBlocks`. */
function addFree(tiling: Tiling, left: Block, start: f64): void {
  const block = insertAfter(tiling, left, start);
  block.markFree();
  tiling.freeBlocks++;
  tiling.freeMemory += block.size;
  file(tiling, block);
}

/** Let the block before one that is in no bin take it in: a free block less. */
function absorb(tiling: Tiling, block: Block): void {
  removeFromRing(tiling, block);
  tiling.freeBlocks--;
}

/** Blocks that `take` adds at most: the live one, and the free one after it. */
const TAKEN: u32 = 2;

/**
 * Make [address, address + size), within a free block, a live block; what is left on either side stays free. Only
 * after `ensureBlocks`. O(1).
 */
function take(tiling: Tiling, block: Block, address: f64, size: f64, label: u32): void {
  unfile(tiling, block);
  let live = block;
  if (address > block.start) {
    live = insertAfter(tiling, block, address);
    file(tiling, block);
  } else {
    block.markLive();
    tiling.freeBlocks--;
  }
  live.label = label;
  tiling.freeMemory -= live.size;
  if (address + size < live.end) addFree(tiling, live, address + size);
  putIn(tiling, live);
  tiling.version++;
}

/** Make the first part of a free block, which was taken out of its bin and starts at `start`, live; the rest stays free. */
@inline
function takeFront(tiling: Tiling, live: Block, start: f64, size: f64, label: u32): void {
  // The block after a free one is live.
  const right = live.next;
  const blockEnd = right.start;
  live.prevAndFlags &= ~FREE;
  live.label = label;
  const end = start + size;
  if (end < blockEnd) {
    const rest = changetype<Block>(popNode(PLAIN_BLOCK));
    rest.start = end;
    rest.prevAndFlags = changetype<usize>(live) | FREE;
    rest.next = right;
    right.prevAndFlags = changetype<usize>(rest) | LEFT_FREE;
    live.next = rest;
    pushFree(tiling, rest, blockEnd - end);
  } else {
    right.prevAndFlags &= ~LEFT_FREE;
    tiling.freeBlocks--;
  }
  tiling.freeMemory -= size;
  enter(tiling, live, start);
  tiling.version++;
}

/** Keep what a live block was, withdrawn from the table, and make it free, merged with free neighbours. O(1). */
@inline
function release(tiling: Tiling, freed: Block): void {
  let block = freed;
  const flags = block.prevAndFlags;
  const right = block.next;
  let next = right;
  let start = block.start;
  let end = right.start;
  const size = end - start;
  keep(block, size);
  tiling.freeMemory += size;
  tiling.version++;
  let freeBlocks = tiling.freeBlocks + 1;
  if (right.free) {
    next = right.next;
    const rightEnd = next.start;
    removeFree(tiling, right, rightEnd - end);
    end = rightEnd;
    block.next = next;
    discard(tiling, PLAIN_BLOCK, right, block);
    freeBlocks--;
  }
  if (flags & LEFT_FREE) {
    const left = changetype<Block>(flags & -8);
    const leftStart = left.start;
    removeFree(tiling, left, start - leftStart);
    start = leftStart;
    left.next = next;
    discard(tiling, PLAIN_BLOCK, block, left);
    block = left;
    freeBlocks--;
  } else {
    block.prevAndFlags = flags | FREE;
  }
  next.prevAndFlags = changetype<usize>(block) | LEFT_FREE;
  tiling.freeBlocks = freeBlocks;
  pushFree(tiling, block, end - start);
}

/** Withdraw and `release` a live block where time matters less than code. */
function giveBack(tiling: Tiling, block: Block): void {
  const left = block.prev;
  const right = block.next;
  takeOut(tiling, block.start);
  tiling.freeMemory += block.size;
  tiling.freeBlocks++;
  block.markFree();
  if (right.free) {
    unfile(tiling, right);
    absorb(tiling, right);
  }
  if (left.free) {
    unfile(tiling, left);
    absorb(tiling, block);
  }
  file(tiling, left.free ? left : block);
}

// Choice ------------------------------------------------------------------------------------------------------

/** The free block that `size` at a multiple of `alignment` is taken from, or null. */
function choose(tiling: Tiling, size: f64, alignment: f64): Block | null {
  const bin = binFrom(tiling, classAbove(size));
  if (bin != NONE) {
    const block = firstIn(tiling, bin)!;
    if (alignment == 1 || fits<f64>(block.start, block.size, size, alignment)) return block;
  }
  return chooseAmong(tiling, size, alignment);
}

/**
 * The same when the first block of the first bin will not do: any block that holds the size and the longest padding;
 * if there is none, the first that fits of all bins from the size's own on. O(blocks in those bins).
 */
function chooseAmong(tiling: Tiling, size: f64, alignment: f64): Block | null {
  const longest = size + (alignment - 1);
  if (longest > tiling.capacity) {
    if (size > tiling.capacity) return null;
  } else if (alignment > 1) {
    const bin = binFrom(tiling, classAbove(longest));
    if (bin != NONE) return firstIn(tiling, bin);
  }
  let bin = binFrom(tiling, classOf(size));
  while (bin != NONE) {
    let block = firstIn(tiling, bin);
    while (block) {
      if (fits<f64>(block.start, block.size, size, alignment)) return block;
      block = afterOf(block, PLAIN_LINKS);
    }
    bin = binFrom(tiling, bin + 1);
  }
  return null;
}

export function canAllocate(tiling: Tiling, size: f64, alignment: f64): bool {
  return choose(tiling, size, alignment) != null;
}

/** Size of the largest free block, 0 if there is none. O(free blocks in the last bin). */
export function largest(tiling: Tiling): f64 {
  const bin = lastBin(tiling);
  if (bin == NONE) return 0;
  const greatest = greatestOf(bin);
  let size: f64 = 0;
  let block = firstIn(tiling, bin);
  while (block && size < greatest) {
    size = max(size, block.size);
    block = afterOf(block, PLAIN_LINKS);
  }
  return size;
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
