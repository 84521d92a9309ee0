// Freeing a range of an untracked allocator: it becomes free again, and one block with the free ones it touches.

import { rebalance, remove } from "../btree/balance";
import { Cursor, cursor, raiseBound, seekKey, settle, stepLeft, stepRight } from "../btree/cursor";
import { propagate } from "../btree/largest";
import {
  getKey,
  getValue,
  isFull,
  isPastEnd,
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
  seekKey(tree, at, address);
  // The first block that ends at or after the range's start: that one touches the range, overlaps it or follows it.
  if (settle(tree, at)) {
    const key = at.key;
    if (key == address) return freeAfter(allocator, at, end, size);
    const have = at.value;
    const start: Num = key - have;
    if (start < end) return NOT_ALLOCATED;
    if (start == end) {
      resizeEntry(tree, at, have + size);
      removeFromIndex(allocator, have, key);
      addToIndex(allocator, have + size, key);
      countFreed(allocator, size, 0);
      return OK;
    }
  }
  if (isFull(at.leaf, 0) && !ensureInsertions(allocator, 1)) return NODE_STORAGE;
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
  const address = at.key;
  const have = at.value;
  const hasNext = stepRight(tree, at);
  const nextEnd: Num = hasNext ? at.key : 0;
  const nextSize: Num = hasNext ? at.value : 0;
  if (hasNext && nextEnd - nextSize <= end) {
    // Both sides: the block after the range takes all.
    if (nextEnd - nextSize < end) return NOT_ALLOCATED;
    const total: Num = have + size + nextSize;
    resizeEntry(tree, at, total);
    stepLeft(tree, at);
    remove(tree, at);
    removeFromIndex(allocator, have, address);
    removeFromIndex(allocator, nextSize, nextEnd);
    addToIndex(allocator, total, nextEnd);
    countFreed(allocator, size, -1);
    return OK;
  }
  if (hasNext) stepLeft(tree, at);
  if (isPastEnd(leaf, slot + 1)) raiseBound(tree, at, end);
  resizeEntry(tree, at, have + size);
  setKey(leaf, slot, end);
  removeFromIndex(allocator, have, address);
  addToIndex(allocator, have + size, end);
  countFreed(allocator, size, 0);
  return OK;
}

function countFreed(allocator: Allocator, size: Num, moreBlocks: i32): void {
  allocator.freeMemory += size;
  allocator.freeBlocks += moreBlocks;
  allocator.version++;
}
