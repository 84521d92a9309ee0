// Blocks of any size: cut from free ones, given back and merged with both neighbours at once (immediate coalescing
// by boundary tags, Knuth 1973).

import { change, FREE, IN_USE, RESERVED, stateOf } from "./bitmap";
import { extendDown, extendUp, findFree, freeBlock, link, sizeBefore, unlink } from "./bins";
import { current, UNIT } from "./layout";

/** A block of `size` bytes, in use, from the free blocks in these `groups` of bins; 0 if none is large enough. */
export function takeFree(size: u32, groups: u32): u32 {
  const p = findFree(size, groups);
  if (!p) return 0;
  const had = freeBlock(p).size;
  unlink(p, had);
  change(p, FREE ^ IN_USE);
  const rest = had - size;
  if (rest) {
    if (rest > UNIT) change(p + size, FREE); // else it is the last unit, which is FREE already
    link(p + size, rest);
  } else if (had > UNIT) {
    change(p + had - UNIT, FREE);
  }
  return p;
}

/** Gives back the block in use [p, p + size). */
export function release(p: u32, size: u32): void {
  let end = p + size;
  let start = p;
  let before: u32 = 0;
  if (stateOf(p - UNIT) == FREE) {
    before = sizeBefore(p);
    start = p - before;
    change(p, IN_USE);
    if (before > UNIT) change(p - UNIT, FREE);
  } else {
    change(p, IN_USE ^ FREE);
  }

  if (end == current().top) {
    if (before) unlink(start, before);
    change(start, FREE ^ RESERVED);
    change(end, RESERVED);
    current().top = start;
    return;
  }

  if (stateOf(end) == FREE) {
    const after = freeBlock(end).size;
    if (after > UNIT) change(end, FREE);
    if (!before && extendDown(end, after, size)) return;
    unlink(end, after);
    end += after;
  } else {
    if (end - start > UNIT) change(end - UNIT, FREE);
    if (before && extendUp(start, before, size)) return;
  }
  if (before) unlink(start, before);
  link(start, end - start);
}
