// The rest of the family: realloc, calloc, aligned_alloc, posix_memalign, malloc_usable_size.

import { change, FREE, IN_USE, INSIDE, lengthOf, RESERVED, smallUnits, stateOf } from "./bitmap";
import { freeBlock, unlink } from "./bins";
import { release } from "./blocks";
import { CHECKED } from "./build";
import { check } from "./check";
import { grow, take } from "./growth";
import { current, LARGE_HEADER, MEDIUM_MAX, roundUp, SIZE_MAX, SMALL_MAX, UNIT } from "./layout";
import { flush, free, malloc } from "./malloc";

/** Bytes before the pointer of a block of `size` usable bytes. */
function headerOf(size: u32): u32 {
  return size > MEDIUM_MAX ? LARGE_HEADER : 0;
}

/** Bytes that can be used at p, the pointer of a live block; 0 for 0 and, in the checked build, for others. */
export function malloc_usable_size(p: u32): u32 {
  if (!p || (CHECKED && check(p))) return 0;
  return stateOf(p) == IN_USE ? lengthOf(p) : load<u32>(p - LARGE_HEADER) - LARGE_HEADER;
}

/**
 * A block of `size` bytes with what was in the block of p, which is free then; 0, and nothing changed, if there is no
 * room. Medium and large blocks stay where they are if they can.
 */
export function realloc(p: u32, size: u32): u32 {
  if (!p) return malloc(size);
  const had = malloc_usable_size(p);
  if (size > SIZE_MAX || (CHECKED && !had)) return 0;
  const wanted = roundUp(size);
  if (had <= SMALL_MAX) {
    if (wanted <= had && wanted >= had / 2) return p;
  } else if (wanted > SMALL_MAX && headerOf(wanted) == headerOf(had)) {
    const header = headerOf(had);
    if (resizeInPlace(p - header, had + header, wanted + header)) {
      if (header) store<u32>(p - header, wanted + header);
      return p;
    }
  }
  const q = malloc(size);
  if (q) {
    memory.copy(q, p, min(size, had));
    free(p);
  }
  return q;
}

/** Makes the block in use [p, p + had) end at p + wanted, if what is after it allows that. */
function resizeInPlace(p: u32, had: u32, wanted: u32): bool {
  let end = p + had;
  if (wanted > had) {
    const more = wanted - had;
    // Growth may not continue the top, if others took memory in between: then a free block is after p.
    if (end == current().top && (more <= current().limit - end || grow(more)) && end == current().top) {
      change(end, RESERVED);
      change(end + more, RESERVED);
      current().top = end + more;
      return true;
    }
    if (stateOf(end) != FREE) return false;
    const after = freeBlock(end).size;
    if (after < more) return false;
    unlink(end, after);
    change(end, FREE);
    end += after;
    if (after > UNIT) change(end - UNIT, FREE);
  }
  const rest = end - p - wanted;
  if (rest) {
    change(p + wanted, IN_USE);
    release(p + wanted, rest);
  }
  return true;
}

/** `count` · `size` bytes of zeros; 0 if the product does not fit. */
export function calloc(count: u32, size: u32): u32 {
  const bytes = <u64>count * size;
  if (bytes > SIZE_MAX) return 0;
  const p = malloc(<u32>bytes);
  if (p) memory.fill(p, 0, <u32>bytes);
  return p;
}

/** A pointer that is a multiple of `alignment`, a power of two, to `size` bytes. 0 if there is no room, or `alignment` is none. */
export function aligned_alloc(alignment: u32, size: u32): u32 {
  if (popcnt(alignment) != 1) return 0;
  if (alignment <= UNIT) return malloc(size);
  if (<u64>size + alignment > SIZE_MAX) return 0;
  const header = headerOf(size);
  const bytes = max(roundUp(size), UNIT) + header;
  // A block that has an aligned address wherever it lies; what is before and after goes back.
  const all = bytes + alignment - UNIT;
  let block: u32;
  do block = take(all);
  while (!block && flush());
  if (!block) return 0;
  const p = (block + header + alignment - 1) & ~(alignment - 1);
  const start = p - header;
  const end = start + bytes;
  const rest = block + all - end;
  if (start > block) {
    change(start, IN_USE);
    release(block, start - block);
  }
  if (rest) {
    change(end, IN_USE);
    release(end, rest);
  }
  if (header) store<u32>(start, bytes);
  return p;
}

// The numbers of WASI, which wasi-libc and Emscripten use.
const EINVAL: i32 = 28;
const ENOMEM: i32 = 48;

/** As aligned_alloc; stores the pointer at `out`. 0, EINVAL (`alignment` is no power of two, or less than a pointer's size) or ENOMEM. */
export function posix_memalign(out: u32, alignment: u32, size: u32): i32 {
  if (popcnt(alignment) != 1 || alignment < sizeof<usize>()) return EINVAL;
  const p = aligned_alloc(alignment, size);
  if (!p) return ENOMEM;
  store<u32>(out, p);
  return 0;
}
