// The reserve: a run of memory from which small blocks are cut one after the other, so that they lie together and do
// not pin the top or large free blocks (the "designated victim" of Lea's dlmalloc, here also replenished in bulk).

import { CANDIDATES, close, hasExact } from "./bins";
import { flip, USED } from "./bitmap";
import { release, takeFree } from "./blocks";
import { carve } from "./growth";
import { current, UNIT } from "./layout";

// Bytes of a run: a 128th of the heap, within these bounds (a bit sees to the lower one).
const LEAST: u32 = 512;
const MOST: u32 = 16384;

/** A small block that is in no stack: from the small free blocks, else from the reserve; 0 if the memory cannot grow. */
// @ts-expect-error: decorator
@inline
export function takeSmall(size: u32): u32 {
  if (current().open) close();
  if (hasExact(size)) return takeFree(size, CANDIDATES);
  let p = current().reserve;
  let left = current().reserveEnd - p;
  if (left < size) {
    left = min(((current().top - current().first) >> 7) & ~(UNIT - 1), MOST) | LEAST;
    p = takeFree(left, CANDIDATES);
    if (!p) {
      p = takeFree(size, CANDIDATES);
      if (p) return p;
      p = carve(left);
      if (!p) return carve(size);
    }
    giveUpReserve();
    current().reserveEnd = p + left;
  }
  if (left > size) flip(current().bits, p + size, USED);
  current().reserve = p + size;
  return p;
}

/** Gives what is left of the reserve back to the heap. */
export function giveUpReserve(): void {
  const p = current().reserve;
  const left = current().reserveEnd - p;
  if (!left) return;
  current().reserve = current().reserveEnd;
  release(p, left);
}
