// The checker of an allocator: its trees, and what stands in them.

import { cursor, seekAfter, seekPair, stepRight } from "../btree/cursor";
import { isPastEnd } from "../btree/node";
import { validateTree } from "../btree/validate";
import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SECOND_ORDER,
  BAD_SIZE,
  BAD_SUM,
  corruption,
} from "../kernel/corruption";
import { OK } from "../kernel/status";
import { Allocator, BEST_FIT } from "./allocator";

/** OK, or the first corruption found. O(n), with best-fit O(n log n). */
export function validateAllocator(allocator: Allocator): i32 {
  const blocks = allocator.blocks;
  const isTracked = allocator.isTracked;
  const isIndexed = allocator.policy == BEST_FIT;
  let status = validateTree(blocks, allocator.freeBlocks + allocator.liveBlocks);
  if (status == OK && isIndexed) status = validateTree(allocator.sizes, allocator.freeBlocks);
  if (status != OK) return status;
  let free: u32 = 0;
  let sum: Num = 0;
  let last: Num = 0;
  let lastIsFree = false;
  const at = cursor(0);
  let isThere = seekAfter(blocks, at, 0);
  for (; isThere; isThere = stepRight(blocks, at)) {
    const end = at.key;
    const size = at.value;
    const isFree = size != 0;
    const start: Num = isTracked ? last : end - size;
    let code: i32 = OK;
    if (end > allocator.capacity) code = BAD_BOUNDS;
    else if (!isTracked && (!isFree || size > end)) code = BAD_SIZE;
    else if (start < last || (isFree && lastIsFree && start == last)) code = BAD_ORDER;
    else if (isTracked && isFree && size != end - start) code = BAD_LIVE;
    else if (isFree && isIndexed && !isInIndex(allocator, size, end)) code = BAD_SECOND_ORDER;
    if (code != OK) return corruption(code, <f64>end);
    free += <u32>isFree;
    sum += size;
    last = end;
    lastIsFree = isFree;
  }
  if (isTracked && last != allocator.capacity) return corruption(BAD_LIVE, <f64>last);
  if (free != allocator.freeBlocks) return corruption(BAD_COUNT, free);
  if (sum != allocator.freeMemory) return corruption(BAD_SUM, <f64>sum);
  return OK;
}

function isInIndex(allocator: Allocator, size: Num, end: Num): bool {
  const at = cursor(1);
  seekPair(allocator.sizes, at, size, end);
  return !isPastEnd(at.leaf, at.slot) && at.key == size && at.value == end;
}
