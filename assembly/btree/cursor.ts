// Cursor: a place in a tree, and the path of nodes that leads to it. Every operation on a tree first seeks, and then
// reads or changes the tree where the cursor stands. Cursors are scratch: a call needs them, nothing outlives it.
//
//   cursor   level 0: leaf u32, slot u32 | level 1: its parent, which child the leaf is | … | level height: root, …
//
// In the leaf, the slot may be one past the last entry: the place where an entry would be inserted.

import { scratch } from "../kernel/scratch";
import { LANES, lanesAtLeast, MAX_KEY, pairsAtLeast } from "./lanes";
import {
  countOf,
  getKey,
  getLink,
  getValue,
  isPastEnd,
  keysOf,
  setKey,
  setValue,
  valuesOf,
} from "./node";
import { Tree } from "./tree";

/** Bytes of a cursor. At least 3 children to a node, of at least 64 bytes: 4 GiB make fewer than 20 levels. */
const CURSOR_BYTES: u32 = 256;

@unmanaged
export class Cursor {
  leaf: u32;
  slot: u32;

  @inline
  nodeAt(level: u32): usize {
    return load<u32>(changetype<usize>(this) + (level << 3));
  }
  @inline
  slotAt(level: u32): u32 {
    return load<u32>(changetype<usize>(this) + (level << 3), 4);
  }
  @inline
  setAt(level: u32, node: usize, slot: u32): void {
    store<u32>(changetype<usize>(this) + (level << 3), <u32>node);
    store<u32>(changetype<usize>(this) + (level << 3), slot, 4);
  }

  // Of the entry under the cursor:
  @inline
  get key(): Num {
    return getKey(this.leaf, this.slot);
  }
  @inline
  get value(): Num {
    return getValue(this.leaf, this.slot);
  }
  @inline
  get label(): u32 {
    return getLink(this.leaf, this.slot);
  }
}

/** One of the two cursors of this instance. */
@inline
export function cursor(index: u32): Cursor {
  return changetype<Cursor>(scratch() + index * CURSOR_BYTES);
}

@inline
function first(mask: u32): u32 {
  return ctz(mask);
}

/** The slot of a leaf for a mask of lanes, one past the last lane if it is empty. */
@inline
function firstInLeaf(mask: u32): u32 {
  return ctz(mask | (1 << LANES));
}

// Seeking -----------------------------------------------------------------------------------------------------

/** To the first entry, in order of key, whose value is at least `value`. Only if `value` ≤ tree.largest. O(log n). */
@inline
export function seekValue(tree: Tree, at: Cursor, value: Num): void {
  let node: usize = tree.root;
  for (let level = tree.height; level > 0; level--) {
    const slot = first(lanesAtLeast(valuesOf(node), value));
    at.setAt(level, node, slot);
    node = getLink(node, slot);
  }
  at.setAt(0, node, first(lanesAtLeast(valuesOf(node), value)));
}

/** From the cursor's slot on, to the first entry whose value is at least `value`; false if there is none. O(log n). */
export function seekNextValue(tree: Tree, at: Cursor, value: Num): bool {
  let node: usize = at.leaf;
  let found = lanesAtLeast(valuesOf(node), value) & ((<u32>-1) << at.slot);
  let level: u32 = 0;
  while (!found) {
    if (++level > tree.height) return false;
    node = at.nodeAt(level);
    found = lanesAtLeast(valuesOf(node), value) & ((<u32>-2) << at.slotAt(level));
  }
  for (; level > 0; level--) {
    at.setAt(level, node, first(found));
    node = getLink(node, first(found));
    found = lanesAtLeast(valuesOf(node), value);
  }
  at.setAt(0, node, first(found));
  return true;
}

