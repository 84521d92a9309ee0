// An allocator as a whole: its ranges, and of a tracked one its live blocks. How it begins, ends and is checked.

import { validateList } from "./engines/linked-list";
import { freeTreeBytes } from "./engines/tree/free-tree";
import { clearLive, initLive } from "./engines/tree/live-tree";
import { Labelled } from "./engines/tree/node";
import { heightOf, treeBytes } from "./engines/tree/tree";
import { validateFreeTree, validateLive } from "./engines/tree/validate";
import { clearRanges, initRanges } from "./ranges";
import {
  Handle,
  LINKED_LIST,
  addressTree,
  blocksOf,
  createRecord,
  destroyRecord,
  isTracked,
  isWide,
  liveTree,
  policyOf,
} from "./record";
import { OK } from "./status";
import { ALLOCATOR_NODE, LIST_NODE, nodeBytes } from "./storage";

/** A new allocator, all free; 0 if the node storage cannot grow. O(1). */
export function newAllocator(policy: u32, capacity: f64, tracked: bool): Handle {
  const a = createRecord(policy, capacity, tracked);
  if (!a) return 0;
  if (initAllocator(a)) return a;
  dropAllocator(a);
  return 0;
}

/** Make the whole capacity free. False if the node storage cannot grow, which it need not after `clearAllocator`. */
export function initAllocator(a: Handle): bool {
  if (!initRanges(a)) return false;
  if (!isTracked(a)) return true;
  return isWide(a) ? initLive<f64>(a) : initLive<u32>(a);
}

/** Give all nodes back. O(n). */
export function clearAllocator(a: Handle): void {
  clearRanges(a);
  if (!isTracked(a)) return;
  if (isWide(a)) clearLive<f64>(a);
  else clearLive<u32>(a);
}

/** Give all nodes and the record back. O(n). */
export function dropAllocator(a: Handle): void {
  clearAllocator(a);
  destroyRecord(a);
}

/** Check every invariant; OK or the first damage found. */
export function checkAllocator(a: Handle): f64 {
  const status = checkRanges(a);
  if (status != OK || !isTracked(a)) return status;
  return isWide(a) ? validateLive<f64>(a) : validateLive<u32>(a);
}

function checkRanges(a: Handle): f64 {
  if (policyOf(a) == LINKED_LIST) return validateList(a);
  return isWide(a) ? validateFreeTree<f64>(a) : validateFreeTree<u32>(a);
}

/** Levels of the engine's tree, its leaves included; 1 for the linked list. O(1). */
export function levelsOf(a: Handle): u32 {
  return policyOf(a) == LINKED_LIST ? 1 : heightOf(addressTree(a)) + 1;
}

/** Bytes of node storage in use, the record included. O(1). */
export function metadataOf(a: Handle): f64 {
  return <f64>nodeBytes(ALLOCATOR_NODE) + freeBytes(a) + liveBytes(a);
}

function freeBytes(a: Handle): f64 {
  if (policyOf(a) == LINKED_LIST) return <f64>blocksOf(a) * nodeBytes(LIST_NODE);
  return isWide(a) ? freeTreeBytes<f64>(a) : freeTreeBytes<u32>(a);
}

function liveBytes(a: Handle): f64 {
  if (!isTracked(a)) return 0;
  return isWide(a) ? treeBytes<f64, Labelled>(liveTree(a)) : treeBytes<u32, Labelled>(liveTree(a));
}
