// Free blocks of segregated fit: how they come into being, are merged, and become live. Each step stands twice: what
// every allocation and free does (`takeFront`, `release`) is inlined, which makes them a third faster; `take` and
// `giveBack` are for the rest.

import { popNode } from "../kernel/pool";
import { file, push, remove, unfile } from "../tiling/bins";
import { Block, FREE, LEFT_FREE, PLAIN_BLOCK, PLAIN_LINKS } from "../tiling/block";
import { keep } from "../tiling/found";
import { Tiling } from "../tiling/record";
import { enter, putIn, takeOut } from "../tiling/table";
import { discard, insertAfter, removeFromRing } from "../tiling/tiling";
import { classOf } from "./classes";

@inline
function pushFree(tiling: Tiling, block: Block, size: f64): void {
  push(tiling, block, classOf(size), PLAIN_LINKS);
}

@inline
function removeFree(tiling: Tiling, block: Block, size: f64): void {
  remove(tiling, block, classOf(size), PLAIN_LINKS);
}

/** Make a free block of what lies between `start` and the block after `left`. Only after `ensureBlocks`. */
export function addFree(tiling: Tiling, left: Block, start: f64): void {
  const block = insertAfter(tiling, left, start);
  block.markFree();
  tiling.freeBlocks++;
  tiling.freeMemory += block.size;
  file(tiling, block);
}

/** Let the block before one that is in no bin take it in: a free block less. */
export function absorb(tiling: Tiling, block: Block): void {
  removeFromRing(tiling, block);
  tiling.freeBlocks--;
}

/** Blocks that `take` adds at most: the live one, and the free one after it. */
export const TAKEN: u32 = 2;

/**
 * Make [address, address + size), within a free block, a live block; what is left on either side stays free. Only
 * after `ensureBlocks`. O(1).
 */
export function take(tiling: Tiling, block: Block, address: f64, size: f64, label: u32): void {
  unfile(tiling, block);
  let live = block;
  if (address > block.start) {
    live = insertAfter(tiling, block, address);
    file(tiling, block);
  } else {
    block.markLive();
    tiling.freeBlocks--;
  }
  live.label = label;
  tiling.freeMemory -= live.size;
  if (address + size < live.end) addFree(tiling, live, address + size);
  putIn(tiling, live);
  tiling.version++;
}

/** Make the first part of a free block, which was taken out of its bin and starts at `start`, live; the rest stays free. */
@inline
export function takeFront(tiling: Tiling, live: Block, start: f64, size: f64, label: u32): void {
  // The block after a free one is live.
  const right = live.next;
  const blockEnd = right.start;
  live.prevAndFlags &= ~FREE;
  live.label = label;
  const end = start + size;
  if (end < blockEnd) {
    const rest = changetype<Block>(popNode(PLAIN_BLOCK));
    rest.start = end;
    rest.prevAndFlags = changetype<usize>(live) | FREE;
    rest.next = right;
    right.prevAndFlags = changetype<usize>(rest) | LEFT_FREE;
    live.next = rest;
    pushFree(tiling, rest, blockEnd - end);
  } else {
    right.prevAndFlags &= ~LEFT_FREE;
    tiling.freeBlocks--;
  }
  tiling.freeMemory -= size;
  enter(tiling, live, start);
  tiling.version++;
}

/** Keep what a live block was, withdrawn from the table, and make it free, merged with free neighbours. O(1). */
@inline
export function release(tiling: Tiling, freed: Block): void {
  let block = freed;
  const flags = block.prevAndFlags;
  const right = block.next;
  let next = right;
  let start = block.start;
  let end = right.start;
  const size = end - start;
  keep(block, size);
  tiling.freeMemory += size;
  tiling.version++;
  let freeBlocks = tiling.freeBlocks + 1;
  if (right.free) {
    next = right.next;
    const rightEnd = next.start;
    removeFree(tiling, right, rightEnd - end);
    end = rightEnd;
    block.next = next;
    discard(tiling, PLAIN_BLOCK, right, block);
    freeBlocks--;
  }
  if (flags & LEFT_FREE) {
    const left = changetype<Block>(flags & -8);
    const leftStart = left.start;
    removeFree(tiling, left, start - leftStart);
    start = leftStart;
    left.next = next;
    discard(tiling, PLAIN_BLOCK, block, left);
    block = left;
    freeBlocks--;
  } else {
    block.prevAndFlags = flags | FREE;
  }
  next.prevAndFlags = changetype<usize>(block) | LEFT_FREE;
  tiling.freeBlocks = freeBlocks;
  pushFree(tiling, block, end - start);
}

/** Withdraw and `release` a live block where time matters less than code. */
export function giveBack(tiling: Tiling, block: Block): void {
  const left = block.prev;
  const right = block.next;
  takeOut(tiling, block.start);
  tiling.freeMemory += block.size;
  tiling.freeBlocks++;
  block.markFree();
  if (right.free) {
    unfile(tiling, right);
    absorb(tiling, right);
  }
  if (left.free) {
    unfile(tiling, left);
    absorb(tiling, block);
  }
  file(tiling, left.free ? left : block);
}
