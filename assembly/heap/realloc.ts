// The rest of the family: realloc, calloc, aligned_alloc, posix_memalign, malloc_usable_size.

import { freeBlock, unlink } from "./bins";
import { change, EDGE, FREE, smallUnitsOf, stateOf, USED } from "./bitmap";
import { cutAligned, largeSize, release, releaseTail, setLargeSize } from "./blocks";
import { CHECKED } from "./build";
import { check } from "./check";
import { markLive } from "./freed";
import { carve } from "./growth";
import { current, headerOf, LARGE_HEADER, roundUp, SIZE_MAX, SMALL_MAX, UNIT } from "./layout";
import { free, malloc, obtain } from "./malloc";

/** Bytes that can be used at p, the pointer of a live block; 0 for 0 and, in the checked build, for others. */
export function malloc_usable_size(p: u32): u32 {
  if (!p || (CHECKED && check(p))) return 0;
  const units = smallUnitsOf(p);
  return units ? units * UNIT : largeSize(p - LARGE_HEADER) - LARGE_HEADER;
}

/**
 * A block of `size` bytes with what was in the block of p, which is free then; 0, and nothing changed, if there is no
 * room. Large blocks stay where they are if they can.
 */
export function realloc(p: u32, size: u32): u32 {
  if (!p) return malloc(size);
  const had = malloc_usable_size(p);
  if (CHECKED && !had) return 0;
  const wanted = roundUp(size);
  if (
    had <= SMALL_MAX
      ? wanted <= had && wanted >= had / 2
      : wanted > SMALL_MAX && resizeLarge(p, had, wanted)
  )
    return p;
  const q = malloc(size);
  if (q) {
    memory.copy(q, p, min(size, had));
    free(p);
  }
  return q;
}

/** Makes the large block with pointer p, of `had` bytes, end at p + wanted, if what is after it allows that. */
export function resizeLarge(p: u32, had: u32, wanted: u32): bool {
  let end = p + had;
  if (wanted > had) {
    const more = wanted - had;
    if (end == current().top) {
      const q = carve(more);
      if (q != end) {
        // Others took memory in between, and the heap goes on after that.
        if (q) release(q, more);
        return false;
      }
      change(end, USED);
      end += more;
    } else {
      if (stateOf(end) != FREE) return false;
      const after = freeBlock(end).size;
      if (after < more) return false;
      unlink(end);
      change(end, EDGE);
      end += after;
      change(end, EDGE);
    }
  }
  setLargeSize(p - LARGE_HEADER, wanted + LARGE_HEADER);
  releaseTail(end, end - p - wanted);
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
  if (size > SIZE_MAX - alignment) return 0;
  const bytes = roundUp(size);
  const header = headerOf(bytes);
  // A block that has an aligned address wherever it lies. Not a small one, which would be cut from the reserve.
  const all = max(bytes + header + alignment - UNIT, SMALL_MAX + UNIT);
  const block = obtain(all);
  if (!block) return 0;
  const p = cutAligned(alignment, bytes, header, all, block);
  if (CHECKED) markLive(p);
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
