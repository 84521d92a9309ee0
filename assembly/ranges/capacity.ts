// Capacity: make an allocator's block longer or shorter at its end. Live ranges keep their addresses.

import { NODE_STORAGE, OK } from "../kernel/status";
import { Allocator, ensureInsertions } from "./allocator";
import { free } from "./free";
import { reserve } from "./ranges";
import { addFreeTail, dropTail } from "./tracked";

/** Lengthen to `capacity`; what is new is free. OK or NODE_STORAGE. O(log n). */
export function grow(allocator: Allocator, capacity: Num): i32 {
  const before = allocator.capacity;
  if (capacity == before) return OK;
  if (!ensureInsertions(allocator, 2)) return NODE_STORAGE;
  allocator.capacity = capacity;
  if (!allocator.isTracked) return free(allocator, before, capacity - before);
  addFreeTail(allocator, before, capacity);
  return OK;
}

/** Shorten to `capacity`. OK, NODE_STORAGE, or NOT_FREE if a part that would go is allocated. O(log n). */
export function shrink(allocator: Allocator, capacity: Num): i32 {
  const before = allocator.capacity;
  if (capacity == before) return OK;
  const status = reserve(allocator, capacity, before - capacity, 0);
  if (status != OK) return status;
  if (allocator.isTracked) dropTail(allocator, before);
  allocator.capacity = capacity;
  return OK;
}
