// malloc and free.

import { IN_USE, INSIDE, lengthOf, smallUnits, stateOf } from "./bitmap";
import { release } from "./blocks";
import { CHECKED } from "./build";
import { check, isPlausible } from "./check";
import { take } from "./growth";
import { markKnown } from "./known";
import { LARGE_HEADER, MEDIUM_MAX, roundUp, SIZE_MAX, SMALL_MAX, SMALL_UNITS, UNIT } from "./layout";
import { giveUpReserve, takeSmall } from "./reserve";
import { flushStacks, pop, push } from "./stacks";
import { OK } from "./status";

/** A pointer to `size` bytes, aligned to 16, or 0. A size of 0 gets a block of its own as well. */
export function malloc(size: u32): u32 {
  if (size <= SMALL_MAX) {
    const p = pop((size + (UNIT - 1)) / UNIT); // class 0 has no stack
    if (p) return p;
  }
  return mallocSlow(size);
}

function mallocSlow(size: u32): u32 {
  if (size > SIZE_MAX) return 0;
  let p: u32;
  do {
    if (size <= SMALL_MAX) {
      p = takeSmall(max(roundUp(size), UNIT));
    } else if (size <= MEDIUM_MAX) {
      p = take(roundUp(size));
    } else {
      const bytes = roundUp(size) + LARGE_HEADER;
      p = take(bytes);
      if (p) {
        store<u32>(p, bytes);
        p += LARGE_HEADER;
      }
    }
    // What stacks and reserve withhold may be what is missing.
  } while (!p && flush());
  return p;
}

/** Gives back the block whose pointer is p; 0 is nothing. */
export function free(p: u32): void {
  if (!CHECKED || isPlausible(p)) {
    const units = smallUnits(p);
    if (units - 1 < SMALL_UNITS) {
      if (push(units, p)) return;
      if (CHECKED) markKnown(p);
      release(p, units * UNIT);
      return;
    }
  }
  freeSlow(p);
}

function freeSlow(p: u32): void {
  if (!p) return;
  if (CHECKED) {
    if (check(p)) return;
    markKnown(p);
  }
  if (stateOf(p) == IN_USE) {
    release(p, lengthOf(p));
  } else if (stateOf(p) == INSIDE && stateOf(p - LARGE_HEADER) == IN_USE) {
    release(p - LARGE_HEADER, load<u32>(p - LARGE_HEADER));
  }
}

/** As free, and says why if it refuses. */
export function free_checked(p: u32): i32 {
  if (isPlausible(p)) {
    const units = smallUnits(p);
    if (units - 1 < SMALL_UNITS && push(units, p)) return OK;
  }
  const status = check(p);
  if (status == OK) free(p);
  return status;
}

/** Gives all that stacks and reserve hold back to the heap, to merge. False if that is nothing. */
export function flush(): bool {
  const any = flushStacks();
  return giveUpReserve() || any;
}
