// Taking: a range out of a free block, wherever in it. What is left before and after it stays free.

import { insert, remove } from "../btree/balance";
import { Cursor, lowerBound, seekKey } from "../btree/cursor";
import { greatestInLeaf, propagate } from "../btree/largest";
import {
  getKey,
  getValue,
  insertEntry,
  isFull,
  setKey,
  setLink,
  setValue,
  WITH_LINKS,
} from "../btree/node";
import { Tree } from "../btree/tree";
import { Allocator, addToIndex, ensureInsertions, removeFromIndex } from "./allocator";

/** Insert a block [start, end) before the entry under the cursor. Only after `ensureInsertions`. */
export function insertBlock(
  tree: Tree,
  at: Cursor,
  start: Num,
  end: Num,
  size: Num,
  label: u32,
): void {
  if (at.slot == 0) lowerBound(tree, at, start);
  insert(tree, at, end, size, label);
}

/** Change the free size of the entry under the cursor. */
export function resizeEntry(tree: Tree, at: Cursor, size: Num): void {
  const was = at.value;
  const most = greatestInLeaf(tree, at);
  if (was == most || size > most) propagate(tree, at, 0, was, size);
  setValue(at.leaf, at.slot, size);
}

/**
 * Take [address, address + size) out of the free block under the cursor, which is in the size index no more. Tracked: it
 * becomes a live block. Only after `ensureInsertions` for two. O(log n).
 */
export function take(allocator: Allocator, at: Cursor, address: Num, size: Num, label: u32): void {
  const tree = allocator.blocks;
  const leaf: usize = at.leaf;
  const slot = at.slot;
  const end = getKey(leaf, slot);
  const have = getValue(leaf, slot);
  const start: Num = end - have;
  const front: Num = address - start;
  const back: Num = end - address - size;
  if (allocator.isTracked) {
    if (have == greatestInLeaf(tree, at)) propagate(tree, at, 0, have, back);
    if (back == 0) {
      setValue(leaf, slot, 0);
      setLink(leaf, slot, label);
    } else if (isFull(leaf, 0)) {
      setValue(leaf, slot, back);
      insertBlock(tree, at, start, address + size, 0, label);
    } else {
      if (slot == 0) lowerBound(tree, at, start);
      insertEntry(leaf, WITH_LINKS, slot, address + size, 0, label);
      setValue(leaf, slot + 1, back);
    }
    if (front != 0) {
      seekKey(tree, at, address + size);
      insertBlock(tree, at, start, address, front, 0);
    }
    allocator.liveBlocks++;
  } else if (back != 0) {
    resizeEntry(tree, at, back);
    if (front != 0) insertBlock(tree, at, start, address, front, 0);
  } else if (front != 0) {
    if (at.slot == 0) lowerBound(tree, at, start);
    resizeEntry(tree, at, front);
    setKey(at.leaf, at.slot, address);
  } else {
    remove(tree, at);
  }
  allocator.freeBlocks += <u32>(front != 0) + <u32>(back != 0) - 1;
  allocator.freeMemory -= size;
  allocator.version++;
  if (front != 0) addToIndex(allocator, front, address);
  if (back != 0) addToIndex(allocator, back, end);
}

/** Reserve nodes, and take as `take` does out of a block that is in the size index. False if the storage cannot grow. */
export function takeIndexed(
  allocator: Allocator,
  at: Cursor,
  address: Num,
  size: Num,
  label: u32,
): bool {
  if (!ensureInsertions(allocator, 2)) return false;
  removeFromIndex(allocator, at.value, at.key);
  take(allocator, at, address, size, label);
  return true;
}
