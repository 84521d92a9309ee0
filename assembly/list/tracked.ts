// Tracked blocks: every live block is recorded too, in the same list as the free ones, which therefore tile the
// capacity. Each function ensures the nodes it may take, then changes the list by the free list's own operations.

import { padding } from "../kernel/alignment";
import { ensureNodes } from "../kernel/pool";
import {
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../kernel/status";
import {
  BLOCK_NODE,
  Block,
  carve,
  firstFit,
  freeBlockAround,
  List,
  link,
  release,
  seek,
  unlink,
} from "./list";

// The block that a call found last, as it was then.
let found: Block | null = null;
let sizeFound: f64 = 0;
let labelFound: u32 = 0;

export function foundSize(): f64 {
  return sizeFound;
}
export function foundLabel(): u32 {
  return labelFound;
}

/** Find the live block that starts at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(n). */
export function findBlock(list: List, address: f64): i32 {
  const block = seek(list, address);
  if (!block || !block.live) return NOT_ALLOCATED;
  if (block.start != address) return INSIDE_BLOCK;
  found = block;
  sizeFound = block.size;
  labelFound = block.label;
  return OK;
}

/** Nodes that `takeBlock` takes at most: for the live block, and for the free one after it. */
const TAKE_NODES: u32 = 2;

/** Make [address, address + size), within the free block `block`, a live block. Only after `ensureNodes`. */
function takeBlock(list: List, block: Block, address: f64, size: f64, label: u32): void {
  const left = address > block.start ? block : block.prev;
  carve(list, block, address, size);
  link(list, left, left ? left.next : list.head, address, size, true).label = label;
}

/** Make a live block free. Cannot fail: its own node is there for `release`. */
function releaseBlock(list: List, block: Block): void {
  const left = block.prev;
  const right = block.next;
  const start = block.start;
  const size = block.size;
  unlink(list, block);
  release(list, left, right, start, size);
}

/** The address of a block now allocated, OUT_OF_MEMORY or NODE_STORAGE. O(n). */
export function allocateBlock(list: List, size: f64, alignment: f64, label: u32): f64 {
  const block = firstFit(list, size, alignment);
  if (!block) return OUT_OF_MEMORY;
  if (!ensureNodes(BLOCK_NODE, TAKE_NODES)) return NODE_STORAGE;
  const address = block.start + padding<f64>(block.start, alignment);
  takeBlock(list, block, address, size, label);
  return address;
}

/** Allocate exactly [address, address + size). OK, NOT_FREE or NODE_STORAGE. O(n). */
export function reserveBlock(list: List, address: f64, size: f64, label: u32): i32 {
  const block = freeBlockAround(list, address, size);
  if (!block) return NOT_FREE;
  if (!ensureNodes(BLOCK_NODE, TAKE_NODES)) return NODE_STORAGE;
  takeBlock(list, block, address, size, label);
  return OK;
}

/** Free the block at `address`. OK, NOT_ALLOCATED or INSIDE_BLOCK. O(n). */
export function freeBlock(list: List, address: f64): i32 {
  const status = findBlock(list, address);
  if (status == OK) releaseBlock(list, found!);
  return status;
}

/** Change a block's size in place. As `freeBlock`, OUT_OF_MEMORY (no room after it) or NODE_STORAGE. O(n). */
export function extendBlock(list: List, address: f64, newSize: f64): i32 {
  let status = findBlock(list, address);
  if (status != OK) return status;
  const block = found!;
  const right = block.next;
  const end = block.end;
  const more = newSize - sizeFound;
  if (more > 0) {
    if (!right || right.live || right.size < more) return OUT_OF_MEMORY;
    status = carve(list, right, end, more);
  } else if (more < 0) {
    status = release(list, block, right, end + more, -more);
  }
  if (status == OK) block.size = newSize;
  return status;
}

/**
 * Move the block that starts at `from` to `to`, onto addresses that are free or its own. As `freeBlock`, OUT_OF_BOUNDS,
 * NOT_FREE or NODE_STORAGE. O(n).
 */
export function moveBlock(list: List, from: f64, to: f64): i32 {
  const status = findBlock(list, from);
  if (status != OK) return status;
  const size = sizeFound;
  if (size > list.capacity - to) return OUT_OF_BOUNDS;
  if (!ensureNodes(BLOCK_NODE, TAKE_NODES)) return NODE_STORAGE;
  const version = list.version;
  releaseBlock(list, found!);
  const target = freeBlockAround(list, to, size);
  if (target) {
    takeBlock(list, target, to, size, labelFound);
    return OK;
  }
  takeBlock(list, freeBlockAround(list, from, size)!, from, size, labelFound);
  list.version = version;
  return NOT_FREE;
}

/** Relabel the block at `address`. As `freeBlock`. O(n). */
export function setLabel(list: List, address: f64, value: u32): i32 {
  const status = findBlock(list, address);
  if (status != OK) return status;
  found!.label = value;
  list.version++;
  return OK;
}
