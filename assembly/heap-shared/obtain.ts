// Blocks from the heap that all workers share. Under the lock; every store is logged.

import { cutAligned, setLargeSize } from "../heap/blocks";
import { take } from "../heap/growth";
import { headerOf, roundUp, SIZE_MAX, SMALL_MAX, UNIT } from "../heap/layout";
import { takeSmall } from "../heap/reserve";

/** A pointer to `size` bytes, or 0. */
export function obtain(size: u32): u32 {
  if (size > SIZE_MAX) return 0;
  const bytes = roundUp(size);
  const header = headerOf(bytes);
  const p = bytes < SMALL_MAX ? takeSmall(bytes) : take(bytes + header);
  if (p && header) setLargeSize(p, bytes + header);
  return p ? p + header : 0;
}

/** A pointer to `size` bytes that is a multiple of `alignment`, a power of two above UNIT; or 0. */
export function obtainAligned(alignment: u32, size: u32): u32 {
  const bytes = roundUp(size);
  const header = headerOf(bytes);
  // A block that has an aligned address wherever it lies. Not a small one, which would be cut from the reserve.
  const all = max(bytes + header + alignment - UNIT, SMALL_MAX + UNIT);
  const block = take(all);
  if (!block) return 0;
  return cutAligned(alignment, bytes, header, all, block);
}
