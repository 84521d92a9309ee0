// Free blocks of the buddy system: how they come into being, are split to be taken, and merged with their buddies.

import { file, unfile } from "../tiling/bins";
import { Block } from "../tiling/block";
import { Tiling } from "../tiling/record";
import { putIn, takeOut } from "../tiling/table";
import { insertAfter, removeFromRing } from "../tiling/tiling";
import { isMultiple, orderOf, sizeOf } from "./orders";

/** Put a new free block after `left`, into the table too, but into no bin yet. Only after `ensureBlocks`. */
export function addFree(tiling: Tiling, left: Block, start: f64): Block {
  const block = insertAfter(tiling, left, start);
  block.markFree();
  tiling.freeBlocks++;
  putIn(tiling, block);
  return block;
}

/** Let the block before a free one take it in. */
export function absorb(tiling: Tiling, block: Block): void {
  takeOut(tiling, block.start);
  removeFromRing(tiling, block);
  tiling.freeBlocks--;
}

/** Merge a free block, which is in no bin, with its buddy as long as that is free, and put it into its bin. */
export function settle(tiling: Tiling, freed: Block): void {
  let block = freed;
  let size = block.size;
  for (;;) {
    const isLower = isMultiple(block.start, 2 * size);
    const buddy = isLower ? block.next : block.prev;
    if (!buddy.free || buddy.size != size) break;
    unfile(tiling, buddy);
    absorb(tiling, isLower ? buddy : block);
    if (!isLower) block = buddy;
    size *= 2;
  }
  file(tiling, block);
}

/** Blocks that taking one of order `order` from `block` adds. */
@inline
export function blocksToTake(block: Block, order: u32): u32 {
  return orderOf(block.size) - order;
}

/**
 * Make the block of `order` at `address`, within the free block `block`, a live one: of each half that is split off,
 * the one without the address stays free. Only after `ensureBlocks`. O(log capacity).
 */
export function take(
  tiling: Tiling,
  around: Block,
  address: f64,
  order: u32,
  size: f64,
  label: u32,
): void {
  unfile(tiling, around);
  let block = around;
  let half = block.size / 2;
  const taken = sizeOf(order);
  while (half >= taken) {
    const upper = addFree(tiling, block, block.start + half);
    if (address >= upper.start) {
      file(tiling, block);
      block = upper;
    } else {
      file(tiling, upper);
    }
    half /= 2;
  }
  block.markLive();
  block.label = label;
  block.requested = size;
  tiling.freeBlocks--;
  tiling.freeMemory -= taken;
  tiling.requested += size;
  tiling.version++;
}

/** Make a live block free. O(log capacity). */
export function release(tiling: Tiling, block: Block): void {
  tiling.freeBlocks++;
  tiling.freeMemory += block.size;
  tiling.requested -= block.requested;
  tiling.version++;
  block.markFree();
  settle(tiling, block);
}
