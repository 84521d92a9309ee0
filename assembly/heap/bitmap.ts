// The state of every unit, two bits each, beside the heap instead of inside it: a block in use needs no header,
// and the neighbours of a block are found without touching their memory. Boundary tags (Knuth 1973, The Art of
// Computer Programming 1, 2.5), as bits.
//
//   bit 0  USED   a block begins here that is in use, or freed and in a stack, or reserved: the reserve, a fence, the top
//   bit 1  EDGE   a free block begins or ends here
//
// So a unit is 0 inside a block, 1 or 3 where one in use begins, and 2 where a free one begins:
//
//   in use, 3 units   1 0 0 1      free, 3 units   2 0 0 3       after them another in use
//
// So neighbours are told without knowing where they begin. Where a block in use begins at p, the one before it is free
// ⇔ p is an edge. The block that begins at p is free ⇔ its unit is 2. A block ends at the next unit that is not 0.
//
// Free blocks never lie side by side, so each address is the edge of one at most. Freeing [p, end) and taking it again
// therefore flip the same bits: both at p, and EDGE at the end. Where the neighbour is free, the edge between the two
// vanishes, since they become one; where it is not, an edge appears.
//
// The states of 32 units are one word, and all loads and stores are of whole words: a load that overlaps a recent
// store of another width or place would have to wait for it.

import { SHARED } from "./build";
import { current } from "./layout";

export const USED: u32 = 1;
export const EDGE: u32 = 2;
/** The state of a free block's first unit. */
export const FREE: u32 = EDGE;

/** The word with the state of the unit at p. `bits`: of the heap. */
// @ts-expect-error: decorator
@inline
function wordOf(bits: u32, p: u32): u32 {
  return bits + ((p >> 6) & ~7);
}

/** Where in its word the state of the unit at p is; shifts take the number modulo 64. */
// @ts-expect-error: decorator
@inline
function shiftOf(p: u32): u64 {
  return p >> 3;
}

/** The state of the unit at p. */
// @ts-expect-error: decorator
@inline
export function stateIn(bits: u32, p: u32): u32 {
  return <u32>(load<u64>(wordOf(bits, p)) >> shiftOf(p)) & 3;
}

/** As `stateIn`, where it matters less how fast. */
export function stateOf(p: u32): u32 {
  return stateIn(current().bits, p);
}

// @ts-expect-error: decorator
@inline
function flipIn(at: u32, p: u32, which: u32): void {
  store<u64>(at, load<u64>(at) ^ ((<u64>which) << shiftOf(p)));
}

/** Changes these bits of the unit at p. In a shared heap, where each store is logged, in a call as `change`. */
// @ts-expect-error: decorator
@inline
export function flip(bits: u32, p: u32, which: u32): void {
  if (SHARED) change(p, which);
  else flipIn(wordOf(bits, p), p, which);
}

/** As `flip`, where it matters less how fast. */
export function change(p: u32, which: u32): void {
  flipIn(wordOf(current().bits, p), p, which);
}

/**
 * The length in units of the block in use that begins at p, if that is less than SMALL_UNITS; SMALL_UNITS if it is so long or
 * longer; 0 if nothing in use begins there.
 */
// @ts-expect-error: decorator
@inline
export function smallUnits(p: u32): u32 {
  const at = wordOf(current().bits, p);
  const shift = shiftOf(p);
  // The states of 32 units from p on. (Shifting in two steps, since by 64 would be by 0.)
  const states = (load<u64>(at) >> shift) | ((load<u64>(at, 8) << 1) << ~shift);
  // Without the two bits of p itself, but one of them set if it is not USED.
  return <u32>ctz((states & ~(<u64>EDGE)) ^ USED) >> 1;
}

/** As `smallUnits`, where it matters less how fast. */
export function smallUnitsOf(p: u32): u32 {
  return smallUnits(p);
}
