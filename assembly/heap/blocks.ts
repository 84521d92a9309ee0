// Blocks of any size: cut from free ones, given back and merged with both neighbours at once (immediate coalescing
// by boundary tags, Knuth 1973).

import { close, extend, findFree, freeBlock, link, sizeBefore, unlink } from "./bins";
import { change, EDGE, FREE, flip, stateIn, USED } from "./bitmap";
import { current } from "./layout";

/** A block of `size` bytes, in use, from the free blocks; 0 if none is large enough, as far as `findFree` looks. */
export function takeFree(size: u32, candidates: u32): u32 {
  close();
  const p = findFree(size, candidates);
  if (!p) return 0;
  const rest = freeBlock(p).size - size;
  unlink(p);
  change(p, USED | EDGE);
  change(p + size, EDGE);
  if (rest) link(p + size, rest);
  return p;
}

/** Gives back the block in use [p, p + size). */
export function release(p: u32, size: u32): void {
  const bits = current().bits;
  const end = p + size;
  const before = sizeBefore(p);
  const start = p - before;
  const stateAfter = stateIn(bits, end);
  flip(bits, p, USED | EDGE);
  flip(bits, end, EDGE);
  if (end == current().top) {
    if (before) unlink(start);
    change(start, USED | EDGE);
    change(end, USED | EDGE);
    current().top = start;
    return;
  }
  size += before;
  if (stateAfter == FREE) {
    size += freeBlock(end).size;
    unlink(end);
  }
  // A block that has grown once is likely to grow again.
  if (before) extend(start, size);
  else link(start, size);
}

/** Gives back the last `size` bytes, perhaps none, of a block in use that ends at `end`. */
export function releaseTail(end: u32, size: u32): void {
  if (!size) return;
  change(end - size, USED);
  release(end - size, size);
}

/**
 * Of the block in use [block, block + all), which has room for it: `bytes` usable bytes at a multiple of `alignment`, as a
 * block of its own, with a header of `header` bytes. What is before and after goes back. The pointer.
 */
export function cutAligned(alignment: u32, bytes: u32, header: u32, all: u32, block: u32): u32 {
  const p = (block + header + alignment - 1) & -alignment;
  const start = p - header;
  if (start > block) {
    change(start, USED);
    release(block, start - block);
  }
  releaseTail(block + all, block + all - p - bytes);
  if (header) setLargeSize(start, bytes + header);
  return p;
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
