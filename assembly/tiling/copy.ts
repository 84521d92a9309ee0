// Blocks written out for the caller, and the order of the free ones in their bins, which is part of what decides where
// the next allocation goes, so that a restored allocator behaves as the saved one did.

import { RESULT_ENTRIES, results } from "../kernel/scratch";
import { BAD_ARGUMENT } from "../kernel/status";
import { firstBin, headAt, NONE } from "./bins";
import { Block } from "./block";
import { Tiling } from "./record";
import { lookup } from "./table";
import { seek } from "./tiling";

/** (start, size) of free blocks from the first that ends after `address`; how many. */
export function copyFree(tiling: Tiling, address: f64, limit: u32): f64 {
  const most = min(limit, RESULT_ENTRIES);
  if (!most || address >= tiling.capacity) return 0;
  let out = results();
  let count: u32 = 0;
  let block = seek(tiling, address);
  while (block != tiling.end && count < most) {
    if (block.free) {
      store<f64>(out, block.start);
      store<f64>(out, block.size, 8);
      out += 16;
      count++;
      tiling.cursor = block;
    }
    block = block.next;
  }
  return count;
}

/** (start, requested size, label) of live blocks, from the first that by these ends after `address`; how many. */
export function copyLive<B>(tiling: Tiling, address: f64, limit: u32): f64 {
  const most = min(limit, RESULT_ENTRIES);
  if (!most || address >= tiling.capacity) return 0;
  let out = results();
  let count: u32 = 0;
  let block = changetype<B>(seek(tiling, address));
  while (changetype<usize>(block) != changetype<usize>(tiling.end) && count < most) {
    if (!block.free && block.start + block.requested > address) {
      store<f64>(out, block.start);
      store<f64>(out, block.requested, 8);
      store<f64>(out, <f64>block.label, 16);
      out += 24;
      count++;
      tiling.cursor = block;
    }
    block = changetype<B>(block.next);
  }
  return count;
}

// A free block is named by its end: it need not be in the address table, but the block that starts there is.

/** The free block that ends at `end`, or null. O(1). */
export function freeBlockBefore(tiling: Tiling, end: f64): Block | null {
  const next = end == tiling.capacity ? tiling.end : lookup(tiling, end);
  return next && next.prev.free ? next.prev : null;
}

/**
 * Ends of the free blocks, bin by bin and in their order there, from the first one on (`after` is 0) or after the one
 * that ends at `after`; how many. `binOf(size)` is the engine's class of a size.
 */
export function copyOrder<B>(
  tiling: Tiling,
  after: f64,
  limit: u32,
  binOf: (size: f64) => u32,
): f64 {
  let bin = firstBin(tiling, 0);
  let block: usize = bin == NONE ? 0 : load<usize>(headAt(tiling, bin));
  if (after > 0) {
    const previous = freeBlockBefore(tiling, after);
    if (!previous) return BAD_ARGUMENT;
    bin = binOf(previous.size);
    block = next<B>(tiling, changetype<usize>(previous), bin);
    if (block) bin = binOf(changetype<Block>(block).size);
  }
  const most = min(limit, RESULT_ENTRIES);
  let count: u32 = 0;
  while (block && count < most) {
    store<f64>(results() + (count << 3), changetype<Block>(block).end);
    count++;
    block = next<B>(tiling, block, bin);
    if (block) bin = binOf(changetype<Block>(block).size);
  }
  return count;
}

/** The block after one in bin `bin`, or the first of the next bin; 0 if there is none. */
function next<B>(tiling: Tiling, block: usize, bin: u32): usize {
  const after = changetype<usize>(changetype<B>(block).after);
  if (after) return after;
  const following = firstBin(tiling, bin + 1);
  return following == NONE ? 0 : load<usize>(headAt(tiling, following));
}
