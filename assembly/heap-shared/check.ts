// Whether a pointer can be that of a live block, as far as the states of units tell. Without the lock: that a live block begins,
// and where it ends, stays in the states while others allocate and free around it.

import { FREE, stateOf } from "../heap/bitmap";
import { isPointer } from "../heap/check";
import { current, UNIT } from "../heap/layout";
import { DOUBLE_FREE, INSIDE_BLOCK, NOT_ALLOCATED, OK } from "../heap/status";

/** OK, NOT_ALLOCATED, INSIDE_BLOCK or DOUBLE_FREE. */
export function check(p: u32): i32 {
  if (p < current().first || p >= current().top) return NOT_ALLOCATED;
  if (p & (UNIT - 1)) return INSIDE_BLOCK;
  if (stateOf(p) == FREE) return DOUBLE_FREE;
  return isPointer(p) ? OK : INSIDE_BLOCK;
}
