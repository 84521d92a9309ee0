// The state of every unit, two bits each, beside the heap instead of inside it: a block in use needs no header,
// and the neighbours of a block are found without touching their memory. Boundary tags (Knuth 1973, The Art of
// Computer Programming 1, 2.5), as bits.
//
//   INSIDE    0   inside a block
//   IN_USE    1   first unit of a block in use
//   RESERVED  2   first unit of a block that is neither in use nor free to merge: in a stack, the reserve, a fence;
//                 also the unit at `top`, which ends the last block
//   FREE      3   first and last unit of a free block (one and the same if it has one unit)
//
//   in use, 3 units  1 0 0     free, 3 units  3 0 3     free, 1 unit  3
//
// So, without knowing where blocks begin: the block before p is free ⇔ the unit before p is FREE; the block that
// begins at p is free ⇔ its unit is; a block in use or reserved ends at the next unit that is not INSIDE.
//
// The unchecked build needs no difference between RESERVED and IN_USE, and saves the stores for it.

import { CHECKED } from "./build";
import { current, MEDIUM_MAX } from "./layout";

export const INSIDE: u32 = 0;
export const IN_USE: u32 = 1;
export const RESERVED: u32 = CHECKED ? 2 : IN_USE;
export const FREE: u32 = 3;

// @ts-ignore: decorator
@inline
function shiftOf(p: u32): u32 {
  return (p >> 3) & 6;
}

/** The state of the unit in which p lies. */
export function stateOf(p: u32): u32 {
  return (<u32>load<u8>(current().bits + (p >> 6)) >> shiftOf(p)) & 3;
}

/** Changes the state of the unit at p: `difference` is the old state ^ the new one. */
export function change(p: u32, difference: u32): void {
  const at = current().bits + (p >> 6);
  store<u8>(at, <u32>load<u8>(at) ^ (difference << shiftOf(p)));
}

/**
 * The length in units of the block in use that begins at p, if it is small. If it is longer, or nothing in use begins
 * there: 0, or more than SMALL_UNITS.
 */
// @ts-ignore: decorator
@inline
export function smallUnits(p: u32): u32 {
  // The lowest two bits are 1 0 if a block in use begins at p: the next bit that is set is in the first unit after it.
  return <u32>ctz((load<u64>(current().bits + (p >> 6)) >> shiftOf(p)) ^ IN_USE) >> 1;
}

/** The length in bytes of the block in use, or reserved, that begins at p. Looks no further than MEDIUM_MAX: 0 if it is longer. */
export function lengthOf(p: u32): u32 {
  let at: u32 = current().bits + (p >> 6);
  let word = load<u64>(at) & (<u64>-4 << shiftOf(p));
  let start = p & ~63; // of the units in `word`
  while (!word) {
    if (start + 512 - p > MEDIUM_MAX) return 0;
    at += 8;
    start += 512;
    word = load<u64>(at);
  }
  const length = start + ((<u32>ctz(word) >> 1) << 4) - p;
  return length > MEDIUM_MAX ? 0 : length;
}
