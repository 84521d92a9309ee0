// Checked build: is a pointer one that was handed out and not freed since? The bitmaps tell exactly, in a few loads.
// Only the reason why one is refused may take a walk back, over 512 bytes of heap a step.

import { smallUnits, stateOf, USED } from "./bitmap";
import { CHECKED } from "./build";
import { isFreed } from "./freed";
import { fenceAt } from "./growth";
import { current, LARGE_HEADER, SMALL_MAX, SMALL_UNITS, UNIT } from "./layout";
import { DOUBLE_FREE, INSIDE_BLOCK, NOT_ALLOCATED, OK } from "./status";

/** Whether p is the address of a unit between first and top: only of such is there a state. */
// @ts-expect-error: decorator
@inline
export function isPlausible(p: u32): bool {
  // Bits that should be 0 become the highest of the number.
  return rotr(p - current().first, 4) < (current().top - current().first) / UNIT;
}

/** Whether p lies in the reserve, which looks like a block in use. */
function inReserve(p: u32): bool {
  return p - current().reserve < current().reserveEnd - current().reserve;
}

/** OK if p is the pointer of a live block, else why not. */
export function check(p: u32): i32 {
  if (!CHECKED) ERROR("check and free_checked need --use HEAP_CHECKED=1");
  return isPlausible(p) && !inReserve(p) && isPointer(p) && !isFreed(p) ? OK : whyNot(p);
}

/** Whether p is what malloc returned for the block that is there, live or in a stack. */
export function isPointer(p: u32): bool {
  const start = p - LARGE_HEADER;
  return stateOf(p)
    ? smallUnits(p) != 0 && !isLarge(p)
    : (stateOf(start) & USED) != 0 && isLarge(start);
}

/** Whether the block in use that begins at `start` is a large one: none begins at or before the end of a small one. */
function isLarge(start: u32): bool {
  return smallUnits(start) == SMALL_UNITS && !stateOf(start + SMALL_MAX);
}

function isFence(p: u32): bool {
  let fence = current().fence;
  while (fence && fence != p) fence = fenceAt(fence).previous;
  return fence != 0;
}

function whyNot(p: u32): i32 {
  if (p < current().first || p >= current().limit) return NOT_ALLOCATED;
  if (p < current().top && !inReserve(p)) {
    const start = startBefore(p);
    if (stateOf(start) & USED) {
      if (isFence(start)) return NOT_ALLOCATED;
      if (!isFreed(isLarge(start) ? start + LARGE_HEADER : start)) return INSIDE_BLOCK;
    }
  }
  return !(p & (UNIT - 1)) && isFreed(p) ? DOUBLE_FREE : NOT_ALLOCATED;
}

/** The nearest unit at which a block begins, at p or before it. There is one, since `first` is such. */
function startBefore(p: u32): u32 {
  let at = current().bits + ((p >> 6) & ~7);
  // The states of the units up to p become the highest of the word.
  let word = load<u64>(at) << (~(p >> 3) & 62);
  while (!word) {
    at -= 8;
    p = (p & ~511) - UNIT;
    word = load<u64>(at);
  }
  return (p & ~(UNIT - 1)) - ((<u32>clz(word) >> 1) << 4);
}
