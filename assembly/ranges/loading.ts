// Loading: the blocks of an allocator in order of address, each after the last one, into well filled nodes.

import { append, finish, seekEnd } from "../btree/balance";
import { cursor } from "../btree/cursor";
import { getKey } from "../btree/node";
import { BAD_ARGUMENT, NODE_STORAGE, OK } from "../kernel/status";
import { Allocator, addToIndex, ensureInsertions } from "./allocator";

/** Put the cursor after the last block: its end, 0 if there is none. */
function seekLastEnd(allocator: Allocator): Num {
  const at = cursor(0);
  seekEnd(allocator.blocks, at);
  return at.slot != 0 ? getKey(at.leaf, at.slot - 1) : 0;
}

function appendFree(allocator: Allocator, end: Num, size: Num): void {
  append(allocator.blocks, cursor(0), end, size, 0);
  addToIndex(allocator, size, end);
  allocator.freeBlocks++;
  allocator.freeMemory += size;
}

/**
 * Add a free block (untracked), or a live one (tracked), whose gap to the one before becomes free. OK, BAD_ARGUMENT if it
 * does not follow the last one or leaves the capacity, NODE_STORAGE. O(log n).
 */
export function appendBlock(allocator: Allocator, start: Num, size: Num, label: u32): i32 {
  const last = seekLastEnd(allocator);
  if (start < last || start > allocator.capacity || size > allocator.capacity - start)
    return BAD_ARGUMENT;
  if (!ensureInsertions(allocator, 2)) return NODE_STORAGE;
  const gap: Num = start - last;
  if (allocator.isTracked) {
    if (gap != 0) {
      appendFree(allocator, start, gap);
      seekLastEnd(allocator);
    }
    append(allocator.blocks, cursor(0), start + size, 0, label);
    allocator.liveBlocks++;
  } else {
    if (gap == 0 && last != 0) return BAD_ARGUMENT; // it would have been merged
    appendFree(allocator, start + size, size);
  }
  allocator.version++;
  return OK;
}

/** After the last `appendBlock`: what follows the last live block is free. OK or NODE_STORAGE. O(log n). */
export function endLoading(allocator: Allocator): i32 {
  if (!ensureInsertions(allocator, 1)) return NODE_STORAGE;
  const last = seekLastEnd(allocator);
  if (allocator.isTracked && last != allocator.capacity)
    appendFree(allocator, allocator.capacity, allocator.capacity - last);
  finish(allocator.blocks, cursor(0));
  allocator.version++;
  return OK;
}
