// Ranges of an untracked allocator at given addresses: reserve, change the size.

import { Cursor, cursor, seekAfter } from "../btree/cursor";
import { NODE_STORAGE, NOT_ALLOCATED, NOT_FREE, OK, OUT_OF_MEMORY } from "../kernel/status";
import { Allocator } from "./allocator";
import { free } from "./free";
import { takeIndexed } from "./take";

/** Put the cursor on the free block that contains [address, address + size); false if there is none. O(log n). */
export function seekFreeAround(allocator: Allocator, at: Cursor, address: Num, size: Num): bool {
  return (
    seekAfter(allocator.blocks, at, address) &&
    at.key - at.value <= address &&
    at.key - address >= size
  );
}

/** Allocate exactly [address, address + size). OK, NOT_FREE or NODE_STORAGE. O(log n). */
export function reserve(allocator: Allocator, address: Num, size: Num, label: u32): i32 {
  const at = cursor(0);
  if (!seekFreeAround(allocator, at, address, size)) return NOT_FREE;
  return takeIndexed(allocator, at, address, size, label) ? OK : NODE_STORAGE;
}

/** Whether all of [address, address + size) is allocated. O(log n). */
function isAllocated(allocator: Allocator, address: Num, size: Num): bool {
  const at = cursor(0);
  return !seekAfter(allocator.blocks, at, address) || at.key - at.value >= address + size;
}

/** Change a range's size in place. OK, NOT_ALLOCATED, OUT_OF_MEMORY (no room after it) or NODE_STORAGE. O(log n). */
export function extend(allocator: Allocator, address: Num, oldSize: Num, newSize: Num): i32 {
  if (!isAllocated(allocator, address, oldSize)) return NOT_ALLOCATED;
  if (newSize == oldSize) return OK;
  if (newSize < oldSize) return free(allocator, address + newSize, oldSize - newSize);
  if (newSize > allocator.capacity - address) return OUT_OF_MEMORY;
  const status = reserve(allocator, address + oldSize, newSize - oldSize, 0);
  return status == NOT_FREE ? OUT_OF_MEMORY : status;
}
