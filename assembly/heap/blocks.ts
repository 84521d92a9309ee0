// Blocks of any size: cut from free ones, given back and merged with both neighbours at once (immediate coalescing
// by boundary tags, Knuth 1973).

import { findFree, freeBlock, link, resize, sizeBefore, unlink } from "./bins";
import { change, FREE, flip, IN_USE, INSIDE, RESERVED, stateIn } from "./bitmap";
import { current, UNIT } from "./layout";

/** A block of `size` bytes, in use, from the free blocks; 0 if none is large enough. */
export function takeFree(size: u32): u32 {
  const p = findFree(size);
  if (!p) return 0;
  const rest = freeBlock(p).size - size;
  const bits = current().bits;
  unlink(p);
  flip(bits, p, FREE ^ IN_USE);
  // The first unit of the rest becomes FREE, or the last unit, if there is no rest, INSIDE. Not if the two are one.
  let end = p + size;
  let part = rest;
  if (rest) link(end, rest);
  else {
    end -= UNIT;
    part = size;
  }
  if (part > UNIT) flip(bits, end, FREE ^ INSIDE);
  return p;
}

/** Gives back the block in use [p, p + size). */
export function release(p: u32, size: u32): void {
  const bits = current().bits;
  let start = p;
  const end = p + size;
  let before: u32 = 0;
  let state = IN_USE ^ FREE;
  if (stateIn(bits, p - UNIT) == FREE) {
    before = sizeBefore(p);
    start -= before;
    state = IN_USE ^ INSIDE;
    if (before > UNIT) flip(bits, p - UNIT, FREE ^ INSIDE);
  }
  flip(bits, p, state);

  if (end == current().top) {
    if (before) unlink(start);
    change(start, FREE ^ RESERVED);
    change(end, RESERVED ^ INSIDE);
    current().top = start;
    return;
  }

  // What is after it is free, and its first unit becomes INSIDE; or the last unit here becomes FREE. Not if that is also
  // the last, or first, unit of the whole.
  let after: u32 = 0;
  let edge = end - UNIT;
  let part = before + size;
  if (stateIn(bits, end) == FREE) {
    after = part = freeBlock(end).size;
    edge = end;
  }
  if (part > UNIT) flip(bits, edge, FREE ^ INSIDE);
  size += before + after;
  // With a large free block before it, the whole often belongs in the same bin.
  if (before && !after && resize(start, before, size)) return;
  if (before) unlink(start);
  if (after) unlink(end);
  link(start, size);
}

/** Gives back the last `size` bytes, perhaps none, of a block in use that ends at `end`. */
export function releaseTail(end: u32, size: u32): void {
  if (!size) return;
  change(end - size, IN_USE);
  release(end - size, size);
}

/** The size of the large block that begins at `start`, header and all. */
// @ts-expect-error: decorator
@inline
export function largeSize(start: u32): u32 {
  return load<u32>(start);
}

// @ts-expect-error: decorator
@inline
export function setLargeSize(start: u32, size: u32): void {
  store<u32>(start, size);
}
