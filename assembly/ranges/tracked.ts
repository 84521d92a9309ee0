// Tracked blocks: live and free blocks stand in one tree and tile the capacity, so that one descent finds a block, shows
// whether it is live and where it starts, and has its neighbours beside it.

import { rebalance, remove } from "../btree/balance";
import {
  Cursor,
  cursor,
  lowerBound,
  raiseBound,
  seekKey,
  settle,
  stepLeft,
  stepRight,
} from "../btree/cursor";
import { propagate } from "../btree/largest";
import {
  getKey,
  getValue,
  isPastEnd,
  removeEntry,
  setKey,
  setLink,
  setValue,
  WITH_LINKS,
} from "../btree/node";
import { Tree } from "../btree/tree";
import { padding } from "../kernel/alignment";
import {
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../kernel/status";
import { Allocator, addToIndex, ensureInsertions, removeFromIndex } from "./allocator";
import { allocate } from "./policies";
import { seekFreeAround } from "./ranges";
import { insertBlock, resizeEntry, takeIndexed } from "./take";

// The block that a call found last, as it was then.
let sizeFound: Num = 0;
let labelFound: u32 = 0;

export function foundSize(): f64 {
  return <f64>sizeFound;
}
export function foundLabel(): u32 {
  return labelFound;
}

/** Where the block under the cursor starts: the end of the one before it. */
export function startUnder(tree: Tree, at: Cursor): Num {
  if (at.slot > 0) return getKey(at.leaf, at.slot - 1);
  if (!stepLeft(tree, at)) return 0;
  const start = at.key;
  stepRight(tree, at);
  return start;
}

/** Put the cursor on the live block that starts at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(log n). */
export function findBlock(allocator: Allocator, address: Num): f64 {
  const tree = allocator.blocks;
  const at = cursor(0);
  seekKey(tree, at, address + 1);
  settle(tree, at);
  if (at.value != 0) return NOT_ALLOCATED;
  if (startUnder(tree, at) != address) return INSIDE_BLOCK;
  sizeFound = at.key - address;
  labelFound = at.label;
  return OK;
}

/** Free the block at `address`. OK, NOT_ALLOCATED, INSIDE_BLOCK or NODE_STORAGE. O(log n). */
export function freeBlock(allocator: Allocator, address: Num): f64 {
  const status = findBlock(allocator, address);
  if (status != OK) return status;
  if (!ensureInsertions(allocator, 1)) return NODE_STORAGE;
  release(allocator, cursor(0), address);
  return OK;
}

/** Make the live block under the cursor, which starts at `start`, free. Only after `ensureInsertions`. */
function release(allocator: Allocator, at: Cursor, start: Num): void {
  const tree = allocator.blocks;
  const end = at.key;
  const size: Num = end - start;
  const slot = at.slot;
  let before: Num = 0;
  let after: Num = 0;
  if (slot != 0 && !isPastEnd(at.leaf, slot + 1)) {
    before = getValue(at.leaf, slot - 1);
    after = getValue(at.leaf, slot + 1);
    const total: Num = before + size + after;
    propagate(tree, at, 0, 0, total);
    let keep = slot;
    if (after != 0) removeEntry(at.leaf, WITH_LINKS, slot);
    if (before != 0) removeEntry(at.leaf, WITH_LINKS, --keep);
    setValue(at.leaf, keep, total);
    rebalance(tree, at, 0);
  } else {
    if (stepLeft(tree, at)) {
      before = at.value;
      stepRight(tree, at);
    }
    if (stepRight(tree, at)) {
      after = at.value;
      if (after == 0) stepLeft(tree, at);
    }
    // The last of the blocks that become one takes all.
    resizeEntry(tree, at, before + size + after);
    if (after != 0) {
      stepLeft(tree, at);
      remove(tree, at);
    }
    if (before != 0) {
      seekKey(tree, at, start);
      remove(tree, at);
    }
  }
  if (before != 0) removeFromIndex(allocator, before, start);
  if (after != 0) removeFromIndex(allocator, after, end + after);
  addToIndex(allocator, before + size + after, end + after);
  allocator.freeBlocks += 1 - <u32>(before != 0) - <u32>(after != 0);
  allocator.liveBlocks--;
  allocator.freeMemory += size;
  allocator.version++;
}

/** Change a block's size in place. As `freeBlock`, and OUT_OF_MEMORY (no room after it). O(log n). */
export function extendBlock(allocator: Allocator, address: Num, newSize: Num): f64 {
  const status = findBlock(allocator, address);
  if (status != OK || newSize == sizeFound) return status;
  if (newSize > sizeFound) return lengthen(allocator, address, newSize - sizeFound);
  if (!ensureInsertions(allocator, 1)) return NODE_STORAGE;
  shorten(allocator, address, sizeFound - newSize);
  return OK;
}

/** Give the live block under the cursor the first `more` addresses of the free block after it. */
function lengthen(allocator: Allocator, start: Num, more: Num): f64 {
  const tree = allocator.blocks;
  const at = cursor(0);
  const label = at.label;
  if (!stepRight(tree, at) || at.value < more) return OUT_OF_MEMORY;
  if (!ensureInsertions(allocator, 1)) return NODE_STORAGE;
  const have = at.value;
  const end = at.key;
  const left: Num = have - more;
  removeFromIndex(allocator, have, end);
  resizeEntry(tree, at, left);
  if (left != 0) {
    addToIndex(allocator, left, end);
    stepLeft(tree, at);
    moveEnd(tree, at, start, end - left);
  } else {
    // The entry of the free block becomes the live block's.
    setLink(at.leaf, at.slot, label);
    stepLeft(tree, at);
    remove(tree, at);
    allocator.freeBlocks--;
  }
  allocator.freeMemory -= more;
  allocator.version++;
  return OK;
}

/** Free the last `less` addresses of the live block under the cursor. Only after `ensureInsertions`. */
function shorten(allocator: Allocator, start: Num, less: Num): void {
  const tree = allocator.blocks;
  const at = cursor(0);
  const end = at.key;
  const label = at.label;
  let after: Num = 0;
  if (stepRight(tree, at)) {
    after = at.value;
    if (after != 0) {
      removeFromIndex(allocator, after, at.key);
      resizeEntry(tree, at, after + less);
    }
    stepLeft(tree, at);
  }
  if (after != 0) {
    moveEnd(tree, at, start, end - less);
  } else {
    // The entry of the live block becomes the free block's.
    resizeEntry(tree, at, less);
    insertBlock(tree, at, start, end - less, 0, label);
    allocator.freeBlocks++;
  }
  addToIndex(allocator, after + less, end + after);
  allocator.freeMemory += less;
  allocator.version++;
}

/** Let the block under the cursor, which starts at `start`, end at `end`, before the block after it does. */
function moveEnd(tree: Tree, at: Cursor, start: Num, end: Num): void {
  if (at.slot == 0) lowerBound(tree, at, start);
  if (isPastEnd(at.leaf, at.slot + 1)) raiseBound(tree, at, end);
  setKey(at.leaf, at.slot, end);
}

/** Resize a block, moving it if need be. Its address, or as `extendBlock`. O(log n). */
export function resizeBlock(allocator: Allocator, address: Num, newSize: Num, alignment: Num): f64 {
  let status = findBlock(allocator, address);
  if (status != OK) return status;
  if (padding<Num>(address, alignment) == 0) {
    status = extendBlock(allocator, address, newSize);
    if (status != OUT_OF_MEMORY) return status == OK ? <f64>address : status;
  }
  // For allocating and for freeing: once the new block is taken, nothing may fail.
  if (!ensureInsertions(allocator, 3)) return NODE_STORAGE;
  const moved = allocate(allocator, newSize, alignment, labelFound);
  if (moved >= 0) freeBlock(allocator, address);
  return moved;
}

/**
 * Move the block that starts at `from` to `to`, onto addresses that are free or its own. As `freeBlock`, OUT_OF_BOUNDS or
 * NOT_FREE. O(log n).
 */
export function moveBlock(allocator: Allocator, from: Num, to: Num): f64 {
  const status = findBlock(allocator, from);
  if (status != OK) return status;
  const at = cursor(0);
  const size = sizeFound;
  if (to > allocator.capacity || size > allocator.capacity - to) return OUT_OF_BOUNDS;
  if (!ensureInsertions(allocator, 3)) return NODE_STORAGE;
  const version = allocator.version;
  release(allocator, at, from);
  const isFree = seekFreeAround(allocator, at, to, size);
  if (!isFree) seekFreeAround(allocator, at, from, size);
  takeIndexed(allocator, at, isFree ? to : from, size, labelFound);
  if (isFree) return OK;
  allocator.version = version;
  return NOT_FREE;
}

/** Relabel the block at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(log n). */
export function setLabel(allocator: Allocator, address: Num, label: u32): f64 {
  const status = findBlock(allocator, address);
  if (status != OK) return status;
  setLink(cursor(0).leaf, cursor(0).slot, label);
  allocator.version++;
  return OK;
}
