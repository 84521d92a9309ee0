// Bins: the free blocks by class of size, each bin a doubly linked list, the block put in last first; and a bitmap of
// two levels that finds the first bin at or above a class that holds a block.
//
//   occupied  bit w: word w is not 0          word w  bit i: bin 32 w + i holds a block
//
// The first block's link to the one before it is undefined, so that taking the first block touches no other. `links` is
// where in a block the engine keeps its links. Those of null may be written: no data lies below address 1024.
//
// A push marks its bin without a test whether it was empty: the processor could not predict the branch. Among many free
// blocks hardly any bin is ever empty, and a marked bin is not marked again: the size of a freed block may still be on
// its way from main memory, and every allocation that reads the word would wait for the mark.
//
// The class of a size is its exponent as a floating-point number and the first five bits of its mantissa; in a tiling of
// powers of two it is the exponent alone.

import {
  ensureNodes,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  takeNode,
} from "../kernel/pool";
import { afterOf, Block, beforeOf, setAfter, setBefore } from "./block";
import { Tiling, wordAt } from "./record";

/** From how many free blocks on a bin that holds a block is not marked again. */
const MANY: u32 = 8192;

/** No bin. */
export const NONE: u32 = <u32>-1;

/** Where the pointer to the first block of a bin lies. */
@inline
function headAt(tiling: Tiling, bin: u32): usize {
  return tiling.bins + ((<usize>bin) << 2);
}

/** The bin of a free block's size. */
@inline
export function binOf(tiling: Tiling, size: f64): u32 {
  const fraction = 5 - 5 * tiling.powers;
  return <u32>(reinterpret<u64>(size) >> (52 - fraction)) - (1023 << fraction);
}

/** The first block of a bin, or null. */
@inline
export function firstIn(tiling: Tiling, bin: u32): Block | null {
  return load<Block | null>(headAt(tiling, bin));
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
export function push(tiling: Tiling, block: Block, bin: u32, links: usize): void {
  const head = headAt(tiling, bin);
  const first = load<Block | null>(head);
  setAfter(block, links, first);
  setBefore(changetype<Block>(first), links, block);
  if (tiling.freeBlocks < MANY || !first) {
    const word = bin >>> 5;
    const at = wordAt(tiling, word);
    store<u32>(at, load<u32>(at) | (1 << (bin & 31)));
    tiling.occupied |= (<u64>1) << word;
  }
  store<Block>(head, block);
}

/** Take a block out of its bin. */
@inline
export function remove(tiling: Tiling, block: Block, bin: u32, links: usize): void {
  if (load<usize>(headAt(tiling, bin)) == changetype<usize>(block)) {
    removeFirst(tiling, block, bin, links);
    return;
  }
  const after = afterOf(block, links);
  const before = beforeOf(block, links);
  setAfter(before, links, after);
  if (after) setBefore(after, links, before);
}

/** Take the first block out of its bin. */
@inline
export function removeFirst(tiling: Tiling, block: Block, bin: u32, links: usize): void {
  const after = afterOf(block, links);
  store<Block | null>(headAt(tiling, bin), after);
  if (!after) emptied(tiling, bin);
}

@inline
function emptied(tiling: Tiling, bin: u32): void {
  const word = bin >>> 5;
  const at = wordAt(tiling, word);
  const bits = load<u32>(at) & ~(1 << (bin & 31));
  store<u32>(at, bits);
  if (!bits) tiling.occupied &= ~((<u64>1) << word);
}

/** Put a free block, which has its size now, into the bin of that. Like the next two, for where code matters more than time. */
export function file(tiling: Tiling, block: Block): void {
  push(tiling, block, binOf(tiling, block.size), tiling.links);
}

/** Take a free block out of the bin of its size. */
export function unfile(tiling: Tiling, block: Block): void {
  remove(tiling, block, binOf(tiling, block.size), tiling.links);
}

/** Put a free block first into its bin, which holds it. O(1). */
export function refile(tiling: Tiling, block: Block): void {
  unfile(tiling, block);
  file(tiling, block);
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

/** The same where time matters less than code. */
export function binFrom(tiling: Tiling, bin: u32): u32 {
  return firstBin(tiling, bin);
}

/** The last bin that holds a block, or NONE. O(1). */
export function lastBin(tiling: Tiling): u32 {
  const words = tiling.occupied;
  if (!words) return NONE;
  const word = 63 - <u32>clz<u64>(words);
  return (word << 5) | (31 - clz<u32>(load<u32>(wordAt(tiling, word))));
}

/** The block after one in the order of the bins and within each; the first of all after null; null if there is none. */
export function nextInOrder(tiling: Tiling, block: Block | null): Block | null {
  let bin: u32 = 0;
  if (block) {
    const after = afterOf(block, tiling.links);
    if (after) return after;
    bin = binOf(tiling, block.size) + 1;
  }
  bin = binFrom(tiling, bin);
  return bin == NONE ? null : firstIn(tiling, bin);
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

/** Whether the bins hold `freeBlocks` free blocks, each in the bin of its size and linked to the ones beside it. O(n). */
export function areBinsSound(tiling: Tiling): bool {
  let count: u32 = 0;
  for (let bin: u32 = 0; bin < tiling.binWords << 5; bin++) {
    let previous: Block | null = null;
    let block = firstIn(tiling, bin);
    while (block) {
      if (++count > tiling.freeBlocks || !block.free || binOf(tiling, block.size) != bin)
        return false;
      if (previous && beforeOf(block, tiling.links) != previous) return false;
      previous = block;
      block = afterOf(block, tiling.links);
    }
  }
  return count == tiling.freeBlocks && isBitmapSound(tiling);
}
