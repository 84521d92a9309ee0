// The ABI: everything the module exports, and the only file that the wrapper knows of.
// Handles go in, f64 numbers come out; below zero they are the codes of status.ts and damage.ts.
// Arguments are checked here, once, so that the engines can rely on them; no input traps.

import {
  allocateFromList,
  clearList,
  copyListBlocks,
  freeToList,
  initList,
  largestInList,
  validateList,
} from "./engines/linked-list";
import { damageAt as lastDamageAt } from "./damage";
import {
  Handle,
  LINKED_LIST,
  blocksOf,
  capacityOf,
  createRecord,
  destroyRecord,
  freeMemoryOf,
  isLive,
  versionOf,
} from "./record";
import { BAD_ARGUMENT, DISPOSED, NODE_STORAGE, OK, OUT_OF_BOUNDS } from "./status";
import { limitStorage as setStorageLimit, storageBytes as usedStorage } from "./storage";

const MAX_SAFE: f64 = 9007199254740991;

/** Pairs that `copyFreeBlocks` writes at most. */
const RESULT_PAIRS: u32 = 128;
const resultBuffer: usize = memory.data(2048, 16);

/** Whole, and from 1 to 2^53 − 1. */
function isSize(value: f64): bool {
  return value >= 1 && value <= MAX_SAFE && floor(value) == value;
}

/** Whole, and from 0 to 2^53 − 1. */
function isAddress(value: f64): bool {
  return value >= 0 && value <= MAX_SAFE && floor(value) == value;
}

/** A handle on a new allocator whose whole capacity is free. O(1). BAD_ARGUMENT, NODE_STORAGE. */
export function create(policy: u32, capacity: f64): f64 {
  if (policy != LINKED_LIST || !isSize(capacity)) return BAD_ARGUMENT;
  const a = createRecord(policy, capacity);
  if (!a) return NODE_STORAGE;
  if (!initList(a)) {
    destroyRecord(a);
    return NODE_STORAGE;
  }
  return <f64>a;
}

/** Give back all nodes of an allocator, and its record. O(free blocks). DISPOSED. */
export function destroy(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  clearList(a);
  destroyRecord(a);
  return OK;
}

/** Free everything: one free block from 0 to the capacity. O(free blocks). DISPOSED, NODE_STORAGE. */
export function reset(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  clearList(a);
  return initList(a) ? OK : NODE_STORAGE;
}

/** Address of a range of `size` now taken. BAD_ARGUMENT, DISPOSED, OUT_OF_MEMORY. */
export function allocate(a: Handle, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  if (!isSize(size)) return BAD_ARGUMENT;
  return allocateFromList(a, size);
}

/** Give [address, address + size) back. BAD_ARGUMENT, DISPOSED, OUT_OF_BOUNDS, NOT_ALLOCATED, NODE_STORAGE. */
export function free(a: Handle, address: f64, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  if (size > capacityOf(a) - address) return OUT_OF_BOUNDS;
  return freeToList(a, address, size);
}

/** Sum of all free block sizes. O(1). */
export function freeMemory(a: Handle): f64 {
  return isLive(a) ? freeMemoryOf(a) : DISPOSED;
}

/** Size of the largest free block, 0 when nothing is free. */
export function largest(a: Handle): f64 {
  return isLive(a) ? largestInList(a) : DISPOSED;
}

/** Number of free blocks. O(1). */
export function freeBlockCount(a: Handle): f64 {
  return isLive(a) ? <f64>blocksOf(a) : DISPOSED;
}

/**
 * Write (start, size) pairs of up to `limit` free blocks to `resultAddress()`, in address order from the
 * first one that ends after `address`; answers how many. DISPOSED.
 */
export function copyFreeBlocks(a: Handle, address: f64, limit: u32): f64 {
  if (!isLive(a)) return DISPOSED;
  return <f64>copyListBlocks(a, address, resultBuffer, min(limit, RESULT_PAIRS));
}

/** Where in linear memory results of more than one number are written. */
export function resultAddress(): usize {
  return resultBuffer;
}

/** A counter that every change of the free blocks moves on. O(1). */
export function version(a: Handle): f64 {
  return isLive(a) ? <f64>versionOf(a) : DISPOSED;
}

/** OK, or the code of the first invariant that does not hold; `damageAt()` then says where. O(n). */
export function validate(a: Handle): f64 {
  return isLive(a) ? validateList(a) : DISPOSED;
}

/** Address (or count) that belongs to the damage last found. */
export function damageAt(): f64 {
  return lastDamageAt();
}

/** Bytes of node storage ever in use by all allocators together. */
export function storageBytes(): f64 {
  return usedStorage();
}

/** Keep the node storage below `bytes` from now on. */
export function limitStorage(bytes: f64): void {
  setStorageLimit(bytes);
}
