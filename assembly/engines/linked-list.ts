// Free list: a doubly linked list of the free blocks in address order, searched from its head.
// O(n) time, one node per free block; the engine of policy "linked-list", and the yardstick that the
// others are compared with. First fit over an address-ordered list: D. E. Knuth, The Art of Computer
// Programming, vol. 1 (1968), section 2.5, algorithms A and B.
//
//   node   0            8           16       20       24
//          | start  f64 | size  f64 | prev   | next   | (unused)
//
// Invariants, from head to tail:
//   - size ≥ 1, and every block lies within [0, capacity);
//   - end < next.start: blocks are in address order and never touch (touching blocks are merged);
//   - next.prev is the node itself; head has no prev, tail no next (0 stands for none);
//   - the sizes add up to freeMemory, the nodes to blocks.

import { fits } from "../alignment";
import {
  Handle,
  blocksOf,
  capacityOf,
  freeMemoryOf,
  headOf,
  setBlocks,
  setFreeMemory,
  setHead,
  setTail,
  tailOf,
  touch,
} from "../record";
import { BAD_BOUNDS, BAD_COUNT, BAD_LINKS, BAD_ORDER, BAD_SIZE, BAD_SUM, damage } from "../damage";
import { NODE_STORAGE, NOT_ALLOCATED, OK } from "../status";
import { LIST_NODE, giveNode, reserveNodes, takeNode } from "../storage";

export function startOf(node: usize): f64 {
  return load<f64>(node);
}
export function sizeOf(node: usize): f64 {
  return load<f64>(node, 8);
}
export function prevOf(node: usize): usize {
  return load<u32>(node, 16);
}
export function nextOf(node: usize): usize {
  return load<u32>(node, 20);
}
function setStart(node: usize, value: f64): void {
  store<f64>(node, value);
}
function setSize(node: usize, value: f64): void {
  store<f64>(node, value, 8);
}
function setPrev(node: usize, value: usize): void {
  store<u32>(node, <u32>value, 16);
}
function setNext(node: usize, value: usize): void {
  store<u32>(node, <u32>value, 20);
}

/** Link a new free block between two neighbours, either of which may be 0. Its node must be reserved. */
function insertBetween(a: Handle, left: usize, right: usize, start: f64, size: f64): void {
  const node = takeNode(LIST_NODE);
  setStart(node, start);
  setSize(node, size);
  setPrev(node, left);
  setNext(node, right);
  if (left) setNext(left, node);
  else setHead(a, node);
  if (right) setPrev(right, node);
  else setTail(a, node);
  setBlocks(a, blocksOf(a) + 1);
}

function unlink(a: Handle, node: usize): void {
  const left = prevOf(node);
  const right = nextOf(node);
  if (left) setNext(left, right);
  else setHead(a, right);
  if (right) setPrev(right, left);
  else setTail(a, left);
  giveNode(LIST_NODE, node);
  setBlocks(a, blocksOf(a) - 1);
}

/** Make the whole capacity one free block. False if the node storage cannot grow. */
export function initList(a: Handle): bool {
  if (!reserveNodes(LIST_NODE, 1)) return false;
  insertBetween(a, 0, 0, 0, capacityOf(a));
  setFreeMemory(a, capacityOf(a));
  return true;
}

/** Give all nodes back. */
export function clearList(a: Handle): void {
  for (let node = headOf(a); node; ) {
    const next = nextOf(node);
    giveNode(LIST_NODE, node);
    node = next;
  }
  setHead(a, 0);
  setTail(a, 0);
  setBlocks(a, 0);
  setFreeMemory(a, 0);
  touch(a);
}

/** Add a block behind the last one. Its node must be reserved. */
export function appendToList(a: Handle, start: f64, size: f64): void {
  insertBetween(a, tailOf(a), 0, start, size);
}

/** First fit: the free block of lowest address that can hold `size` at a multiple of `alignment`, or 0. O(n). */
export function findInList(a: Handle, size: f64, alignment: f64): usize {
  let node = headOf(a);
  while (node && !fits<f64>(startOf(node), sizeOf(node), size, alignment)) node = nextOf(node);
  return node;
}

