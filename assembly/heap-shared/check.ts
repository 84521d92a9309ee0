// Whether a pointer can be that of a live block, as far as the states of units tell. Without the lock: that a live block begins,
// and where it ends, stays in the states while others allocate and free around it.

import { FREE, stateOf, USED } from "../heap/bitmap";
import { isLarge } from "../heap/check";
import { current, UNIT } from "../heap/layout";
import { DOUBLE_FREE, INSIDE_BLOCK, NOT_ALLOCATED, OK } from "../heap/status";

/** OK, NOT_ALLOCATED, INSIDE_BLOCK or DOUBLE_FREE. */
export function check(p: u32): i32 {
  if (p < current().first || p >= current().top) return NOT_ALLOCATED;
  if (p & (UNIT - 1)) return INSIDE_BLOCK;
  const state = stateOf(p);
  if (state == FREE) return DOUBLE_FREE;
  // A small block's pointer is its first unit; that of a large one lies one unit after its first.
  if (state & USED) return isLarge(p) ? INSIDE_BLOCK : OK;
  const start = p - UNIT;
  return (stateOf(start) & USED) != 0 && isLarge(start) ? OK : INSIDE_BLOCK;
}
