// The reserve: a run of memory from which small blocks are cut one after the other, so that they lie together and do
// not pin the top or large free blocks (the "designated victim" of Lea's dlmalloc, here also replenished in bulk).

import { change, IN_USE, RESERVED } from "./bitmap";
import { ALL_GROUPS, EXACT_GROUPS } from "./bins";
import { release, takeFree } from "./blocks";
import { carve } from "./growth";
import { current, UNIT } from "./layout";

const LEAST: u32 = 512;
const MOST: u32 = 16384;

/** A small block that is in no stack: from the small free blocks, else from the reserve; 0 if the memory cannot grow. */
export function takeSmall(size: u32): u32 {
  let p = takeFree(size, EXACT_GROUPS);
  if (p) return p;
  p = current().reserve;
  let left = current().reserveEnd - p;
  if (left < size) {
    const run = max(min(((current().top - current().first) >> 7) & ~(UNIT - 1), MOST), LEAST);
    p = takeFree(run, ALL_GROUPS);
    if (!p) {
      p = takeFree(size, ALL_GROUPS);
      if (p) return p;
      p = carve(run);
      if (!p) return carve(size);
    }
    giveUpReserve();
    change(p, IN_USE ^ RESERVED);
    current().reserveEnd = p + run;
    left = run;
  }
  change(p, RESERVED ^ IN_USE);
  if (left > size) change(p + size, RESERVED);
  current().reserve = p + size;
  return p;
}

/** Gives what is left of the reserve back to the heap. False if that is nothing. */
export function giveUpReserve(): bool {
  const p = current().reserve;
  const left = current().reserveEnd - p;
  if (!left) return false;
  current().reserve = current().reserveEnd;
  change(p, RESERVED ^ IN_USE);
  release(p, left);
  return true;
}
