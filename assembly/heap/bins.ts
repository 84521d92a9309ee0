// Free blocks by size: doubly linked lists, one for each narrow range of sizes ("bins": Lea, dlmalloc, 1987-),
// spaced linearly within each power of two and found by two levels of bitmaps in O(1) (Masmano et al. 2004,
// "TLSF"). A bin of one size is exact; in the others the best of the first few blocks is taken: close to best fit, in
// bounded time.
//
//   free block   +0 next  +4 previous  +8 size  …  last 4 bytes: size        next, previous: in its bin, 0 = none
//
//   bin   size in bytes
//    1…15     16 … 240     one size each      group 0
//   16…31    256 … 496     one size each      group 1
//   32…47    512 … 1008    32 bytes each      group 2, and so on: 16 bins for each doubling

import { BIN_GROUPS, BINS, BINS_IN_USE, control, current, UNIT } from "./layout";

// @ts-ignore: decorator
@unmanaged
export class FreeBlock {
  next: u32;
  previous: u32;
  size: u32;
}

// @ts-ignore: decorator
@inline
export function freeBlock(p: u32): FreeBlock {
  return changetype<FreeBlock>(<usize>p);
}

/** The size of the free block that ends at p. */
// @ts-ignore: decorator
@inline
export function sizeBefore(p: u32): u32 {
  return load<u32>(p - 4);
}

function setSize(p: u32, size: u32): void {
  freeBlock(p).size = size;
  store<u32>(p + size - 4, size);
}

/** Below it each bin holds blocks of one size. */
const EXACT: u32 = 512;
const EXACT_BINS: u32 = 32;
/** Groups of the exact bins; for `takeBlock`. */
export const EXACT_GROUPS: u32 = 3;
export const ALL_GROUPS: u32 = ~0;
/** How many blocks of a bin are compared. */
const CANDIDATES: u32 = 16;

export function binOf(size: u32): u32 {
  if (size < 256) return size >> 4;
  const log = 31 - clz(size);
  return ((log - 7) << 4) | ((size >> (log - 4)) & 15);
}

// @ts-ignore: decorator
@inline
function slotOf(bin: u32): u32 {
  return control + <u32>BINS + (bin << 2);
}

/** Puts the free block [p, p + size) into its bin and writes its sizes. */
export function link(p: u32, size: u32): void {
  const bin = binOf(size);
  const slot = slotOf(bin);
  const head = load<u32>(slot);
  freeBlock(p).next = head;
  freeBlock(p).previous = 0;
  setSize(p, size);
  if (head) freeBlock(head).previous = p;
  store<u32>(slot, p);
  const group = bin >> 4;
  const inUse = control + (group << 2);
  store<u32>(inUse, load<u32>(inUse, BINS_IN_USE) | (1 << (bin & 15)), BINS_IN_USE);
  current().groups |= 1 << group;
}

export function unlink(p: u32, size: u32): void {
  const next = freeBlock(p).next;
  const previous = freeBlock(p).previous;
  if (next) freeBlock(next).previous = previous;
  if (previous) {
    freeBlock(previous).next = next;
    return;
  }
  const bin = binOf(size);
  store<u32>(slotOf(bin), next);
  if (next) return;
  const group = bin >> 4;
  const inUse = control + (group << 2);
  const left = load<u32>(inUse, BINS_IN_USE) & ~(1 << (bin & 15));
  store<u32>(inUse, left, BINS_IN_USE);
  if (!left) current().groups &= ~(1 << group);
}

/** The smallest of the first few blocks, from p on in its bin, that have at least `size` bytes; 0 if none has. */
function bestFrom(p: u32, size: u32): u32 {
  let best: u32 = 0;
  let bestSize: u32 = -1;
  for (let left = CANDIDATES; p && left; left--) {
    const its = freeBlock(p).size;
    if (its >= size && its < bestSize) {
      best = p;
      bestSize = its;
      if (its == size) break;
    }
    p = freeBlock(p).next;
  }
  return best;
}

/** A free block of at least `size` bytes, still in its bin; 0 if there is none in these `groups`. */
export function findFree(size: u32, groups: u32): u32 {
  let bin = binOf(size);
  if (size >= EXACT) {
    // Its own bin may hold smaller ones too.
    const best = bestFrom(load<u32>(slotOf(bin)), size);
    if (best) return best;
    bin++;
  }
  let group = bin >> 4;
  let candidates = load<u32>(control + (group << 2), BINS_IN_USE) & (~0 << (bin & 15));
  if (!candidates) {
    const above = current().groups & groups & (~0 << (group + 1));
    if (!above) return 0;
    group = ctz(above);
    candidates = load<u32>(control + (group << 2), BINS_IN_USE);
  }
  bin = (group << 4) | ctz(candidates);
  const head = load<u32>(slotOf(bin));
  return bin < EXACT_BINS ? head : bestFrom(head, size);
}

/** Makes the free block [p, p + size) longer at its end, if it then still belongs in its bin. */
export function extendUp(p: u32, size: u32, by: u32): bool {
  if (binOf(size) != binOf(size + by)) return false;
  setSize(p, size + by);
  return true;
}

/** Makes the free block [p, p + size) begin earlier, if it then still belongs in its bin; it keeps its place there. */
export function extendDown(p: u32, size: u32, by: u32): bool {
  const bin = binOf(size);
  if (bin != binOf(size + by)) return false;
  const q = p - by;
  const next = freeBlock(p).next;
  const previous = freeBlock(p).previous;
  freeBlock(q).next = next;
  freeBlock(q).previous = previous;
  if (next) freeBlock(next).previous = q;
  if (previous) freeBlock(previous).next = q;
  else store<u32>(slotOf(bin), q);
  setSize(q, size + by);
  return true;
}

export function clearBins(): void {
  memory.fill(<usize>control + BINS_IN_USE, 0, BINS - BINS_IN_USE + BIN_GROUPS * 16 * 4);
  current().groups = 0;
}
