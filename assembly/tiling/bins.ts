// Bins: the free blocks by class of size, each bin a doubly linked list, the block put in last first; and a bitmap of
// two levels that finds the first bin at or above a class that holds a block.
//
//   occupied  bit w: word w is not 0          word w  bit i: bin 32 w + i holds a block
//
// `B` is the engine's block; while free, it keeps the links `before` and `after`. That of the first block to the one
// before it is undefined: so taking the first block touches no other.

import {
  ensureNodes,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  takeNode,
} from "../kernel/pool";
import { Tiling, wordAt } from "./record";

/** No bin. */
export const NONE: u32 = <u32>-1;

/** Where the pointer to the first block of a bin lies. */
@inline
export function headAt(tiling: Tiling, bin: u32): usize {
  return tiling.bins + ((<usize>bin) << 2);
}

function binsNode(words: u32): NodeClass {
  return nodeClass(words << 7);
}

// Life --------------------------------------------------------------------------------------------------------

/** So many words of empty bins; false if the node storage cannot grow. */
export function createBins(tiling: Tiling, words: u32): bool {
  if (!ensureNodes(binsNode(words), 1)) return false;
  tiling.bins = takeNode(binsNode(words));
  tiling.binWords = words;
  clearBins(tiling);
  return true;
}

/** Let there be at least so many words, the blocks staying in their bins; false, and no change, if that fails. */
export function ensureBins(tiling: Tiling, words: u32): bool {
  const before = tiling.binWords;
  if (words <= before) return true;
  if (!ensureNodes(binsNode(words), 1)) return false;
  const bins = takeNode(binsNode(words));
  memory.copy(bins, tiling.bins, before << 7);
  memory.fill(bins + (before << 7), 0, (words - before) << 7);
  releaseBins(tiling);
  tiling.bins = bins;
  tiling.binWords = words;
  return true;
}

/** Forget every block. */
export function clearBins(tiling: Tiling): void {
  memory.fill(tiling.bins, 0, tiling.binWords << 7);
  memory.fill(wordAt(tiling, 0), 0, tiling.binWords << 2);
  tiling.occupied = 0;
}

export function releaseBins(tiling: Tiling): void {
  releaseNode(binsNode(tiling.binWords), tiling.bins);
}

export function binsBytes(tiling: Tiling): f64 {
  return nodeBytes(binsNode(tiling.binWords));
}

// Blocks ------------------------------------------------------------------------------------------------------

/** Put a block first into a bin. */
@inline
export function push<B>(tiling: Tiling, block: B, bin: u32): void {
  const head = headAt(tiling, bin);
  const first = changetype<B>(load<usize>(head));
  block.after = first;
  if (changetype<usize>(first)) {
    first.before = block;
  } else {
    const word = bin >>> 5;
    const at = wordAt(tiling, word);
    store<u32>(at, load<u32>(at) | (1 << (bin & 31)));
    tiling.occupied |= (<u64>1) << word;
  }
  store<usize>(head, changetype<usize>(block));
}

/** Take a block out of its bin. */
@inline
export function remove<B>(tiling: Tiling, block: B, bin: u32): void {
  const head = headAt(tiling, bin);
  const after = block.after;
  if (load<usize>(head) != changetype<usize>(block)) {
    const before = block.before;
    before.after = after;
    if (changetype<usize>(after)) after.before = before;
    return;
  }
  store<usize>(head, changetype<usize>(after));
  if (!changetype<usize>(after)) emptied(tiling, bin);
}

@inline
function emptied(tiling: Tiling, bin: u32): void {
  const word = bin >>> 5;
  const at = wordAt(tiling, word);
  const bits = load<u32>(at) & ~(1 << (bin & 31));
  store<u32>(at, bits);
  if (!bits) tiling.occupied &= ~((<u64>1) << word);
}

/** The first bin from `bin` on that holds a block, or NONE. O(1). */
@inline
export function firstBin(tiling: Tiling, bin: u32): u32 {
  const word = bin >>> 5;
  if (word >= tiling.binWords) return NONE;
  const bits = load<u32>(wordAt(tiling, word)) & ((<u32>-1) << (bin & 31));
  if (bits) return (word << 5) | ctz<u32>(bits);
  const words = tiling.occupied & ((<u64>-2) << word);
  if (!words) return NONE;
  const next = <u32>ctz<u64>(words);
  return (next << 5) | ctz<u32>(load<u32>(wordAt(tiling, next)));
}

/** The last bin that holds a block, or NONE. O(1). */
export function lastBin(tiling: Tiling): u32 {
  const words = tiling.occupied;
  if (!words) return NONE;
  const word = 63 - <u32>clz<u64>(words);
  return (word << 5) | (31 - clz<u32>(load<u32>(wordAt(tiling, word))));
}

// Checking ----------------------------------------------------------------------------------------------------

/** Whether the bitmap says of every bin whether it holds a block. */
export function isBitmapSound(tiling: Tiling): bool {
  for (let word: u32 = 0; word < tiling.binWords; word++) {
    let bits: u32 = 0;
    for (let i: u32 = 0; i < 32; i++)
      if (load<usize>(headAt(tiling, (word << 5) | i))) bits |= 1 << i;
    if (load<u32>(wordAt(tiling, word)) != bits) return false;
    if (<bool>((tiling.occupied >> word) & 1) != (bits != 0)) return false;
  }
  return tiling.occupied >> tiling.binWords == 0;
}

/**
 * Whether the bins hold `freeBlocks` free blocks, each in the bin of its size and linked to the ones beside it. O(n).
 * `binOf(size)` is the engine's class of a size.
 */
export function areBinsSound<B>(tiling: Tiling, binOf: (size: f64) => u32): bool {
  let count: u32 = 0;
  for (let bin: u32 = 0; bin < tiling.binWords << 5; bin++) {
    let previous = changetype<B>(0);
    let block = changetype<B>(load<usize>(headAt(tiling, bin)));
    while (changetype<usize>(block)) {
      if (++count > tiling.freeBlocks || !block.free || binOf(block.size) != bin) return false;
      if (changetype<usize>(previous) && block.before != previous) return false;
      previous = block;
      block = block.after;
    }
  }
  return count == tiling.freeBlocks && isBitmapSound(tiling);
}
