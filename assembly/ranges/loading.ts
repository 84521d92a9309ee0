// Loading: give an allocator the blocks of another, one after the other: by the operations that are there.

import { BAD_ARGUMENT, OK } from "../kernel/status";
import { Allocator, clear, reset } from "./allocator";
import { free } from "./free";
import { reserve } from "./ranges";

/** Let all be free (tracked) or allocated (untracked). O(n). */
export function beginLoading(allocator: Allocator): void {
  if (allocator.isTracked) reset(allocator);
  else clear(allocator);
}

/**
 * Add a live block (tracked), or a free one that touches no other (untracked). OK, NOT_FREE, NOT_ALLOCATED, BAD_ARGUMENT
 * if it touches one, NODE_STORAGE. O(log n).
 */
export function loadBlock(allocator: Allocator, start: Num, size: Num, label: u32): i32 {
  if (allocator.isTracked) return reserve(allocator, start, size, label);
  const before = allocator.freeBlocks;
  const status = free(allocator, start, size);
  return status == OK && allocator.freeBlocks <= before ? BAD_ARGUMENT : status;
}
