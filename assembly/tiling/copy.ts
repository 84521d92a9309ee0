// Blocks written out for the caller, and the order of the free ones in their bins, which is part of what decides where
// the next allocation goes, so that a restored allocator behaves as the saved one did.

import { RESULT_ENTRIES, results } from "../kernel/scratch";
import { BAD_ARGUMENT } from "../kernel/status";
import { nextInOrder } from "./bins";
import { Block } from "./block";
import { requestedOf } from "./found";
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
export function copyLive(tiling: Tiling, address: f64, limit: u32): f64 {
  const most = min(limit, RESULT_ENTRIES);
  if (!most || address >= tiling.capacity) return 0;
  let out = results();
  let count: u32 = 0;
  let block = seek(tiling, address);
  while (block != tiling.end && count < most) {
    const size = requestedOf(tiling, block);
    if (!block.free && block.start + size > address) {
      store<f64>(out, block.start);
      store<f64>(out, size, 8);
      store<f64>(out, <f64>block.label, 16);
      out += 24;
      count++;
      tiling.cursor = block;
    }
    block = block.next;
  }
  return count;
}

// A free block is named by its end: it need not be in the address table, but the block that starts there is.

/** The free block that ends at `end`, or null. O(1). */
export function freeBlockBefore(tiling: Tiling, end: f64): Block | null {
  const next = end == tiling.capacity ? tiling.end : lookup(tiling, end);
  return next && next.leftFree ? next.prev : null;
}

/**
 * Ends of the free blocks, bin by bin and in their order there, from the first one on (`after` is 0) or
 * after the one that ends at `after`; how many.
 */
export function copyOrder(tiling: Tiling, after: f64, limit: u32): f64 {
  let block: Block | null = null;
  if (after > 0) {
    block = freeBlockBefore(tiling, after);
    if (!block) return BAD_ARGUMENT;
  }
  const most = min(limit, RESULT_ENTRIES);
  let count: u32 = 0;
  block = nextInOrder(tiling, block);
  while (block && count < most) {
    store<f64>(results() + (count << 3), block.end);
    count++;
    block = nextInOrder(tiling, block);
  }
  return count;
}
