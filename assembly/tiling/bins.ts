// Bins: the free blocks by class of size, each bin a stack, and a bitmap of two levels that finds the first bin at or
// above a class that holds a block.
//
//   occupied  bit w: word w is not 0          word w  bit i: bin 32 w + i holds a block
//   head      of a bin: the slot of the block put in last; the chunk itself if the bin is empty; 0 before its first block
//   chunk     | link | slot | slot | slot | slot | slot | slot | slot |   32 bytes at a multiple of 32; link: the last
//                                                                       slot of the chunk before, 0 in the first
//
// A block knows its slot, and one that is taken out from anywhere is replaced by the one put in last. So neither touches
// another block but that last one, which was used not long ago: in a list through the blocks, two strangers would be.
// A bin keeps its first chunk when it becomes empty.
//
// The class of a size is its exponent as a floating-point number and the first five bits of its mantissa, in a tiling of
// powers of two the exponent alone.

import { ensureNodes, NodeClass, nodeBytes, nodeClass, releaseNode, takeNode } from "../kernel/pool";
import { Block } from "./block";
import { Tiling, wordAt } from "./record";

/** No bin. */
export const NONE: u32 = <u32>-1;

const CHUNK_BYTES: usize = 32;
const IN_CHUNK: usize = CHUNK_BYTES - 1;
const CHUNK_NODE: NodeClass = nodeClass(<u32>CHUNK_BYTES);

/** Where the head of a bin lies. */
@inline
export function headAt(tiling: Tiling, bin: u32): usize {
  return tiling.bins + ((<usize>bin) << 2);
}

/** The bin of a free block's size. */
export function binOf(tiling: Tiling, size: f64): u32 {
  const bits = reinterpret<u64>(size);
  return tiling.powers ? <u32>(bits >> 52) - 1023 : <u32>(bits >> 47) - (1023 << 5);
}

function binsNode(words: u32): NodeClass {
  return nodeClass(words << 7);
}

/** Reserve what `count` blocks put into bins take at most. */
@inline
export function ensurePushes(count: u32): bool {
  return ensureNodes(CHUNK_NODE, count);
}

// Life --------------------------------------------------------------------------------------------------------

/** So many words of empty bins; false if the node storage cannot grow. */
export function createBins(tiling: Tiling, words: u32): bool {
  if (!ensureNodes(binsNode(words), 1)) return false;
  tiling.bins = takeNode(binsNode(words));
  tiling.binWords = words;
  memory.fill(tiling.bins, 0, words << 7);
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
  releaseNode(binsNode(before), tiling.bins);
  tiling.bins = bins;
  tiling.binWords = words;
  return true;
}

/** Forget every block. O(bins + chunks). */
export function clearBins(tiling: Tiling): void {
  for (let bin: u32 = 0; bin < tiling.binWords << 5; bin++) {
    let chunk = load<usize>(headAt(tiling, bin)) & ~IN_CHUNK;
    while (chunk) {
      const before = load<usize>(chunk) & ~IN_CHUNK;
      releaseNode(CHUNK_NODE, chunk);
      chunk = before;
    }
  }
  tiling.chunks = 0;
  memory.fill(tiling.bins, 0, tiling.binWords << 7);
  memory.fill(wordAt(tiling, 0), 0, tiling.binWords << 2);
  tiling.occupied = 0;
}

/** Only after `clearBins`. */
export function releaseBins(tiling: Tiling): void {
  releaseNode(binsNode(tiling.binWords), tiling.bins);
}

export function binsBytes(tiling: Tiling): f64 {
  return <f64>nodeBytes(binsNode(tiling.binWords)) + <f64>tiling.chunks * <f64>CHUNK_BYTES;
}

// Blocks ------------------------------------------------------------------------------------------------------

/** Put a block last into a bin. Only after `ensurePushes`. */
@inline
export function push(tiling: Tiling, block: Block, bin: u32): void {
  const head = headAt(tiling, bin);
  const last = load<usize>(head);
  let slot = last + 4;
  if (!(last & IN_CHUNK)) slot = occupy(tiling, bin, last);
  else if (!(slot & IN_CHUNK)) slot = addChunk(tiling, last);
  store<usize>(head, slot);
  store<usize>(slot, changetype<usize>(block));
  block.slot = slot;
}

