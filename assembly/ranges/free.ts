// Freeing a range of an untracked allocator: it becomes free again, and one block with the free ones it touches.

import { rebalance, remove } from "../btree/balance";
import {
  Cursor,
  cursor,
  descend,
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
  KEYS,
  removeEntry,
  setKey,
  setValue,
  WITHOUT_LINKS,
} from "../btree/node";
import { NODE_STORAGE, NOT_ALLOCATED, OK } from "../kernel/status";
import { Allocator, addToIndex, BEST_FIT, ensureInsertions, removeFromIndex } from "./allocator";
import { insertBlock, resizeEntry } from "./take";

/** Free [address, address + size), which lies within the capacity. OK, NOT_ALLOCATED or NODE_STORAGE. O(log n). */
export function free(allocator: Allocator, address: Num, size: Num): i32 {
  const tree = allocator.blocks;
  const at = cursor(0);
  const end: Num = address + size;
  if (allocator.policy == BEST_FIT && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
  // The first block that ends at or after the range's start: that one touches the range, overlaps it or follows it.
  let slot = descend(tree, at, KEYS, address);
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
      const total: Num = have + size;
      if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, have, total);
      setValue(leaf, slot, total);
      countFreed(allocator, address, size, 0, have);
      return OK;
    }
  }
  if (isFull(leaf, 0) && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
  insertBlock(tree, at, address, end, size, 0);
  countFreed(allocator, address, size, 0, 0);
  return OK;
}

/** Free the `size` addresses before `end`, at whose start the block under the cursor ends. */
function freeAfter(allocator: Allocator, at: Cursor, end: Num, size: Num): i32 {
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
  const nextStart: Num = nextEnd - nextSize;
  if (nextStart < end) return NOT_ALLOCATED;
  let total: Num = have + size;
  if (nextStart == end) {
    // The block after the range takes all.
    total += nextSize;
    if (isLast) {
      remove(tree, at);
      seekKey(tree, at, nextEnd);
      resizeEntry(tree, at, total);
    } else {
      if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, 0, total);
      removeEntry(leaf, WITHOUT_LINKS, slot);
      setValue(leaf, slot, total);
      if (isSparse(leaf, 0)) rebalance(tree, at);
    }
  } else {
    nextSize = 0;
    if (isLast) raiseBound(tree, at, end);
    if (total > greatestInLeaf(tree, at)) propagate(tree, at, 0, have, total);
    setKey(leaf, slot, end);
    setValue(leaf, slot, total);
  }
  countFreed(allocator, address, size, have, nextSize);
  return OK;
}

/** [start, start + size) has become free, and one block with the free `before` and `after` addresses around it. */
export function countFreed(
  allocator: Allocator,
  start: Num,
  size: Num,
  before: Num,
  after: Num,
): void {
  allocator.freeMemory += size;
  allocator.freeBlocks += 1 - <u32>(before != 0) - <u32>(after != 0);
  allocator.version++;
  if (allocator.policy != BEST_FIT) return;
  const end: Num = start + size + after;
  if (before != 0) removeFromIndex(allocator, before, start);
  if (after != 0) removeFromIndex(allocator, after, end);
  addToIndex(allocator, before + size + after, end);
}