/**
 * Take [address, address + size), which must lie within the free block `node`, out of that block. What is left
 * of it in front and behind stays free. O(1). NODE_STORAGE.
 */
export function takeFromList(a: Handle, node: usize, address: f64, size: f64): f64 {
  const front = address - startOf(node);
  const back = sizeOf(node) - size - front;
  if (front > 0 && back > 0) {
    if (!reserveNodes(LIST_NODE, 1)) return NODE_STORAGE;
    insertBetween(a, node, nextOf(node), address + size, back);
    setSize(node, front);
  } else if (front > 0) {
    setSize(node, front);
  } else if (back > 0) {
    setStart(node, address + size);
    setSize(node, back);
  } else {
    unlink(a, node);
  }
  setFreeMemory(a, freeMemoryOf(a) - size);
  touch(a);
  return address;
}

/** Give [address, address + size) back and merge it with its free neighbours. O(n). */
export function freeToList(a: Handle, address: f64, size: f64): f64 {
  let left: usize = 0;
  let right = headOf(a);
  while (right && startOf(right) < address) {
    left = right;
    right = nextOf(right);
  }
  const end = address + size;
  const leftEnd = left ? startOf(left) + sizeOf(left) : -1;
  if (leftEnd > address) return NOT_ALLOCATED;
  if (right && startOf(right) < end) return NOT_ALLOCATED;

  const touchesLeft = leftEnd == address;
  const touchesRight = right != 0 && startOf(right) == end;
  if (touchesLeft && touchesRight) {
    setSize(left, sizeOf(left) + size + sizeOf(right));
    unlink(a, right);
  } else if (touchesLeft) {
    setSize(left, sizeOf(left) + size);
  } else if (touchesRight) {
    setStart(right, address);
    setSize(right, sizeOf(right) + size);
  } else {
    if (!reserveNodes(LIST_NODE, 1)) return NODE_STORAGE;
    insertBetween(a, left, right, address, size);
  }
  setFreeMemory(a, freeMemoryOf(a) + size);
  touch(a);
  return OK;
}

/** Size of the largest free block, 0 when there is none. O(n). */
export function largestInList(a: Handle): f64 {
  let largest: f64 = 0;
  for (let node = headOf(a); node; node = nextOf(node)) largest = max(largest, sizeOf(node));
  return largest;
}

/** The first free block that ends after `address`, or 0. O(n). */
export function listBlockAfter(a: Handle, address: f64): usize {
  let node = headOf(a);
  while (node && startOf(node) + sizeOf(node) <= address) node = nextOf(node);
  return node;
}

/** Write up to `limit` (start, size) pairs to `out`, from the first block that ends after `address`. O(n). */
export function copyListBlocks(a: Handle, address: f64, out: usize, limit: u32): u32 {
  let node = listBlockAfter(a, address);
  let count: u32 = 0;
  for (; node && count < limit; node = nextOf(node), count++) {
    store<f64>(out, startOf(node));
    store<f64>(out, sizeOf(node), 8);
    out += 16;
  }
  return count;
}

/** Check every invariant; OK or the first damage found. O(n). */
export function validateList(a: Handle): f64 {
  let sum: f64 = 0;
  let count: u32 = 0;
  let previous: usize = 0;
  let previousEnd: f64 = -1;
  for (let node = headOf(a); node; node = nextOf(node)) {
    const start = startOf(node);
    const size = sizeOf(node);
    if (prevOf(node) != previous) return damage(BAD_LINKS, start);
    if (!(size >= 1)) return damage(BAD_SIZE, start);
    if (!(start >= 0 && start + size <= capacityOf(a))) return damage(BAD_BOUNDS, start);
    if (start <= previousEnd) return damage(BAD_ORDER, start);
    if (++count > blocksOf(a)) return damage(BAD_COUNT, start);
    sum += size;
    previous = node;
    previousEnd = start + size;
  }
  if (tailOf(a) != previous) return damage(BAD_LINKS, previousEnd);
  if (count != blocksOf(a)) return damage(BAD_COUNT, previousEnd);
  if (sum != freeMemoryOf(a)) return damage(BAD_SUM, sum);
  return OK;
}