/** BY_KEY: to the first entry of at least `key` in the leaf that `key` belongs in, or past its last entry. O(log n). */
@inline
export function seekKey(tree: Tree, at: Cursor, key: Num): void {
  let node: usize = tree.root;
  for (let level = tree.height; level > 0; level--) {
    const slot = first(lanesAtLeast(keysOf(node), key));
    at.setAt(level, node, slot);
    node = getLink(node, slot);
  }
  at.setAt(0, node, firstInLeaf(lanesAtLeast(keysOf(node), key)));
}

/** BY_PAIR: the same for (key, value). O(log n). */
export function seekPair(tree: Tree, at: Cursor, key: Num, value: Num): void {
  let node: usize = tree.root;
  for (let level = tree.height; level > 0; level--) {
    const slot = first(pairsAtLeast(keysOf(node), key, value));
    at.setAt(level, node, slot);
    node = getLink(node, slot);
  }
  at.setAt(0, node, firstInLeaf(pairsAtLeast(keysOf(node), key, value)));
}

// Stepping ----------------------------------------------------------------------------------------------------

/** If the cursor is past the last entry of its leaf: to the first one of the next leaf. False if there is none. */
@inline
export function settle(tree: Tree, at: Cursor): bool {
  return isPastEnd(at.leaf, at.slot) ? stepToNextLeaf(tree, at) : true;
}

/** To the first entry of the next leaf; false, and no move, if this is the last leaf. O(log n). */
export function stepToNextLeaf(tree: Tree, at: Cursor): bool {
  let level: u32 = 0;
  let slot: u32;
  do {
    if (++level > tree.height) return false;
    slot = at.slotAt(level);
  } while (getKey(at.nodeAt(level), slot) == MAX_KEY);
  slot++;
  let node = at.nodeAt(level);
  for (; level > 0; level--) {
    at.setAt(level, node, slot);
    node = getLink(node, slot);
    slot = 0;
  }
  at.setAt(0, node, 0);
  return true;
}

/** To the last entry of the leaf before; false, and no move, if this is the first leaf. O(log n). */
export function stepToPreviousLeaf(tree: Tree, at: Cursor): bool {
  let level: u32 = 0;
  do if (++level > tree.height) return false;
  while (at.slotAt(level) == 0);
  let node = at.nodeAt(level);
  let slot = at.slotAt(level) - 1;
  for (; level > 0; level--) {
    at.setAt(level, node, slot);
    node = getLink(node, slot);
    slot = countOf(node, level - 1) - 1;
  }
  at.setAt(0, node, slot);
  return true;
}

/** To the next entry, from one; false, and no move, if there is none. */
export function stepRight(tree: Tree, at: Cursor): bool {
  const slot = at.slot + 1;
  if (isPastEnd(at.leaf, slot)) return stepToNextLeaf(tree, at);
  at.slot = slot;
  return true;
}

/** To the entry before; false, and no move, if there is none. */
export function stepLeft(tree: Tree, at: Cursor): bool {
  if (at.slot == 0) return stepToPreviousLeaf(tree, at);
  at.slot--;
  return true;
}

// Bounds ------------------------------------------------------------------------------------------------------

/** BY_KEY: the last entry of the cursor's leaf is to be `key`, below the next entry: raise the leaf's bound to it. */
export function raiseBound(tree: Tree, at: Cursor, key: Num): void {
  for (let level: u32 = 1; level <= tree.height; level++) {
    const bound = getKey(at.nodeAt(level), at.slotAt(level));
    if (bound == MAX_KEY) continue; // its parent's bounds it
    if (bound < key) setKey(at.nodeAt(level), at.slotAt(level), key);
    return;
  }
}

/** BY_KEY: the first entry of the cursor's leaf is to be above `key`, which no entry before it is: lower the bound before. */
export function lowerBound(tree: Tree, at: Cursor, key: Num): void {
  for (let level: u32 = 1; level <= tree.height; level++) {
    const slot = at.slotAt(level);
    if (slot == 0) continue;
    if (getKey(at.nodeAt(level), slot - 1) > key) setKey(at.nodeAt(level), slot - 1, key);
    return;
  }
}