/** Take a block out of its bin. */
@inline
export function remove(tiling: Tiling, block: Block, bin: u32): void {
  const head = headAt(tiling, bin);
  const slot = block.slot;
  const last = load<usize>(head);
  const filler = changetype<Block>(load<usize>(last));
  store<usize>(slot, changetype<usize>(filler));
  filler.slot = slot;
  store<usize>(head, (last & IN_CHUNK) == 4 ? dropChunk(tiling, bin, last - 4) : last - 4);
}

/** Take a block out of its bin and put it in last. O(1). */
export function refile(tiling: Tiling, block: Block): void {
  const bin = binOf(tiling, block.size);
  remove(tiling, block, bin);
  push(tiling, block, bin);
}

/** Mark an empty bin, with the first chunk of its own or none yet; its first slot. */
@inline
function occupy(tiling: Tiling, bin: u32, chunk: usize): usize {
  const word = bin >>> 5;
  const at = wordAt(tiling, word);
  store<u32>(at, load<u32>(at) | (1 << (bin & 31)));
  tiling.occupied |= (<u64>1) << word;
  return chunk ? chunk + 4 : addChunk(tiling, 0);
}

/** A chunk after the one whose last slot is `link`; its first slot. */
function addChunk(tiling: Tiling, link: usize): usize {
  const chunk = takeNode(CHUNK_NODE);
  store<usize>(chunk, link);
  tiling.chunks++;
  return chunk + 4;
}

/** A chunk has become empty; the head that its bin has now. */
@inline
function dropChunk(tiling: Tiling, bin: u32, chunk: usize): usize {
  const link = load<usize>(chunk);
  if (!link) {
    const word = bin >>> 5;
    const at = wordAt(tiling, word);
    const bits = load<u32>(at) & ~(1 << (bin & 31));
    store<u32>(at, bits);
    if (!bits) tiling.occupied &= ~((<u64>1) << word);
    return chunk;
  }
  releaseNode(CHUNK_NODE, chunk);
  tiling.chunks--;
  return link;
}

// Order -------------------------------------------------------------------------------------------------------

/** The block put last into a bin that is not empty. */
@inline
export function lastPut(tiling: Tiling, bin: u32): Block {
  return changetype<Block>(load<usize>(load<usize>(headAt(tiling, bin))));
}

/** The block below this one in its bin, or null. */
export function below(block: Block): Block | null {
  const slot = block.slot - 4;
  const next = slot & IN_CHUNK ? slot : load<usize>(slot);
  return next ? changetype<Block>(load<usize>(next)) : null;
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

/** The block after one in the order of the bins and within each; the first of all after null; null if there is none. */
export function nextInOrder(tiling: Tiling, block: Block | null): Block | null {
  let bin: u32 = 0;
  if (block) {
    const next = below(block);
    if (next) return next;
    bin = binOf(tiling, block.size) + 1;
  }
  bin = firstBin(tiling, bin);
  return bin == NONE ? null : lastPut(tiling, bin);
}

// Checking ----------------------------------------------------------------------------------------------------

/** Whether the bitmap says of every bin whether it holds a block. */
export function isBitmapSound(tiling: Tiling): bool {
  for (let word: u32 = 0; word < tiling.binWords; word++) {
    let bits: u32 = 0;
    for (let i: u32 = 0; i < 32; i++)
      if (load<usize>(headAt(tiling, (word << 5) | i)) & IN_CHUNK) bits |= 1 << i;
    if (load<u32>(wordAt(tiling, word)) != bits) return false;
    if (<bool>((tiling.occupied >> word) & 1) != (bits != 0)) return false;
  }
  return tiling.occupied >> tiling.binWords == 0;
}

/** Whether the bins hold `freeBlocks` free blocks, each in the bin of its size and in its slot. O(n). */
export function areBinsSound(tiling: Tiling): bool {
  let blocks: u32 = 0;
  let chunks: u32 = 0;
  for (let bin: u32 = 0; bin < tiling.binWords << 5; bin++) {
    let slot = load<usize>(headAt(tiling, bin));
    while (slot) {
      if (!(slot & IN_CHUNK)) {
        chunks++;
        slot = load<usize>(slot);
        continue;
      }
      const block = changetype<Block>(load<usize>(slot));
      if (++blocks > tiling.freeBlocks || !block.free || block.slot != slot) return false;
      if (binOf(tiling, block.size) != bin) return false;
      slot -= 4;
    }
  }
  return blocks == tiling.freeBlocks && chunks == tiling.chunks && isBitmapSound(tiling);
}
