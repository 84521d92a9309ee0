// Free blocks by size: doubly linked lists, one for each narrow range of sizes ("bins": Lea, dlmalloc, 1987-),
// spaced linearly within each power of two and found by a bitmap of those that are not empty (Masmano et al. 2004,
// "TLSF"). A bin of one size is exact; in the others the best of the first few blocks is taken: close to best fit, in
// bounded time.
//
//   free block   +0 next  +4 previous  +8 size  …  last 4 bytes: size        next: in its bin, 0 = none
//
// A bin is a word of the control block that looks like the `next` of a block: it is the `previous` of its first block,
// so that no block is a special case. Bins lie before all blocks.
//
// Blocks freed in the order of their addresses make one free block longer and longer. So the one that grew last, the open
// block, is in no bin, and its last bytes hold no size. It gets both when another block grows, or when a free block is
// looked for.
//
//   bin   size in bytes
//    1…31     16 … 496     one size each
//   32…63    512 … 1520    32 bytes each
//   64…95   1536 … 3568    64 bytes each, and so on: 32 bins for each doubling of size + 512

import { EDGE, stateIn } from "./bitmap";
import { BINS, BINS_IN_USE, BINS_IN_USE_WORDS, control, current, UNIT } from "./layout";

// @ts-expect-error: decorator
@unmanaged
export class FreeBlock {
  next: u32;
  previous: u32;
  size: u32;
}

// @ts-expect-error: decorator
@inline
export function freeBlock(p: u32): FreeBlock {
  return changetype<FreeBlock>(<usize>p);
}

/** The size of the free block that ends at p, where something in use begins; 0 if there is none. */
// @ts-expect-error: decorator
@inline
export function sizeBefore(p: u32): u32 {
  if (p == current().openEnd) return p - current().open;
  return stateIn(current().bits, p) & EDGE ? load<u32>(p - 4) : 0;
}

/** Writes the size of the free block at p, `size` bytes, into its last bytes. */
// @ts-expect-error: decorator
@inline
function setSizeAtEnd(p: u32, size: u32): void {
  store<u32>(p + size - 4, size);
}

/** Below it each bin holds blocks of one size; their bins share the first word of `binsInUse`. */
const EXACT: u32 = 512;
/** The bits of 512.0 above its lowest 18. */
const BIN_0: u32 = 0x44000000 >> 18;
/** How many blocks of a bin are compared. */
export const CANDIDATES: u32 = 16;
/** When the memory cannot grow: the only one that is large enough may come later. */
export const ALL: u32 = 0;

/** The exponent and the highest five bits of a floating-point number are such a scale: read off instead of computed. */
// @ts-expect-error: decorator
@inline
export function binOf(size: u32): u32 {
  return (reinterpret<u32>(<f32>(size + EXACT)) >> 18) - BIN_0;
}

/** Puts the free block [p, p + size) into its bin and writes its sizes. */
export function link(p: u32, size: u32): void {
  const bin = binOf(size);
  const slot = control + BINS + (bin << 2);
  const head = freeBlock(slot).next;
  freeBlock(p).next = head;
  freeBlock(p).previous = slot;
  freeBlock(p).size = size;
  setSizeAtEnd(p, size);
  if (head) freeBlock(head).previous = p;
  freeBlock(slot).next = p;
  const inUse = control + ((bin >> 5) << 2);
  store<u32>(inUse, load<u32>(inUse, BINS_IN_USE) | (1 << bin), BINS_IN_USE);
}

/** Takes the free block p out of its bin, or lets no block be open if it is. */
export function unlink(p: u32): void {
  if (p == current().open) {
    current().open = current().openEnd = 0;
    return;
  }
  const next = freeBlock(p).next;
  const previous = freeBlock(p).previous;
  freeBlock(previous).next = next;
  if (next) {
    freeBlock(next).previous = previous;
  } else if (previous < current().first) {
    // It was the only one in its bin, which `previous` is.
    const bin = (previous - control - BINS) >> 2;
    const inUse = control + ((bin >> 5) << 2);
    store<u32>(inUse, load<u32>(inUse, BINS_IN_USE) & ~(1 << bin), BINS_IN_USE);
  }
}

/** The smallest of the first `left` blocks, from p on in its bin, that have at least `size` bytes; 0 if none has. */
// @ts-expect-error: decorator
@inline
function bestFrom(p: u32, left: u32, size: u32): u32 {
  let best: u32 = 0;
  let bestSize: u32 = -1;
  do {
    const its = freeBlock(p).size;
    if (its >= size && its < bestSize) {
      best = p;
      if (its == size) break;
      bestSize = its;
    }
    p = freeBlock(p).next;
  } while (p && --left);
  return best;
}

/** Whether a bin of one size has a block of at least `size` bytes, which is less than EXACT; `findFree` takes that then. */
// @ts-expect-error: decorator
@inline
export function hasExact(size: u32): bool {
  return load<u32>(control, BINS_IN_USE) >> (size / UNIT) != 0;
}

/** A free block of at least `size` bytes, still in its bin, of the first so many `candidates` of a bin; 0 if there is none. */
// @ts-expect-error: decorator
@inline
export function findFree(size: u32, candidates: u32): u32 {
  let bin = binOf(size);
  let word = bin >> 5;
  let wanted: u32 = ~0 << bin;
  while (word < BINS_IN_USE_WORDS) {
    const inUse = load<u32>(control + (word << 2), BINS_IN_USE) & wanted;
    wanted = ~0;
    if (!inUse) {
      word++;
      continue;
    }
    bin = (word << 5) + ctz(inUse);
    const best = bestFrom(load<u32>(control + (bin << 2), BINS), word ? candidates : 1, size);
    if (best) return best;
    wanted = ~1 << bin; // its own bin, with none that is large enough
  }
  return 0;
}

/** Makes the free block p `size` bytes long. It is the open one then. */
// @ts-expect-error: decorator
@inline
export function extend(p: u32, size: u32): void {
  if (p != current().open) {
    unlink(p);
    close();
    current().open = p;
  }
  freeBlock(p).size = size;
  current().openEnd = p + size;
}

/** Puts the open block, if there is one, into its bin. To be called before a free block is looked for. */
export function close(): void {
  const open = current().open;
  if (!open) return;
  current().open = current().openEnd = 0;
  link(open, freeBlock(open).size);
}
