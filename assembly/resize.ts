// Resize: make an allocated range longer or shorter, in place where its right neighbour allows, else by moving.

import { allocateRange, freeRange, freeStartAfter, reserveForMove, takeRange } from "./ranges";
import { Handle, capacityOf } from "./record";
import { NODE_STORAGE, NOT_ALLOCATED, NOT_FREE, OK, OUT_OF_MEMORY } from "./status";

/** Whether all of [address, address + size) is allocated. O(log n). */
export function isAllocated(a: Handle, address: f64, size: f64): bool {
  return freeStartAfter(a, address) >= address + size;
}

/** In place only. OK, NOT_ALLOCATED, OUT_OF_MEMORY where the neighbour does not allow it, NODE_STORAGE. O(log n). */
export function resizeInPlace(a: Handle, address: f64, oldSize: f64, newSize: f64): f64 {
  if (!isAllocated(a, address, oldSize)) return NOT_ALLOCATED;
  if (newSize == oldSize) return OK;
  if (newSize < oldSize) return freeRange(a, address + newSize, oldSize - newSize);
  if (newSize > capacityOf(a) - address) return OUT_OF_MEMORY;
  const status = takeRange(a, address + oldSize, newSize - oldSize);
  return status == NOT_FREE ? OUT_OF_MEMORY : min(status, OK);
}

/** The address afterwards, which is a multiple of `alignment`. NOT_ALLOCATED, OUT_OF_MEMORY, NODE_STORAGE. O(log n). */
export function resizeRange(a: Handle, address: f64, oldSize: f64, newSize: f64, alignment: f64): f64 {
  if (<u64>address % <u64>alignment == 0) {
    const status = resizeInPlace(a, address, oldSize, newSize);
    if (status != OUT_OF_MEMORY) return status == OK ? address : status;
  } else if (!isAllocated(a, address, oldSize)) {
    return NOT_ALLOCATED;
  }
  if (!reserveForMove(a)) return NODE_STORAGE;
  const moved = allocateRange(a, newSize, alignment);
  if (moved >= 0) freeRange(a, address, oldSize); // is all allocated, and has its nodes
  return moved;
}
