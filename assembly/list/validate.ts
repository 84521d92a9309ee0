// The checker of the linked list: every invariant of list.ts, in one walk from head to tail.

import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_LINKS,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SIZE,
  BAD_SUM,
  corruption,
} from "../kernel/corruption";
import { OK } from "../kernel/status";
import { Block, List } from "./list";

/** OK, or the first corruption found. O(n). */
export function validateList(list: List): i32 {
  let sum: f64 = 0;
  let free: u32 = 0;
  let live: u32 = 0;
  let previous: Block | null = null;
  let end: f64 = 0;
  let block = list.head;
  while (block) {
    const start = block.start;
    const size = block.size;
    if (block.prev != previous) return corruption(BAD_LINKS, start);
    if (!(size >= 1)) return corruption(BAD_SIZE, start);
    if (!(start >= 0 && start + size <= list.capacity)) return corruption(BAD_BOUNDS, start);
    if (start < end) return corruption(BAD_ORDER, start);
    if (list.tracked ? start != end || block.live > 1 : block.live)
      return corruption(BAD_LIVE, start);
    if (previous && start == end && !block.live && !previous.live)
      return corruption(BAD_ORDER, start);
    if (block.live) {
      if (++live > list.liveBlocks) return corruption(BAD_COUNT, start);
    } else {
      if (++free > list.freeBlocks) return corruption(BAD_COUNT, start);
      sum += size;
    }
    previous = block;
    end = start + size;
    block = block.next;
  }
  if (list.tail != previous) return corruption(BAD_LINKS, end);
  if (free != list.freeBlocks || live != list.liveBlocks) return corruption(BAD_COUNT, end);
  if (list.tracked && end != list.capacity) return corruption(BAD_LIVE, end);
  if (sum != list.freeMemory) return corruption(BAD_SUM, sum);
  return OK;
}
