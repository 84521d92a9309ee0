// Live blocks: what a tracked allocator has handed out, in a B+tree by start, each with a label.
// Between two free blocks the live ones lie side by side without a gap, because every address is either free
// or part of a live block.

import { Handle, liveOf, liveTree, setLive } from "../../record";
import { insertAtCursor, removeAtCursor } from "./balance";
import { copyEntries, leaf, seekPair, slot, stepToEndAfter } from "./cursor";
import { Labelled, getC, setB, setC, unreachable } from "./node";
import { clearTree, initTree } from "./tree";

/** Begin without live blocks. False if the node storage cannot grow. */
export function initLive<T>(a: Handle): bool {
  setLive(a, 0);
  return initTree<T, Labelled>(liveTree(a));
}

/** Give all nodes back. O(live blocks). */
export function clearLive<T>(a: Handle): void {
  clearTree<T, Labelled>(liveTree(a));
}

/** Record a block. Its nodes must be reserved. O(log n). */
export function insertLive<T>(a: Handle, start: T, size: T, label: u32): void {
  // Separators are pairs, but only their start counts: sizes change in place.
  seekPair<T>(liveTree(a), start, unreachable<T>());
  insertAtCursor<T, Labelled>(liveTree(a), start, size, label);
  setLive(a, liveOf(a) + 1);
}

/** Forget the block at the cursor. O(log n). */
export function removeLiveAtCursor<T>(a: Handle): void {
  removeAtCursor<T, Labelled>(liveTree(a));
  setLive(a, liveOf(a) - 1);
}

/** Put the cursor on the first live block that ends after `address`; false if there is none. O(log n). */
export function seekLiveAfter<T>(a: Handle, address: T): bool {
  seekPair<T>(liveTree(a), address, unreachable<T>());
  return stepToEndAfter<T>(liveTree(a), address);
}

/** Label of the block at the cursor. */
export function entryLabel<T>(): u32 {
  return getC<T>(leaf(), slot());
}
export function setEntryLabel<T>(label: u32): void {
  setC<T>(leaf(), slot(), label);
}
export function setEntrySize<T>(size: T): void {
  setB<T>(leaf(), slot(), size);
}
/** Write up to `limit` (start, size, label) triples to `out`, from the first block that ends after `address`. */
export function copyLiveBlocks<T>(a: Handle, address: T, out: usize, limit: u32): u32 {
  return seekLiveAfter<T>(a, address) ? copyEntries<T, Labelled>(out, limit) : 0;
}
