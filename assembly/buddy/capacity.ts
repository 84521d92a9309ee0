// A capacity that is no power of two is a sum of them, the largest first: 13 = [0, 8) [8, 12) [12, 13). Each such piece
// is a free block to begin with; a longer or shorter capacity has other pieces at its end.

import { NODE_STORAGE, NOT_FREE, OK } from "../kernel/status";
import { unfile } from "../tiling/bins";
import { Tiling } from "../tiling/record";
import { ensureBlocks, setCapacity } from "../tiling/tiling";
import { absorb, addFree, settle } from "./free";
import { orderOf, sizeOf } from "./orders";

/** The longest block that can start at `start` and end by `end`. */
function pieceAt(start: f64, end: f64): f64 {
  const longest = sizeOf(orderOf(end - start));
  return start == 0 ? longest : min(longest, <f64>(<u64>start & -(<u64>start)));
}

export function countPieces(from: f64, to: f64): u32 {
  let count: u32 = 0;
  for (let start = from; start < to; start += pieceAt(start, to)) count++;
  return count;
}

/** Lengthen to `capacity` by free blocks. Only after `ensureBlocks` for each of them. */
export function addPieces(tiling: Tiling, capacity: f64): void {
  while (tiling.capacity < capacity) {
    const start = tiling.capacity;
    const last = tiling.end.prev;
    const size = pieceAt(start, capacity);
    setCapacity(tiling, start + size);
    tiling.freeMemory += size;
    settle(tiling, addFree(tiling, last, start));
  }
}

/** Lengthen to `capacity`; what is new is free. OK or NODE_STORAGE. O(log² capacity). */
export function grow(tiling: Tiling, capacity: f64): f64 {
  if (capacity == tiling.capacity) return OK;
  if (!ensureBlocks(tiling, countPieces(tiling.capacity, capacity))) return NODE_STORAGE;
  addPieces(tiling, capacity);
  tiling.version++;
  return OK;
}

/** Shorten to `capacity`. OK, NOT_FREE if a block takes some of what would go, or NODE_STORAGE. O(log² capacity). */
export function shrink(tiling: Tiling, capacity: f64): f64 {
  if (capacity == tiling.capacity) return OK;
  let block = tiling.end;
  do {
    block = block.prev;
    if (!block.free) return NOT_FREE;
  } while (block.start > capacity);
  // All that starts at or above is taken away, and of the block that ends above, what lies below is put back.
  const kept = block.start;
  if (!ensureBlocks(tiling, countPieces(kept, capacity))) return NODE_STORAGE;
  while (tiling.capacity > kept) {
    const last = tiling.end.prev;
    unfile(tiling, last);
    tiling.freeMemory -= last.size;
    const start = last.start;
    absorb(tiling, last);
    setCapacity(tiling, start);
  }
  addPieces(tiling, capacity);
  tiling.version++;
  return OK;
}
