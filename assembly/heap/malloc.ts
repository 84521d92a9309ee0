// malloc and free.

import { ALL, CANDIDATES } from "./bins";
import { smallUnits, smallUnitsOf, stateOf, USED } from "./bitmap";
import { largeSize, release, setLargeSize } from "./blocks";
import { CHECKED } from "./build";
import { check, isPlausible } from "./check";
import { markFreed, markLive } from "./freed";
import { take } from "./growth";
import {
  current,
  headerOf,
  LARGE_HEADER,
  roundUp,
  SIZE_MAX,
  SMALL_MAX,
  SMALL_UNITS,
  UNIT,
} from "./layout";
import { giveUpReserve, takeSmall } from "./reserve";
import { flushStacks, pop, push } from "./stacks";
import { OK } from "./status";

/** A pointer to `size` bytes, aligned to 16, or 0. A size of 0 gets a block of its own as well. */
export function malloc(size: u32): u32 {
  if (size <= SMALL_MAX) {
    const p = pop((size + (UNIT - 1)) / UNIT); // class 0 has no stack
    if (p) {
      if (CHECKED) markLive(p);
      return p;
    }
  }
  return mallocSlow(size);
}

function mallocSlow(size: u32): u32 {
  if (size > SIZE_MAX) return 0;
  const bytes = roundUp(size);
  const header = headerOf(bytes);
  let p = obtain(bytes + header);
  if (!p) return 0;
  if (header) setLargeSize(p, bytes + header);
  p += header;
  if (CHECKED) markLive(p);
  return p;
}

/** A block of `size` bytes, in use; 0 if the memory cannot grow. */
export function obtain(size: u32): u32 {
  const p = size < SMALL_MAX ? takeSmall(size) : take(size, CANDIDATES);
  if (p) return p;
  // What stacks and reserve withhold may be what is missing.
  flushStacks();
  giveUpReserve();
  return take(size, ALL);
}

/** Gives back the block whose pointer is p; 0 is nothing. */
export function free(p: u32): void {
  if (!p) return;
  if (CHECKED) free_checked(p);
  else giveBack(p, smallUnits(p));
}

/** `units`: of the small block at p, else 0. Of what is no pointer of a live block, a large one at least is left alone. */
// @ts-expect-error: decorator
@inline
function giveBack(p: u32, units: u32): void {
  if (units) {
    if (!push(units, p)) release(p, units * UNIT);
    return;
  }
  const start = p - LARGE_HEADER;
  if (stateOf(start) & USED) release(start, largeSize(start));
}

/** As free, and says why if it refuses. */
export function free_checked(p: u32): i32 {
  // Where the reserve begins there is a block only when the reserve is empty.
  let units: u32 = isPlausible(p) && p != current().reserve ? smallUnits(p) : 0;
  if (units - 1 >= SMALL_UNITS - 1 || !markFreed(p)) {
    const status = check(p);
    if (status != OK) return status;
    markFreed(p);
    units = smallUnitsOf(p);
  }
  giveBack(p, units);
  return OK;
}
