// Tracked allocators: the ranges of any engine, and beside them the tree of live blocks, kept in step. Each
// function reserves the nodes for both, changes the free blocks, which may still be refused, and then, when
// nothing can go wrong any more, the live ones.

import { reserveForTrees } from "./engines/tree/free-tree";
import { entryA, entryB } from "./engines/tree/cursor";
import {
  copyLiveBlocks,
  entryLabel,
  insertLive,
  removeLiveAtCursor,
  seekLiveAfter,
  setEntryLabel,
  setEntrySize,
} from "./engines/tree/live-tree";
import { allocateRange, freeRange, reserveForMove, takeRange } from "./ranges";
import { Handle, capacityOf, isWide, touch } from "./record";
import { resizeInPlace } from "./resize";
import { INSIDE_BLOCK, NODE_STORAGE, NOT_ALLOCATED, OK, OUT_OF_MEMORY } from "./status";

function reserve(a: Handle): bool {
  return isWide(a) ? reserveForTrees<f64>(a, 1, 2) : reserveForTrees<u32>(a, 1, 2);
}

function insert(a: Handle, address: f64, size: f64, label: u32): void {
  if (isWide(a)) insertLive<f64>(a, address, size, label);
  else insertLive<u32>(a, <u32>address, <u32>size, label);
}

function remove(a: Handle): void {
  if (isWide(a)) removeLiveAtCursor<f64>(a);
  else removeLiveAtCursor<u32>(a);
}

// The live block that was sought last.
let liveStart: f64 = 0;
let liveSize: f64 = 0;
let liveLabel: u32 = 0;

/** Put the cursor on the live block that starts at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(log n). */
export function findLive(a: Handle, address: f64): f64 {
  if (address >= capacityOf(a)) return NOT_ALLOCATED;
  const isThere = isWide(a) ? seekLiveAfter<f64>(a, address) : seekLiveAfter<u32>(a, <u32>address);
  if (!isThere) return NOT_ALLOCATED;
  liveStart = isWide(a) ? entryA<f64>() : <f64>entryA<u32>();
  liveSize = isWide(a) ? entryB<f64>() : <f64>entryB<u32>();
  liveLabel = isWide(a) ? entryLabel<f64>() : entryLabel<u32>();
  if (liveStart == address) return OK;
  return liveStart < address ? INSIDE_BLOCK : NOT_ALLOCATED;
}

/** Size and label of the block that `findLive` found. */
export function foundSize(): f64 {
  return liveSize;
}
export function foundLabel(): u32 {
  return liveLabel;
}

/** Take a range where the policy says and record it. The address, OUT_OF_MEMORY or NODE_STORAGE. */
export function allocateLive(a: Handle, size: f64, alignment: f64, label: u32): f64 {
  if (!reserve(a)) return NODE_STORAGE;
  const address = allocateRange(a, size, alignment);
  if (address >= 0) insert(a, address, size, label);
  return address;
}

/** Take exactly this range and record it. OK, NOT_FREE or NODE_STORAGE. */
export function takeLive(a: Handle, address: f64, size: f64, label: u32): f64 {
  if (!reserve(a)) return NODE_STORAGE;
  const status = takeRange(a, address, size);
  if (status < 0) return status;
  insert(a, address, size, label);
  return OK;
}

/** Free the block that starts at `address`. OK, NOT_ALLOCATED, INSIDE_BLOCK or NODE_STORAGE. */
export function freeLive(a: Handle, address: f64): f64 {
  const found = findLive(a, address);
  if (found != OK) return found;
  const status = freeRange(a, address, liveSize);
  if (status != OK) return status;
  findLive(a, address); // freeing moved the cursor
  remove(a);
  return OK;
}

/** Give the block that starts at `address` another label. OK, NOT_ALLOCATED or INSIDE_BLOCK. */
export function labelLive(a: Handle, address: f64, label: u32): f64 {
  const found = findLive(a, address);
  if (found != OK) return found;
  if (isWide(a)) setEntryLabel<f64>(label);
  else setEntryLabel<u32>(label);
  touch(a); // readers of live blocks are to notice
  return OK;
}

/** In place only. OK, NOT_ALLOCATED, INSIDE_BLOCK, OUT_OF_MEMORY where the neighbour does not allow it, NODE_STORAGE. */
export function resizeLiveInPlace(a: Handle, address: f64, newSize: f64): f64 {
  const found = findLive(a, address);
  if (found != OK) return found;
  const status = resizeInPlace(a, address, liveSize, newSize);
  if (status != OK) return status;
  findLive(a, address); // resizing moved the cursor
  if (isWide(a)) setEntrySize<f64>(newSize);
  else setEntrySize<u32>(<u32>newSize);
  return OK;
}

/** The address afterwards, which is a multiple of `alignment`. NOT_ALLOCATED, INSIDE_BLOCK, OUT_OF_MEMORY, NODE_STORAGE. */
export function resizeLive(a: Handle, address: f64, newSize: f64, alignment: f64): f64 {
  const found = findLive(a, address);
  if (found != OK) return found;
  if (<u64>address % <u64>alignment == 0) {
    const status = resizeLiveInPlace(a, address, newSize);
    if (status != OUT_OF_MEMORY) return status == OK ? address : status;
    findLive(a, address);
  }
  if (!reserveForMove(a)) return NODE_STORAGE;
  const moved = allocateLive(a, newSize, alignment, liveLabel);
  if (moved >= 0) freeLive(a, address); // is there, and has its nodes
  return moved;
}

/**
 * Move the block that starts at `from` to `to`; the ranges may overlap. Every address of the new range must be
 * free or part of the block. OK, NOT_ALLOCATED, INSIDE_BLOCK, NOT_FREE or NODE_STORAGE. O(log n).
 */
export function moveLive(a: Handle, from: f64, to: f64): f64 {
  const found = findLive(a, from);
  if (found != OK) return found;
  const size = liveSize;
  const label = liveLabel;
  if (!reserveForMove(a)) return NODE_STORAGE;
  freeRange(a, from, size);
  const taken = takeRange(a, to, size);
  if (taken < 0) {
    takeRange(a, from, size); // out of the very block it was merged into
    return taken;
  }
  findLive(a, from);
  remove(a);
  insert(a, to, size, label);
  return OK;
}

/** Write up to `limit` (start, size, label) triples of live blocks to `out`, from the first that ends after `address`. */
export function copyLiveRanges(a: Handle, address: f64, out: usize, limit: u32): u32 {
  if (address >= capacityOf(a)) return 0;
  if (isWide(a)) return copyLiveBlocks<f64>(a, address, out, limit);
  return copyLiveBlocks<u32>(a, <u32>address, out, limit);
}
