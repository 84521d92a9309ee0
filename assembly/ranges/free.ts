// Freeing a range of an untracked allocator: it becomes free again, and one block with the free ones it touches.

import { rebalance, remove } from "../btree/balance";
import {
  Cursor,
  cursor,
  descendToKey,
  raiseBound,
  seekKey,
  stepToNextLeaf,
  stepToPreviousLeaf,
} from "../btree/cursor";
import { MAX_KEY } from "../btree/lanes";
import { greatestInLeaf, propagate } from "../btree/largest";
import {
  getKey,
  getValue,
  isFull,
  isPastEnd,
  isSparse,
  removeEntry,
  setKey,
  setValue,
  WITHOUT_LINKS,
} from "../btree/node";
import { NODE_STORAGE, NOT_ALLOCATED, OK } from "../kernel/status";
import { Allocator, addToIndex, BEST_FIT, ensureInsertions, removeFromIndex } from "./allocator";
import { insertBlock, resizeEntry } from "./take";

/** Free [address, address + size), which lies within the capacity. OK, NOT_ALLOCATED or NODE_STORAGE. O(log n). */
export function free(allocator: Allocator, address: Num, size: Num): f64 {
  const tree = allocator.blocks;
  const at = cursor(0);
  const end: Num = address + size;
  if (allocator.policy == BEST_FIT && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
  // The first block that ends at or after the range's start: that one touches the range, overlaps it or follows it.
  let slot = descendToKey(tree, at, address);
  let leaf: usize = at.leaf;
  at.slot = slot;
  let isThere = true;
  if (isPastEnd(leaf, slot)) {
    isThere = stepToNextLeaf(tree, at);
    leaf = at.leaf;
    slot = at.slot;
  }
  if (isThere) {
    const key = getKey(leaf, slot);
    if (key == address) return freeAfter(allocator, at, end, size);
    const have = getValue(leaf, slot);
    const start: Num = key - have;
    if (start < end) return NOT_ALLOCATED;
    if (start == end) {
      if (have + size > greatestInLeaf(tree, at)) propagate(tree, at, 0, have, have + size);
      setValue(leaf, slot, have + size);
      removeFromIndex(allocator, have, key);
      addToIndex(allocator, have + size, key);
      countFreed(allocator, size, 0);
      return OK;
    }
  }
  if (isFull(leaf, 0) && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
  insertBlock(tree, at, address, end, size, 0);
  addToIndex(allocator, size, end);
  countFreed(allocator, size, 1);
  return OK;
}

/** Free the `size` addresses before `end`, at whose start the block under the cursor ends. */
function freeAfter(allocator: Allocator, at: Cursor, end: Num, size: Num): f64 {
  const tree = allocator.blocks;
  const leaf: usize = at.leaf;
  const slot = at.slot;
  const address = getKey(leaf, slot);
  const have = getValue(leaf, slot);
  const isLast = isPastEnd(leaf, slot + 1);
  let nextEnd: Num = MAX_KEY;
  let nextSize: Num = 0;
  if (!isLast) {
    nextEnd = getKey(leaf, slot + 1);
    nextSize = getValue(leaf, slot + 1);
  } else if (stepToNextLeaf(tree, at)) {
    nextEnd = at.key;
    nextSize = at.value;
    stepToPreviousLeaf(tree, at);
  }
  if (nextEnd - nextSize < end) return NOT_ALLOCATED;
  let total: Num = have + size;
  if (nextEnd - nextSize == end) {
    // The block after the range takes all.
    total += nextSize;
    removeFromIndex(allocator, nextSize, nextEnd);
    if (isLast) {
      remove(tree, at);
      seekKey(tree, at, nextEnd);
      resizeEntry(tree, at, total);
    } else {
      if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, 0, total);
      removeEntry(leaf, WITHOUT_LINKS, slot);
      setValue(leaf, slot, total);
      if (isSparse(leaf, 0)) rebalance(tree, at, 0);
    }
    end = nextEnd;
    allocator.freeBlocks--;
  } else {
    if (isLast) raiseBound(tree, at, end);
    if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, have, total);
    setKey(leaf, slot, end);
    setValue(leaf, slot, total);
  }
  removeFromIndex(allocator, have, address);
  addToIndex(allocator, total, end);
  countFreed(allocator, size, 0);
  return OK;
}

@inline
function countFreed(allocator: Allocator, size: Num, moreBlocks: i32): void {
  allocator.freeMemory += size;
  allocator.freeBlocks += moreBlocks;
  allocator.version++;
}
