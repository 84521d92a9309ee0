// Tracked blocks: live and free blocks stand in one tree and tile the capacity, so that one descent finds a block, shows
// whether it is live and where it starts, and has its neighbours beside it.

import { rebalance, remove } from "../btree/balance";
import { Cursor, cursor, descend, seekKey, settle, stepLeft, stepRight } from "../btree/cursor";
import { MAX_KEY } from "../btree/lanes";
import { greatestInLeaf, propagate } from "../btree/largest";
import {
  getKey,
  getLink,
  getValue,
  isPastEnd,
  isSparse,
  KEYS,
  removeEntries,
  setLink,
  setValue,
  WITH_LINKS,
} from "../btree/node";
import { Tree } from "../btree/tree";
import {
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../kernel/status";
import { Allocator, BEST_FIT, ensureInsertions } from "./allocator";
import { countFreed } from "./free";
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

/** From the cursor's slot on, to the first live block; false if there is none. */
export function seekNextLive(tree: Tree, at: Cursor): bool {
  while (settle(tree, at)) {
    if (at.value == 0) return true;
    at.slot++;
  }
  return false;
}

/** Put the cursor on the live block that starts at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(log n). */
export function findBlock(allocator: Allocator, address: Num): i32 {
  const tree = allocator.blocks;
  const at = cursor(0);
  at.slot = descend(tree, at, KEYS, address + 1);
  settle(tree, at);
  const leaf: usize = at.leaf;
  const slot = at.slot;
  if (getValue(leaf, slot) != 0) return NOT_ALLOCATED;
  const start = slot != 0 ? getKey(leaf, slot - 1) : startUnder(tree, at);
  if (start != address) return INSIDE_BLOCK;
  sizeFound = getKey(leaf, slot) - address;
  labelFound = getLink(leaf, slot);
  return OK;
}

/** Free the block at `address`. OK, NOT_ALLOCATED, INSIDE_BLOCK or NODE_STORAGE. O(log n). */
export function freeBlock(allocator: Allocator, address: Num): i32 {
  const status = findBlock(allocator, address);
  if (status != OK) return status;
  // Only the size index may grow.
  if (allocator.policy == BEST_FIT && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
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
    if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, 0, total);
    // The last of the blocks that become one takes all.
    const first = slot - <u32>(before != 0);
    const gone = <u32>(before != 0) + <u32>(after != 0);
    if (gone) removeEntries(at.leaf, WITH_LINKS, first, gone);
    setValue(at.leaf, first, total);
    if (isSparse(at.leaf, 0)) rebalance(tree, at);
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
  countFreed(allocator, start, size, before, after);
  allocator.liveBlocks--;
}

/** Change the size of the block found, in place. OK, OUT_OF_MEMORY (no room after it) or NODE_STORAGE. O(log n). */
export function extendFound(allocator: Allocator, newSize: Num): i32 {
  const tree = allocator.blocks;
  const at = cursor(0);
  const end = at.key;
  const address: Num = end - sizeFound;
  if (newSize > sizeFound) {
    // The front of the next block becomes a live block, and then one with this one.
    const more: Num = newSize - sizeFound;
    if (!stepRight(tree, at) || at.value < more) return OUT_OF_MEMORY;
    if (!takeIndexed(allocator, at, end, more, labelFound)) return NODE_STORAGE;
    seekKey(tree, at, end);
    remove(tree, at);
    allocator.liveBlocks--;
  } else if (newSize < sizeFound) {
    // What is too much becomes a live block of its own, and is freed.
    if (!ensureInsertions(allocator, 2)) return NODE_STORAGE;
    addLive(allocator, at, address, address + newSize, labelFound);
    freeBlock(allocator, address + newSize);
  }
  return OK;
}

/** Insert the live block [start, end) before the entry under the cursor. Only after `ensureInsertions`. */
function addLive(allocator: Allocator, at: Cursor, start: Num, end: Num, label: u32): void {
  insertBlock(allocator.blocks, at, start, end, 0, label);
  allocator.liveBlocks++;
}

/** Make [start, end), which follows all blocks, free. Only after `ensureInsertions` for two. O(log n). */
export function addFreeTail(allocator: Allocator, start: Num, end: Num): void {
  const at = cursor(0);
  seekKey(allocator.blocks, at, MAX_KEY);
  addLive(allocator, at, start, end, 0);
  freeBlock(allocator, start);
}

/** Drop the live block that ends at `end`, after which there is none. O(log n). */
export function dropTail(allocator: Allocator, end: Num): void {
  const at = cursor(0);
  seekKey(allocator.blocks, at, end);
  remove(allocator.blocks, at);
  allocator.liveBlocks--;
}

/**
 * Move the block found to `to`, onto addresses that are free or its own. OK, OUT_OF_BOUNDS, NOT_FREE or NODE_STORAGE.
 * O(log n).
 */
export function moveFound(allocator: Allocator, to: Num): i32 {
  const at = cursor(0);
  const size = sizeFound;
  const from: Num = at.key - size;
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

/** Relabel the block found. */
export function relabelFound(allocator: Allocator, label: u32): void {
  setLink(cursor(0).leaf, cursor(0).slot, label);
  allocator.version++;
}
