// The checker of what all tilings promise (record.ts), in one walk round the ring.

import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_LINKS,
  BAD_LIVE,
  BAD_SIZE,
  BAD_SUM,
  BAD_TABLE,
  corruption,
} from "../kernel/corruption";
import { OK } from "../kernel/status";
import { Tiling } from "./record";
import { isTableSound, lookup } from "./table";

/** OK, or the first corruption found. O(n). */
export function validateTiling(tiling: Tiling): f64 {
  const end = tiling.end;
  const most = <u64>tiling.freeBlocks + tiling.liveBlocks;
  if (end.start != tiling.capacity || end.free) return corruption(BAD_BOUNDS, end.start);
  let free: u32 = 0;
  let live: u32 = 0;
  let sum: f64 = 0;
  let cursorSeen = tiling.cursor == end;
  let previous = end;
  let block = end.next;
  let start: f64 = 0;
  while (block != end) {
    if (<u64>free + live == most) return corruption(BAD_COUNT, start);
    if (block.prev != previous || block.leftFree != previous.free)
      return corruption(BAD_LINKS, start);
    // The first starts at 0, the others where the one before ends.
    if (block.start != start) return corruption(BAD_LIVE, start);
    const size = block.size;
    if (!(size >= 1 && floor(size) == size)) return corruption(BAD_SIZE, start);
    if (block.free) {
      free++;
      sum += size;
    } else {
      live++;
    }
    if (tiling.powers || !block.free) {
      if (lookup(tiling, start) != block) return corruption(BAD_TABLE, start);
    }
    if (block == tiling.cursor) cursorSeen = true;
    previous = block;
    start = block.end;
    block = block.next;
  }
  if (end.prev != previous || end.leftFree != previous.free || !cursorSeen)
    return corruption(BAD_LINKS, start);
  if (start != tiling.capacity) return corruption(BAD_LIVE, start);
  if (free != tiling.freeBlocks || live != tiling.liveBlocks) return corruption(BAD_COUNT, start);
  if (sum != tiling.freeMemory) return corruption(BAD_SUM, sum);
  return isTableSound(tiling) ? OK : corruption(BAD_TABLE, tiling.entries);
}
