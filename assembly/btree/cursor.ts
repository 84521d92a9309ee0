// Cursor: a place in a tree, and the path of nodes that leads to it. Every operation on a tree first seeks, and then
// reads or changes the tree where the cursor stands. Cursors are scratch: a call needs them, nothing outlives it.
//
//   cursor   0      4      8                 12                      8 + 4 · (height − 1)
//            | leaf | slot | place, level 1  | place, level 2  | … | place, level height: in the root |
//
// A place is the address of a child's key in its inner node: node + slot · LANE. Nodes start at multiples of ARRAY, so
// that it tells both. In the leaf, the slot may be one past the last entry: where an entry would be inserted.

import { scratch } from "../kernel/scratch";
import { ARRAY, LANE, LANES, lanesAtLeast, MAX_KEY, pairsAtLeast } from "./lanes";
import {
  countOf,
  getKey,
  getLink,
  getValue,
  isPastEnd,
  KEYS,
  keysOf,
  setKey,
  VALUES,
  valuesOf,
} from "./node";
import { Tree } from "./tree";

/** Bytes of a cursor. At least 3 children to a node, of at least 64 bytes: 4 GiB make fewer than 20 levels. */
const CURSOR_BYTES: u32 = 128;

@unmanaged
export class Cursor {
  leaf: u32;
  slot: u32;

  /** On a level above the leaves. */
  @inline
  placeAt(level: u32): usize {
    return load<u32>(changetype<usize>(this) + (level << 2), 4);
  }
  @inline
  setPlace(level: u32, place: usize): void {
    store<u32>(changetype<usize>(this) + (level << 2), <u32>place, 4);
  }
  @inline
  setLeaf(leaf: usize, slot: u32): void {
    this.leaf = <u32>leaf;
    this.slot = slot;
  }

