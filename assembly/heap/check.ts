// Checked build: is a pointer one that was handed out and not freed since? The states of units tell exactly, in a
// few loads. Only the reason why one is refused may take a walk back, over 512 bytes of heap a step.

import { INSIDE, IN_USE, lengthOf, stateOf } from "./bitmap";
import { isKnown } from "./known";
import { current, LARGE_HEADER, SMALL_UNITS, UNIT } from "./layout";
import { isInStack } from "./stacks";
import { DOUBLE_FREE, INSIDE_BLOCK, NOT_ALLOCATED, OK } from "./status";

/** Whether p is the address of a unit between first and top: only of such is there a state. */
// @ts-ignore: decorator
@inline
export function isPlausible(p: u32): bool {
  // Bits that should be 0 become the highest of the number.
  return rotr(p - current().first, 4) < (current().top - current().first) / UNIT;
}

/** OK if p is the pointer of a live block, else why not. */
export function check(p: u32): i32 {
  if (isPlausible(p)) {
    const state = stateOf(p);
    if (state == IN_USE && lengthOf(p)) return OK;
    if (state == INSIDE && stateOf(p - LARGE_HEADER) == IN_USE && !lengthOf(p - LARGE_HEADER)) return OK;
  }
  return whyNot(p);
}

function whyNot(p: u32): i32 {
  if (p < current().first || p >= current().limit) return NOT_ALLOCATED;
  const isBelowTop = p < current().top;
  if (isBelowTop && stateOf(startBefore(p)) == IN_USE) return INSIDE_BLOCK;
  if (p & (UNIT - 1)) return NOT_ALLOCATED;
  if (isKnown(p)) return DOUBLE_FREE;
  if (!isBelowTop) return NOT_ALLOCATED;
  const units = lengthOf(p) / UNIT;
  return units - 1 < SMALL_UNITS && isInStack(units, p) ? DOUBLE_FREE : NOT_ALLOCATED;
}

/** The nearest unit that is not INSIDE, at p or before it. There is one, since `first` is such. */
function startBefore(p: u32): u32 {
  let at: u32 = current().bits + (p >> 6) - 7;
  let last = p & ~(UNIT - 1); // the unit whose state is in the highest bits of `word`
  let word = load<u64>(at) << (6 - ((p >> 3) & 6));
  while (!word) {
    at -= 8;
    last = (last - 512) | 48;
    word = load<u64>(at);
  }
  return last - ((<u32>clz(word) >> 1) << 4);
}
