// Capacity: make an allocator's block longer or shorter at its end. Live ranges keep their addresses.

import { remove } from "../btree/balance";
import { Cursor, cursor, lowerBound, seekKey } from "../btree/cursor";
import { isPastEnd, setKey } from "../btree/node";
import { NODE_STORAGE, NOT_FREE, OK } from "../kernel/status";
import { Allocator, addToIndex, ensureInsertions, removeFromIndex } from "./allocator";
import { insertBlock, resizeEntry } from "./take";

/** Put the cursor on the last block if it is free and ends at the capacity; else after it, and false. O(log n). */
function seekFreeTail(allocator: Allocator, at: Cursor): bool {
  seekKey(allocator.blocks, at, allocator.capacity);
  if (isPastEnd(at.leaf, at.slot)) return false;
  if (at.value != 0) return true;
  at.slot++;
  return false;
}

/** Lengthen to `capacity`; what is new is free. OK or NODE_STORAGE. O(log n). */
export function grow(allocator: Allocator, capacity: Num): f64 {
  const tree = allocator.blocks;
  const at = cursor(0);
  const before = allocator.capacity;
  const added: Num = capacity - before;
  if (added == 0) return OK;
  if (!ensureInsertions(allocator, 1)) return NODE_STORAGE;
  let have: Num = 0;
  if (seekFreeTail(allocator, at)) {
    have = at.value;
    removeFromIndex(allocator, have, before);
    resizeEntry(tree, at, have + added);
    setKey(at.leaf, at.slot, capacity);
  } else {
    insertBlock(tree, at, before, capacity, added, 0);
    allocator.freeBlocks++;
  }
  addToIndex(allocator, have + added, capacity);
  return setCapacity(allocator, capacity);
}

/** Shorten to `capacity`. OK, NODE_STORAGE, or NOT_FREE if a part that would go is allocated. O(log n). */
export function shrink(allocator: Allocator, capacity: Num): f64 {
  const tree = allocator.blocks;
  const at = cursor(0);
  const before = allocator.capacity;
  const removed: Num = before - capacity;
  if (removed == 0) return OK;
  if (!ensureInsertions(allocator, 1)) return NODE_STORAGE;
  if (!seekFreeTail(allocator, at) || at.value < removed) return NOT_FREE;
  const have = at.value;
  removeFromIndex(allocator, have, before);
  if (have == removed) {
    remove(tree, at);
    allocator.freeBlocks--;
  } else {
    if (at.slot == 0) lowerBound(tree, at, before - have);
    resizeEntry(tree, at, have - removed);
    setKey(at.leaf, at.slot, capacity);
    addToIndex(allocator, have - removed, capacity);
  }
  return setCapacity(allocator, capacity);
}

function setCapacity(allocator: Allocator, capacity: Num): f64 {
  allocator.freeMemory += capacity - allocator.capacity;
  allocator.capacity = capacity;
  allocator.version++;
  return OK;
}
