// Linked list: the free blocks in address order, each linked to the one before and the one after it; first fit by
// traversal. Algorithms A and B of D. E. Knuth, The Art of Computer Programming, vol. 1 (1968), section 2.5, with
// links in both directions. A tracked allocator keeps its live blocks in the same list (tracked.ts).
//
//   list    0       4          8               16                24     28
//           | magic | tracked  | capacity  f64 | freeMemory  f64 | head | tail |
//           32           36           40        44
//           | freeBlocks | liveBlocks | version | (unused) |
//
//   block   0            8            16     20     24      28
//           | start  f64 | size  f64  | prev | next | label | live |
//
// Invariants, from head to tail:
//   - size ≥ 1, and every block lies within [0, capacity);
//   - blocks are in address order; untracked, free blocks do not touch (touching ones have been merged); tracked,
//     the blocks tile [0, capacity), and no two free ones are neighbours;
//   - next.prev is the block itself; head has no prev, tail no next;
//   - freeMemory is the sum of the free blocks' sizes, freeBlocks and liveBlocks are their numbers.

import { fits, padding } from "../kernel/alignment";
import {
  ensureNodes,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  takeNode,
} from "../kernel/pool";
import { NODE_STORAGE, NOT_ALLOCATED, NOT_FREE, OK, OUT_OF_MEMORY } from "../kernel/status";

/** In a record that was released, the pool's link stands here: 0 or a multiple of 8. */
const MAGIC: u32 = 0x5ba11157;

@unmanaged
export class Block {
  start: f64;
  size: f64;
  prev: Block | null;
  next: Block | null;
  label: u32;
  /** 1 while it is allocated, 0 while it is free. */
  live: u32;

  get end(): f64 {
    return this.start + this.size;
  }
}

@unmanaged
export class List {
  magic: u32;
  tracked: u32;
  capacity: f64;
  freeMemory: f64;
  head: Block | null;
  tail: Block | null;
  freeBlocks: u32;
  liveBlocks: u32;
  /** Moves on with every change, so that readers notice. */
  version: u32;
}

export const LIST_NODE: NodeClass = nodeClass(<u32>offsetof<List>());
export const BLOCK_NODE: NodeClass = nodeClass(<u32>offsetof<Block>());

// Life --------------------------------------------------------------------------------------------------------

/** A list whose whole capacity is free; null if the node storage cannot grow. O(1). */
export function createList(capacity: f64, tracked: bool): List | null {
  if (!ensureNodes(LIST_NODE, 1) || !ensureNodes(BLOCK_NODE, 1)) return null;
  const list = changetype<List>(takeNode(LIST_NODE));
  memory.fill(changetype<usize>(list), 0, offsetof<List>());
  list.magic = MAGIC;
  list.tracked = <u32>tracked;
  list.capacity = capacity;
  release(list, null, null, 0, capacity);
  return list;
}

/** Whether a handle names a list that has not been destroyed. */
export function isList(handle: usize): bool {
  return changetype<List>(handle).magic == MAGIC;
}

/** Release every block. The list must be filled again, by `release`, or destroyed. O(n). */
export function clear(list: List): void {
  while (list.head) unlink(list, list.head!);
  list.freeMemory = 0;
  list.version++;
}

/** Make the whole capacity free. OK or NODE_STORAGE. O(n). */
export function reset(list: List): i32 {
  if (!list.head && !ensureNodes(BLOCK_NODE, 1)) return NODE_STORAGE;
  clear(list);
  return release(list, null, null, 0, list.capacity);
}

export function destroyList(list: List): void {
  clear(list);
  releaseNode(LIST_NODE, changetype<usize>(list));
}

/** Bytes of the list and its blocks. O(1). */
export function listBytes(list: List): f64 {
  return (
    <f64>nodeBytes(LIST_NODE) +
    <f64>(list.freeBlocks + list.liveBlocks) * <f64>nodeBytes(BLOCK_NODE)
  );
}

// Links -------------------------------------------------------------------------------------------------------

/** Add a block between two neighbours, either of which may be missing. Only after `ensureNodes`. */
export function link(
  list: List,
  left: Block | null,
  right: Block | null,
  start: f64,
  size: f64,
  live: bool,
): Block {
  const block = changetype<Block>(takeNode(BLOCK_NODE));
  block.start = start;
  block.size = size;
  block.prev = left;
  block.next = right;
  block.label = 0;
  block.live = <u32>live;
  if (left) left.next = block;
  else list.head = block;
  if (right) right.prev = block;
  else list.tail = block;
  if (live) list.liveBlocks++;
  else list.freeBlocks++;
  return block;
}

export function unlink(list: List, block: Block): void {
  const left = block.prev;
  const right = block.next;
  if (left) left.next = right;
  else list.head = right;
  if (right) right.prev = left;
  else list.tail = left;
  if (block.live) list.liveBlocks--;
  else list.freeBlocks--;
  releaseNode(BLOCK_NODE, changetype<usize>(block));
}

// Search ------------------------------------------------------------------------------------------------------

/** The first block that ends after `address`, free or live; null if there is none. O(n). */
export function seek(list: List, address: f64): Block | null {
  let block = list.head;
  while (block && block.end <= address) block = block.next;
  return block;
}

