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
import {
  clearFreeTree,
  copyTreeBlocks,
  freeToTree,
  freeTreeBytes,
  initFreeTree,
  largestInTree,
  takeAtCursor,
} from "./engines/tree/free-tree";
import { entryA } from "./engines/tree/cursor";
import { heightOf } from "./engines/tree/tree";
import { validateFreeTree } from "./engines/tree/validate";
import { damageAt as lastDamageAt } from "./damage";
import { choose } from "./policies";
import {
  Handle,
  LINKED_LIST,
  POLICY_COUNT,
  addressTree,
  blocksOf,
  capacityOf,
  createRecord,
  destroyRecord,
  freeMemoryOf,
  isLive,
  isWide,
  policyOf,
  setRover,
  versionOf,
} from "./record";
import { BAD_ARGUMENT, DISPOSED, NODE_STORAGE, OK, OUT_OF_BOUNDS, OUT_OF_MEMORY } from "./status";
import {
  ALLOCATOR_NODE,
  LIST_NODE,
  limitStorage as setStorageLimit,
  nodeBytes,
  storageBytes as usedStorage,
} from "./storage";

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
  if (policy >= POLICY_COUNT || !isSize(capacity)) return BAD_ARGUMENT;
  const a = createRecord(policy, capacity, false);
  if (!a) return NODE_STORAGE;
  if (!init(a)) {
    destroyRecord(a);
    return NODE_STORAGE;
  }
  return <f64>a;
}

function init(a: Handle): bool {
  if (policyOf(a) == LINKED_LIST) return initList(a);
  return isWide(a) ? initFreeTree<f64>(a) : initFreeTree<u32>(a);
}

function clear(a: Handle): void {
  if (policyOf(a) == LINKED_LIST) clearList(a);
  else if (isWide(a)) clearFreeTree<f64>(a);
  else clearFreeTree<u32>(a);
}

/** Give back all nodes of an allocator, and its record. O(free blocks). DISPOSED. */
export function destroy(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  clear(a);
  destroyRecord(a);
  return OK;
}

/** Free everything: one free block from 0 to the capacity. O(free blocks). DISPOSED, NODE_STORAGE. */
export function reset(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  clear(a);
  return init(a) ? OK : NODE_STORAGE;
}

/** Address of a range of `size` now taken. BAD_ARGUMENT, DISPOSED, OUT_OF_MEMORY, NODE_STORAGE (best fit only). */
export function allocate(a: Handle, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  if (policyOf(a) == LINKED_LIST) return isSize(size) ? allocateFromList(a, size) : BAD_ARGUMENT;
  if (isWide(a)) return isSize(size) ? allocateFromTree<f64>(a, size) : BAD_ARGUMENT;
  const narrow = <u32>size;
  if (<f64>narrow == size && narrow != 0) return allocateFromTree<u32>(a, narrow);
  return isSize(size) ? OUT_OF_MEMORY : BAD_ARGUMENT;
}

function allocateFromTree<T>(a: Handle, size: T): f64 {
  if (!choose<T>(a, size)) return OUT_OF_MEMORY;
  const address = takeAtCursor<T>(a, entryA<T>(), size);
  if (address >= 0) setRover(a, address + <f64>size);
  return address;
}

/** Give [address, address + size) back. BAD_ARGUMENT, DISPOSED, OUT_OF_BOUNDS, NOT_ALLOCATED, NODE_STORAGE. */
export function free(a: Handle, address: f64, size: f64): f64 {
  if (!isLive(a)) return DISPOSED;
  if (!isAddress(address) || !isSize(size)) return BAD_ARGUMENT;
  if (size > capacityOf(a) - address) return OUT_OF_BOUNDS;
  if (policyOf(a) == LINKED_LIST) return freeToList(a, address, size);
  return isWide(a) ? freeToTree<f64>(a, address, size) : freeToTree<u32>(a, <u32>address, <u32>size);
}

/** Sum of all free block sizes. O(1). */
export function freeMemory(a: Handle): f64 {
  return isLive(a) ? freeMemoryOf(a) : DISPOSED;
}

/** Size of the largest free block, 0 when nothing is free. O(1), by linked list O(n). */
export function largest(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  if (policyOf(a) == LINKED_LIST) return largestInList(a);
  return isWide(a) ? largestInTree<f64>(a) : <f64>largestInTree<u32>(a);
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
  const most = min(limit, RESULT_PAIRS);
  if (policyOf(a) == LINKED_LIST) return copyListBlocks(a, address, resultBuffer, most);
  if (isWide(a)) return copyTreeBlocks<f64>(a, address, resultBuffer, most);
  return address < capacityOf(a) ? copyTreeBlocks<u32>(a, <u32>address, resultBuffer, most) : 0;
}

/** Where in linear memory results of more than one number are written. */
export function resultAddress(): usize {
  return resultBuffer;
}

/** A counter that every change of the free blocks moves on. O(1). */
export function version(a: Handle): f64 {
  return isLive(a) ? <f64>versionOf(a) : DISPOSED;
}

/** Levels of the tree, its leaves included; 1 for the linked list. O(1). */
export function height(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  return policyOf(a) == LINKED_LIST ? 1 : <f64>heightOf(addressTree(a)) + 1;
}

/** Bytes of node storage in use by this allocator, its record included. O(1). */
export function metadataBytes(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  const record: f64 = nodeBytes(ALLOCATOR_NODE);
  if (policyOf(a) == LINKED_LIST) return record + <f64>blocksOf(a) * nodeBytes(LIST_NODE);
  return record + (isWide(a) ? freeTreeBytes<f64>(a) : freeTreeBytes<u32>(a));
}

/** OK, or the code of the first invariant that does not hold; `damageAt()` then says where. O(n). */
export function validate(a: Handle): f64 {
  if (!isLive(a)) return DISPOSED;
  if (policyOf(a) == LINKED_LIST) return validateList(a);
  return isWide(a) ? validateFreeTree<f64>(a) : validateFreeTree<u32>(a);
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
