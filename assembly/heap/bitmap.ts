// The state of every unit, two bits each, beside the heap instead of inside it: a block in use needs no header,
// and the neighbours of a block are found without touching their memory. Boundary tags (Knuth 1973, The Art of
// Computer Programming 1, 2.5), as bits.
//
//   INSIDE    0   inside a block
//   IN_USE    1   first unit of a block in use, or freed and in a stack
//   RESERVED  2   first unit of the reserve or of a fence; also the unit at `top`, which ends the last block
//   FREE      3   first and last unit of a free block (one and the same if it has one unit)
//
//   in use, 3 units  1 0 0     free, 3 units  3 0 3     free, 1 unit  3
//
// So, without knowing where blocks begin: the block before p is free ⇔ the unit before p is FREE; the block that
// begins at p is free ⇔ its unit is; a block in use or reserved ends at the next unit that is not INSIDE.
//
// The unchecked build needs no difference between RESERVED and IN_USE, and saves the stores for it.
//
// The states of 32 units are one word, and all loads and stores are of whole words: a load that overlaps a recent
// store of another width or place would have to wait for it.

import { CHECKED } from "./build";
import { current } from "./layout";

export const INSIDE: u32 = 0;
export const IN_USE: u32 = 1;
export const RESERVED: u32 = CHECKED ? 2 : IN_USE;
export const FREE: u32 = 3;

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

/** Changes the state of the unit at p: `difference` is the old state ^ the new one. */
// @ts-expect-error: decorator
@inline
export function flip(bits: u32, p: u32, difference: u32): void {
  const at = wordOf(bits, p);
  store<u64>(at, load<u64>(at) ^ ((<u64>difference) << shiftOf(p)));
}

/** As `flip`, where it matters less how fast. */
export function change(p: u32, difference: u32): void {
  flip(current().bits, p, difference);
}

/**
 * The length in units of the block in use that begins at p, if it is small. If it is longer, or nothing in use begins
 * there: 0, or more than SMALL_UNITS.
 */
// @ts-expect-error: decorator
@inline
export function smallUnits(p: u32): u32 {
  const at = wordOf(current().bits, p);
  const shift = shiftOf(p);
  // The states of 32 units from p on. (Shifting in two steps, since by 64 would be by 0.)
  const states = (load<u64>(at) >> shift) | ((load<u64>(at, 8) << 1) << ~shift);
  // The lowest two bits are 1 0 if a block in use begins at p: the next bit that is set is in the first unit after it.
  return <u32>ctz(states ^ IN_USE) >> 1;
}
