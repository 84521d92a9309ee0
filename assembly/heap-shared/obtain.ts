// Blocks from the heap that all workers share. Under the lock; every store is logged.

import { cutAligned, setLargeSize } from "../heap/blocks";
import { take } from "../heap/growth";
import { headerOf, roundUp, SIZE_MAX, SMALL_MAX, UNIT } from "../heap/layout";
import { takeSmall } from "../heap/reserve";

/**
 * A pointer to `size` bytes that is a multiple of `alignment`, a power of two from UNIT on; or 0. `candidates`: as of
 * `findFree`.
 */
export function obtain(alignment: u32, size: u32, candidates: u32): u32 {
  if (size > SIZE_MAX) return 0;
  const bytes = roundUp(size);
  const header = headerOf(bytes);
  if (alignment > UNIT) {
    // A block that has an aligned address wherever it lies. Not a small one, which would be cut from the reserve.
    const all = max(bytes + header + alignment - UNIT, SMALL_MAX + UNIT);
    const block = take(all, candidates);
    return block ? cutAligned(alignment, bytes, header, all, block) : 0;
  }
  const p = bytes < SMALL_MAX ? takeSmall(bytes) : take(bytes + header, candidates);
  if (p && header) setLargeSize(p, bytes + header);
  return p ? p + header : 0;
}
