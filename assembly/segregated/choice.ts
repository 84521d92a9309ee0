// Choice of segregated fit: the block put last into the first bin, from the class whose sizes all hold the request on,
// that is not empty. If those are all empty, the first block of the request's own class that holds it: unlike TLSF, no
// request is refused that some free block could hold.

import { fits } from "../kernel/alignment";
import { binFrom, firstIn, lastBin, NONE } from "../tiling/bins";
import { afterOf, Block, PLAIN_LINKS } from "../tiling/block";
import { Tiling } from "../tiling/record";
import { classAbove, classOf, greatestOf } from "./classes";

/** The free block that `size` at a multiple of `alignment` is taken from, or null. */
export function choose(tiling: Tiling, size: f64, alignment: f64): Block | null {
  const bin = binFrom(tiling, classAbove(size));
  if (bin != NONE) {
    const block = firstIn(tiling, bin)!;
    if (alignment == 1 || fits<f64>(block.start, block.size, size, alignment)) return block;
  }
  return chooseAmong(tiling, size, alignment);
}

/**
 * The same when the first block of the first bin will not do: any block that holds the size and the longest padding;
 * if there is none, the first that fits of all bins from the size's own on. O(blocks in those bins).
 */
function chooseAmong(tiling: Tiling, size: f64, alignment: f64): Block | null {
  const longest = size + (alignment - 1);
  if (longest > tiling.capacity) {
    if (size > tiling.capacity) return null;
  } else if (alignment > 1) {
    const bin = binFrom(tiling, classAbove(longest));
    if (bin != NONE) return firstIn(tiling, bin);
  }
  let bin = binFrom(tiling, classOf(size));
  while (bin != NONE) {
    let block = firstIn(tiling, bin);
    while (block) {
      if (fits<f64>(block.start, block.size, size, alignment)) return block;
      block = afterOf(block, PLAIN_LINKS);
    }
    bin = binFrom(tiling, bin + 1);
  }
  return null;
}

export function canAllocate(tiling: Tiling, size: f64, alignment: f64): bool {
  return choose(tiling, size, alignment) != null;
}

/** Size of the largest free block, 0 if there is none. O(free blocks in the last bin). */
export function largest(tiling: Tiling): f64 {
  const bin = lastBin(tiling);
  if (bin == NONE) return 0;
  const greatest = greatestOf(bin);
  let size: f64 = 0;
  let block = firstIn(tiling, bin);
  while (block && size < greatest) {
    size = max(size, block.size);
    block = afterOf(block, PLAIN_LINKS);
  }
  return size;
}
