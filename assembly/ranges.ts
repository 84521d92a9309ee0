// Ranges: what every engine can do with ranges of addresses, whichever engine it is and however wide its
// numbers are. Arguments have been checked (index.ts); the two generic functions are one body for both widths.

import { padding } from "./alignment";
import {
  clearList,
  copyListBlocks,
  findInList,
  freeToList,
  initList,
  largestInList,
  listBlockAfter,
  sizeOf,
  startOf,
  takeFromList,
} from "./engines/linked-list";
import { entryA, entryB } from "./engines/tree/cursor";
import {
  clearFreeTree,
  copyTreeBlocks,
  freeToTree,
  initFreeTree,
  largestInTree,
  reserveForBlocks,
  reserveForSteps,
  seekBlockAfter,
  takeAtCursor,
} from "./engines/tree/free-tree";
import { choose } from "./policies";
import {
  Handle,
  LINKED_LIST,
  MAX_NARROW,
  blocksOf,
  capacityOf,
  isTracked,
  isWide,
  policyOf,
  setRover,
} from "./record";
import { NOT_FREE, OUT_OF_MEMORY } from "./status";
import { LIST_NODE, reserveNodes } from "./storage";

function isList(a: Handle): bool {
  return policyOf(a) == LINKED_LIST;
}

/** Make the whole capacity one free block. False if the node storage cannot grow. */
export function initRanges(a: Handle): bool {
  if (isList(a)) return initList(a);
  return isWide(a) ? initFreeTree<f64>(a) : initFreeTree<u32>(a);
}

/** Give all nodes back. O(n). */
export function clearRanges(a: Handle): void {
  if (isList(a)) clearList(a);
  else if (isWide(a)) clearFreeTree<f64>(a);
  else clearFreeTree<u32>(a);
}

/** Take `size` at a multiple of `alignment` where the policy says. The address, OUT_OF_MEMORY or NODE_STORAGE. */
export function allocateRange(a: Handle, size: f64, alignment: f64): f64 {
  if (isList(a)) {
    const node = findInList(a, size, alignment);
    if (!node) return OUT_OF_MEMORY;
    const start = startOf(node);
    return takeFromList(a, node, start + padding<f64>(start, alignment), size);
  }
  if (isWide(a)) return allocateFromTree<f64>(a, size, alignment);
  if (size > MAX_NARROW) return OUT_OF_MEMORY;
  return allocateFromTree<u32>(a, <u32>size, <u32>min(alignment, MAX_NARROW));
}

/** The same for an allocator with trees. */
@inline
export function allocateFromTree<T>(a: Handle, size: T, alignment: T): f64 {
  if (!choose<T>(a, size, alignment)) return OUT_OF_MEMORY;
  const start = entryA<T>();
  const address: T = alignment == 1 ? start : start + padding<T>(start, alignment);
  const result = takeAtCursor<T>(a, address, size);
  if (result >= 0) setRover(a, result + <f64>size);
  return result;
}

/** Whether `allocateRange` would find room. */
export function canAllocateRange(a: Handle, size: f64, alignment: f64): bool {
  if (isList(a)) return findInList(a, size, alignment) != 0;
  if (isWide(a)) return choose<f64>(a, size, alignment);
  return size <= MAX_NARROW && choose<u32>(a, <u32>size, <u32>min(alignment, MAX_NARROW));
}

/** Take exactly [address, address + size). The address, NOT_FREE or NODE_STORAGE. */
export function takeRange(a: Handle, address: f64, size: f64): f64 {
  if (isList(a)) {
    const node = listBlockAfter(a, address);
    if (!node || startOf(node) > address || startOf(node) + sizeOf(node) < address + size) return NOT_FREE;
    return takeFromList(a, node, address, size);
  }
  return isWide(a)
    ? takeFromTree<f64>(a, address, size)
    : takeFromTree<u32>(a, <u32>address, <u32>size);
}

function takeFromTree<T>(a: Handle, address: T, size: T): f64 {
  if (!seekBlockAfter<T>(a, address)) return NOT_FREE;
  const start = entryA<T>();
  if (start > address || entryB<T>() - (address - start) < size) return NOT_FREE;
  return takeAtCursor<T>(a, address, size);
}

/** Give [address, address + size) back. OK, NOT_ALLOCATED or NODE_STORAGE. */
export function freeRange(a: Handle, address: f64, size: f64): f64 {
  if (isList(a)) return freeToList(a, address, size);
  return isWide(a) ? freeToTree<f64>(a, address, size) : freeToTree<u32>(a, <u32>address, <u32>size);
}

/**
 * Make sure of all nodes that taking one range and freeing another may take, in whichever order, so that the second
 * cannot fail once the first is done. False if the node storage cannot grow.
 */
export function reserveForMove(a: Handle): bool {
  if (isList(a) && !reserveNodes(LIST_NODE, 2)) return false;
  if (isList(a) && !isTracked(a)) return true;
  return isWide(a) ? reserveForSteps<f64>(a, 2, 2, 3) : reserveForSteps<u32>(a, 2, 2, 3);
}

/**
 * Make sure of all nodes that changes of ranges may take while there are at most `more` free blocks more than now,
 * so that they can be undone one by one. The list needs nothing: it takes as many nodes as it had before.
 */
export function reserveForBatch(a: Handle, more: u32): bool {
  if (isList(a)) return true;
  const blocks = blocksOf(a) + more;
  return isWide(a) ? reserveForBlocks<f64>(a, blocks) : reserveForBlocks<u32>(a, blocks);
}

/** Size of the largest free block, 0 when nothing is free. */
export function largestRange(a: Handle): f64 {
  if (isList(a)) return largestInList(a);
  return isWide(a) ? largestInTree<f64>(a) : <f64>largestInTree<u32>(a);
}

/** Start of the first free block that ends after `address`, the capacity if there is none. */
export function freeStartAfter(a: Handle, address: f64): f64 {
  if (address >= capacityOf(a)) return capacityOf(a);
  if (isList(a)) {
    const node = listBlockAfter(a, address);
    return node ? startOf(node) : capacityOf(a);
  }
  if (isWide(a)) return seekBlockAfter<f64>(a, address) ? entryA<f64>() : capacityOf(a);
  return seekBlockAfter<u32>(a, <u32>address) ? <f64>entryA<u32>() : capacityOf(a);
}

/** Write up to `limit` (start, size) pairs of free blocks to `out`, from the first one that ends after `address`. */
export function copyFreeRanges(a: Handle, address: f64, out: usize, limit: u32): u32 {
  if (address >= capacityOf(a)) return 0;
  if (isList(a)) return copyListBlocks(a, address, out, limit);
  if (isWide(a)) return copyTreeBlocks<f64>(a, address, out, limit);
  return copyTreeBlocks<u32>(a, <u32>address, out, limit);
}
