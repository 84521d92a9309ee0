// The end of the heap: the top, from which new blocks are carved, and the growth of the memory.
//
// The heap grows by a sixteenth at least. What others took by memory.grow in between is left alone: a reserved block
// lies over it for ever, the fence, whose first unit is the last one of our region before it:
//
//   our region            ┌ fence ──────────────────┐ our next region
//    … blocks … | free    | end, previous | foreign | blocks …

import { change, USED } from "./bitmap";
import { release, takeFree } from "./blocks";
import { CHECKED, NOTIFY, SHARED } from "./build";
import { markFreed } from "./freed";
import { current, UNIT } from "./layout";

// @ts-expect-error: decorator
@external("env", "grown")
declare function grown(): void;

const PAGE: u32 = 65536;
const PAGES: u32 = 65536;

// @ts-expect-error: decorator
@unmanaged
export class Fence {
  /** Where our next region begins. */
  end: u32;
  /** The fence before this one, or 0. */
  previous: u32;
}

// @ts-expect-error: decorator
@inline
export function fenceAt(p: u32): Fence {
  return changetype<Fence>(<usize>p);
}

/** The end of a memory of so many pages. The last unit of 4 GiB stays unused, so that no end is 2^32 = 0. */
export function endOfPages(pages: u32): u32 {
  return pages < PAGES ? pages * PAGE : -UNIT;
}

/** A new block of `size` bytes, in use, at the top; 0 if the memory cannot grow. */
export function carve(size: u32): u32 {
  if (size > current().limit - current().top && !grow(size)) return 0;
  const p = current().top;
  change(p + size, USED);
  current().top = p + size;
  return p;
}

/** A new block of `size` bytes, in use, from the free blocks (see `findFree`) or at the top; 0 if the memory cannot grow. */
export function take(size: u32, candidates: u32): u32 {
  const p = takeFree(size, candidates);
  return p ? p : carve(size);
}

/** Makes room for `size` bytes at the top. */
export function grow(size: u32): bool {
  // A thread need not know at once how far another has grown a shared memory, unless it asks like this (heap-shared/malloc.ts).
  const pages = SHARED ? memory.grow(0) : memory.size();
  let at = endOfPages(pages);
  const end = current().end;
  if (SHARED && current().freed && at != end) {
    // Pages of a worker that was terminated right after it got them.
    moveBitmaps(at);
    return size <= current().limit - current().top || grow(size);
  }
  // In units, so that no sum wraps. The bitmaps take a 64th, or 1.5 64ths, of the whole; on another's memory between they
  // must lie after that.
  let need = size / UNIT;
  if (at == end) need -= (current().limit - current().top) / UNIT;
  else need += ((at - current().first) >> 11) * (CHECKED ? 3 : 2);
  need += (need >> 5) + 16;
  const least = (need + (PAGE / UNIT - 1)) / (PAGE / UNIT);
  // In a shared heap, pagesLeft is the number of pages that the memory may come to have.
  let room: u32 = SHARED
    ? max<u32>(current().pagesLeft, pages) - pages
    : min(PAGES - pages, current().pagesLeft);
  let by: u32;
  let before: i32;
  do {
    if (least > room) return false;
    by = min(room, max(least, (end - current().first) >> 20));
    // Half of what is too much: near a maximum of the memory, the least each time would be page by page, and with each
    // growth the bitmaps move.
    room = (by + least - 1) >> 1;
    before = memory.grow(by);
  } while (before < 0);
  if (SHARED) {
    // Another thread may have grown the memory in between, and then perhaps beyond the bitmap.
    at = endOfPages(before);
    if (<u32>before + by > current().pagesLeft) return false;
    moveBitmaps(endOfPages(before + by));
  } else {
    current().pagesLeft -= by;
    moveBitmaps(endOfPages(pages + by));
  }
  if (at != end) addFence(end - UNIT, at);
  if (NOTIFY) grown();
  return true;
}

/** Marks the block of foreign memory at p. The unit after it, which would be its pointer, counts as freed for ever. */
export function markFence(p: u32): void {
  change(p, USED);
  if (CHECKED) markFreed(p + UNIT);
}

/** Ends our region with a fence at p; the top moves to the region that begins at `at`. */
function addFence(p: u32, at: u32): void {
  const rest = current().top;
  fenceAt(p).end = at;
  fenceAt(p).previous = current().fence;
  current().fence = p;
  markFence(p);
  change(at, USED);
  current().top = at;
  // The bitmaps lay between the top and p.
  release(rest, p - rest);
}

/** Bytes of the bitmap of units of a heap that ends at `end`: its words, and one before and after them that stay 0. */
function unitMapBytes(end: u32): u32 {
  return (((end >> 9) - (current().first >> 9)) * 8 + 39) & ~15;
}

/** Bytes of the bitmap of freed pointers. */
function freedMapBytes(end: u32): u32 {
  return CHECKED ? (((end - current().first) >> 7) + 31) & ~15 : 0;
}

/** The heap ends at `end` from now on: moves the bitmaps there. */
export function moveBitmaps(end: u32): void {
  if (SHARED) {
    // The bitmap is long enough and stays. Two units remain, for the top and for a fence after it.
    current().limit = end - 2 * UNIT;
    current().end = end;
    return;
  }
  const first = current().first;
  const oldUnits = unitMapBytes(current().end);
  const units = unitMapBytes(end);
  const freed = end - freedMapBytes(end);
  const limit = freed - units;
  if (CHECKED) {
    // First, since it lies after the other: nothing that is still needed is overwritten.
    const oldFreed = freedMapBytes(current().end);
    memory.copy(freed, current().limit + oldUnits, oldFreed);
    memory.fill(freed + oldFreed, 0, end - freed - oldFreed);
    current().freed = freed - (first >> 7);
  }
  memory.copy(limit, current().limit, oldUnits);
  memory.fill(limit + oldUnits, 0, units - oldUnits);
  current().bits = limit + 8 - ((first >> 9) << 3);
  current().limit = limit;
  current().end = end;
}