  // On any level:
  nodeAt(level: u32): usize {
    return level ? nodeOf(this.placeAt(level)) : this.leaf;
  }
  slotAt(level: u32): u32 {
    return level ? slotOf(this.placeAt(level)) : this.slot;
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

@inline
export function nodeOf(place: usize): usize {
  return place & -(<usize>ARRAY);
}
@inline
export function slotOf(place: usize): u32 {
  return (<u32>place & (ARRAY - 1)) / LANE;
}
@inline
function placeOf(node: usize, slot: u32): usize {
  return node + slot * LANE;
}

/** One of the two cursors of this instance. */
@inline
export function cursor(index: u32): Cursor {
  return changetype<Cursor>(scratch() + index * CURSOR_BYTES);
}

/** The slot of the first lane of a mask. */
@inline
function first(mask: u32): u32 {
  return ctz(mask);
}

// Seeking -----------------------------------------------------------------------------------------------------

/**
 * BY_KEY: to the first entry whose key is at least `least`, in the leaf that it belongs in, or past its last entry; or, by
 * the array of values (VALUES), to the first entry whose value is. The slot; the leaf is left in `at`.
 */
export function descend(tree: Tree, at: Cursor, array: u32, least: Num): u32 {
  let node: usize = tree.root;
  let level = tree.height;
  while (true) {
    // In an inner node there is one: the bound of its last child, or its greatest value.
    const slot = first(lanesAtLeast(node + array, least));
    if (level == 0) {
      at.leaf = <u32>node;
      return min(slot, LANES);
    }
    load<u32>(node, 2 * ARRAY); // so that the links are on their way
    const place = placeOf(node, slot);
    at.setPlace(level--, place);
    node = getLink(place, 0);
  }
}

/** BY_KEY: to the first entry whose value is at least `value`. Only if `value` ≤ tree.largest. O(log n). */
@inline
export function seekValue(tree: Tree, at: Cursor, value: Num): void {
  at.slot = descend(tree, at, VALUES, value);
}

/** To the first entry of at least `key` in the leaf that `key` belongs in, or past its last entry. O(log n). */
@inline
export function seekKey(tree: Tree, at: Cursor, key: Num): void {
  at.slot = descend(tree, at, KEYS, key);
}

/** BY_PAIR: the same for (key, value). O(log n). */
export function seekPair(tree: Tree, at: Cursor, key: Num, value: Num): void {
  let node: usize = tree.root;
  let level = tree.height;
  while (true) {
    const slot = first(pairsAtLeast(keysOf(node), key, value));
    if (level == 0) {
      at.setLeaf(node, min(slot, LANES));
      return;
    }
    load<u32>(node, 2 * ARRAY); // so that the links are on their way
    const place = placeOf(node, slot);
    at.setPlace(level--, place);
    node = getLink(place, 0);
  }
}

/** BY_KEY: from the cursor's slot on, to the first entry whose value is at least `value`; false if there is none. O(log n). */
export function seekNextValue(tree: Tree, at: Cursor, value: Num): bool {
  let node: usize = at.leaf;
  let from = at.slot;
  let level: u32 = 0;
  while (true) {
    const found = lanesAtLeast(valuesOf(node), value) & ((<u32>-1) << from);
    if (!found) {
      if (++level > tree.height) return false;
      const place = at.placeAt(level);
      node = nodeOf(place);
      from = slotOf(place) + 1;
      continue;
    }
    if (level == 0) {
      at.setLeaf(node, first(found));
      return true;
    }
    const place = placeOf(node, first(found));
    at.setPlace(level--, place);
    node = getLink(place, 0);
    from = 0;
  }
}

// Stepping ----------------------------------------------------------------------------------------------------

/** BY_KEY: to the first entry whose key is greater than `key`; false if there is none. O(log n). */
export function seekAfter(tree: Tree, at: Cursor, key: Num): bool {
  seekKey(tree, at, key + 1);
  return settle(tree, at);
}

/** If the cursor is past the last entry of its leaf: to the first one of the next leaf. False if there is none. */
@inline
export function settle(tree: Tree, at: Cursor): bool {
  return isPastEnd(at.leaf, at.slot) ? stepToNextLeaf(tree, at) : true;
}

/** To the first entry of the next leaf; false, and no move, if this is the last leaf. O(log n). */
export function stepToNextLeaf(tree: Tree, at: Cursor): bool {
  let level: u32 = 0;
  let place: usize;
  do {
    if (++level > tree.height) return false;
    place = at.placeAt(level);
  } while (getKey(place, 0) == MAX_KEY); // the last child
  place += LANE;
  do {
    at.setPlace(level, place);
    place = getLink(place, 0);
  } while (--level);
  at.setLeaf(place, 0);
  return true;
}

/** To the last entry of the leaf before; false, and no move, if this is the first leaf. O(log n). */
export function stepToPreviousLeaf(tree: Tree, at: Cursor): bool {
  let level: u32 = 0;
  let place: usize;
  do {
    if (++level > tree.height) return false;
    place = at.placeAt(level);
  } while (slotOf(place) == 0);
  place -= LANE;
  let node: usize;
  let last: u32;
  do {
    at.setPlace(level, place);
    node = getLink(place, 0);
    last = countOf(node, --level) - 1;
    place = placeOf(node, last);
  } while (level);
  at.setLeaf(node, last);
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
    const place = at.placeAt(level);
    const bound = getKey(place, 0);
    if (bound == MAX_KEY) continue; // its parent's bounds it
    if (bound < key) setKey(place, 0, key);
    return;
  }
}

/** BY_KEY: the first entry of the cursor's leaf is to be above `key`, which no entry before it is: lower the bound before. */
export function lowerBound(tree: Tree, at: Cursor, key: Num): void {
  for (let level: u32 = 1; level <= tree.height; level++) {
    const place = at.placeAt(level);
    if (slotOf(place) == 0) continue;
    if (getKey(place - LANE, 0) > key) setKey(place - LANE, 0, key);
    return;
  }
}