/** First fit: the free block of lowest address that can hold `size` at a multiple of `alignment`, or null. O(n). */
export function firstFit(list: List, size: f64, alignment: f64): Block | null {
  let block = list.head;
  while (block && (block.live || !fits<f64>(block.start, block.size, size, alignment)))
    block = block.next;
  return block;
}

/** The free block that contains [address, address + size), or null. O(n). */
export function freeBlockAround(list: List, address: f64, size: f64): Block | null {
  const block = seek(list, address);
  return block && !block.live && block.start <= address && block.end >= address + size
    ? block
    : null;
}

// Split and merge ---------------------------------------------------------------------------------------------

/**
 * Take [address, address + size) out of the free block that contains it; what is left on either side stays free.
 * OK or NODE_STORAGE. O(1).
 */
export function carve(list: List, block: Block, address: f64, size: f64): i32 {
  const end = address + size;
  const front = address - block.start;
  const back = block.end - end;
  if (front > 0 && back > 0) {
    if (!ensureNodes(BLOCK_NODE, 1)) return NODE_STORAGE;
    block.size = front;
    link(list, block, block.next, end, back, false);
  } else if (front > 0) {
    block.size = front;
  } else if (back > 0) {
    block.start = end;
    block.size = back;
  } else {
    unlink(list, block);
  }
  list.freeMemory -= size;
  list.version++;
  return OK;
}

/**
 * Make [start, start + size), which lies between two neighbours in the list, free: alone or merged with those that
 * are free and touch it. OK or NODE_STORAGE. O(1).
 */
export function release(
  list: List,
  left: Block | null,
  right: Block | null,
  start: f64,
  size: f64,
): i32 {
  const touchesLeft = left != null && !left.live && left.end == start;
  const touchesRight = right != null && !right.live && right.start == start + size;
  if (touchesLeft && touchesRight) {
    left!.size += size + right!.size;
    unlink(list, right!);
  } else if (touchesLeft) {
    left!.size += size;
  } else if (touchesRight) {
    right!.start = start;
    right!.size += size;
  } else {
    if (!ensureNodes(BLOCK_NODE, 1)) return NODE_STORAGE;
    link(list, left, right, start, size, false);
  }
  list.freeMemory += size;
  list.version++;
  return OK;
}

// Ranges ------------------------------------------------------------------------------------------------------

/** The address of a range now taken, OUT_OF_MEMORY or NODE_STORAGE. O(n). */
export function allocate(list: List, size: f64, alignment: f64): f64 {
  const block = firstFit(list, size, alignment);
  if (!block) return OUT_OF_MEMORY;
  const address = block.start + padding<f64>(block.start, alignment);
  const status = carve(list, block, address, size);
  return status == OK ? address : status;
}

/** Take exactly [address, address + size). OK, NOT_FREE or NODE_STORAGE. O(n). */
export function reserve(list: List, address: f64, size: f64): i32 {
  const block = freeBlockAround(list, address, size);
  return block ? carve(list, block, address, size) : NOT_FREE;
}

/** Free an allocated range. OK, NOT_ALLOCATED or NODE_STORAGE. O(n). */
export function free(list: List, address: f64, size: f64): i32 {
  let left: Block | null = null;
  let right = list.head;
  while (right && right.start < address) {
    left = right;
    right = right.next;
  }
  if (left && left.end > address) return NOT_ALLOCATED;
  if (right && right.start < address + size) return NOT_ALLOCATED;
  return release(list, left, right, address, size);
}

function isAllocated(list: List, address: f64, size: f64): bool {
  const block = seek(list, address);
  return !block || block.start >= address + size;
}

/** Change a range's size in place. OK, NOT_ALLOCATED, OUT_OF_MEMORY (no room after it) or NODE_STORAGE. O(n). */
export function extend(list: List, address: f64, oldSize: f64, newSize: f64): i32 {
  if (!isAllocated(list, address, oldSize)) return NOT_ALLOCATED;
  if (newSize == oldSize) return OK;
  if (newSize < oldSize) return free(list, address + newSize, oldSize - newSize);
  if (newSize > list.capacity - address) return OUT_OF_MEMORY;
  const status = reserve(list, address + oldSize, newSize - oldSize);
  return status == NOT_FREE ? OUT_OF_MEMORY : status;
}

// Capacity ----------------------------------------------------------------------------------------------------

/** Lengthen to `capacity`; what is new is free. OK or NODE_STORAGE. O(1). */
export function grow(list: List, capacity: f64): i32 {
  const added = capacity - list.capacity;
  if (added == 0) return OK;
  const status = release(list, list.tail, null, list.capacity, added);
  if (status == OK) list.capacity = capacity;
  return status;
}

/** Shorten to `capacity`. OK, or NOT_FREE if a part that would go is allocated. O(n). */
export function shrink(list: List, capacity: f64): i32 {
  const removed = list.capacity - capacity;
  if (removed == 0) return OK;
  const status = reserve(list, capacity, removed);
  if (status == OK) list.capacity = capacity;
  return status;
}

// Queries -----------------------------------------------------------------------------------------------------

/** Size of the largest free block, 0 if there is none. O(n). */
export function largest(list: List): f64 {
  let size: f64 = 0;
  let block = list.head;
  while (block) {
    if (!block.live) size = max(size, block.size);
    block = block.next;
  }
  return size;
}
