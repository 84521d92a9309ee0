// Balance: insert and remove entries at the cursor. A full node is split; one that falls below MIN_FILL shares the
// entries of a sibling, or the two become one. After either the cursor's path is out of date.
//
// Bounds: the last child of a node has no bound of its own (node.ts). So a child that becomes the last one gives its
// bound up to its parent, and one that ceases to be takes its parent's over.

import { Cursor, nodeOf, seekKey, seekPair, slotOf } from "./cursor";
import { greatest, LANE, LANES, MAX_KEY } from "./lanes";
import { greatestInLeaf, propagate } from "./largest";
import {
  countOf,
  dropNode,
  getKey,
  getLink,
  getValue,
  insertEntry,
  isFull,
  isSparse,
  newNode,
  removeEntry,
  setKey,
  setValue,
  shareEntries,
  splitNode,
  valuesOf,
  WITH_LINKS,
} from "./node";
import { BY_KEY, Tree } from "./tree";

function countNodes(tree: Tree, level: u32, more: i32): void {
  if (level) tree.inners += more;
  else tree.leaves += more;
}

/** Take the bound from the child in `slot`, which is the last one of `inner` now. */
function dropBound(tree: Tree, inner: usize, slot: u32): void {
  setKey(inner, slot, MAX_KEY);
  if (tree.order != BY_KEY) setValue(inner, slot, 0);
}

/** Insert an entry at the cursor. Only after `ensureNodes`. O(log n). */
export function insert(tree: Tree, at: Cursor, key: Num, value: Num, link: u32): void {
  if (isFull(at.leaf, 0)) {
    if (makeRoom(tree, at)) {
      if (tree.order == BY_KEY) seekKey(tree, at, key);
      else seekPair(tree, at, key, value);
    } else {
      insertSplitting(tree, at, key, value, link);
      return;
    }
  }
  if (tree.order == BY_KEY && value > greatestInLeaf(tree, at)) propagate(tree, at, 0, 0, value);
  insertEntry(at.leaf, tree.leafArrays, at.slot, key, value, link);
}

/** Let the sibling of the cursor's leaf, which is full, take some of its entries; false, and no change, if it is too full. */
function makeRoom(tree: Tree, at: Cursor): bool {
  if (tree.height == 0) return false;
  const place = pairAt(at.placeAt(1));
  const count = countOf(getLink(place, 0), 0);
  const total = count + countOf(getLink(place + LANE, 0), 0);
  if (total > 2 * LANES - 2) return false;
  share(tree, place, 0, count, total / 2);
  return true;
}

/** Insert an entry into a full leaf: the node to the left of a split keeps half of the entries. */
function insertSplitting(tree: Tree, at: Cursor, key: Num, value: Num, link: u32): void {
  const keep: u32 = LANES / 2;
  const isByKey = tree.order == BY_KEY;
  const inserted = value;
  let most: Num = 0;
  let level: u32 = 0;
  for (; level <= tree.height; level++) {
    const node = at.nodeAt(level);
    const slot = at.slotAt(level);
    const arrays = tree.arraysAt(level);
    // The child that was split has kept its upper part, and its slot.
    if (level && isByKey) setValue(node, slot, most);
    if (!isFull(node, level)) {
      insertEntry(node, arrays, slot, key, value, link);
      if (isByKey) propagate(tree, at, level, 0, inserted);
      return;
    }
    const left = splitNode(node, arrays, keep);
    countNodes(tree, level, 1);
    const bound = getKey(left, keep - 1);
    const second = getValue(left, keep - 1);
    if (level) dropBound(tree, left, keep - 1);
    if (slot < keep) insertEntry(left, arrays, slot, key, value, link);
    else insertEntry(node, arrays, slot - keep, key, value, link);
    key = bound;
    value = isByKey ? greatest(valuesOf(left)) : second;
    link = <u32>left;
    most = isByKey ? greatest(valuesOf(node)) : 0;
  }
  const root = newNode(WITH_LINKS);
  insertEntry(root, WITH_LINKS, 0, MAX_KEY, most, tree.root);
  insertEntry(root, WITH_LINKS, 0, key, value, link);
  tree.root = <u32>root;
  tree.height = level;
  tree.inners++;
  if (isByKey) tree.largest = max<Num>(value, most);
}

/** Remove the entry at the cursor. O(log n). */
export function remove(tree: Tree, at: Cursor): void {
  if (tree.order == BY_KEY) propagate(tree, at, 0, at.value, 0);
  removeEntry(at.leaf, tree.leafArrays, at.slot);
  rebalance(tree, at);
}

/** The place of a child in its parent, or of the one before it if it is the last: where the left of two siblings is. */
function pairAt(place: usize): usize {
  return getKey(place, 0) == MAX_KEY ? place - LANE : place;
}

/** Of the entries of two siblings on `level`, the left one in `place`, let the left one have the first `keep`; 0 drops it. */
function share(tree: Tree, place: usize, level: u32, count: u32, keep: u32): void {
  const isByKey = tree.order == BY_KEY;
  const arrays = tree.arraysAt(level);
  const left: usize = getLink(place, 0);
  const right: usize = getLink(place + LANE, 0);
  const last = left + count * LANE - LANE;
  if (level) {
    setKey(last, 0, getKey(place, 0));
    if (!isByKey) setValue(last, 0, getValue(place, 0));
  }
  shareEntries(left, right, arrays, count, keep);
  if (isByKey) setValue(place + LANE, 0, greatest(valuesOf(right)));
  if (keep == 0) {
    dropNode(left, arrays);
    countNodes(tree, level, -1);
    removeEntry(nodeOf(place), WITH_LINKS, slotOf(place));
    return;
  }
  const end = left + keep * LANE - LANE;
  setKey(place, 0, getKey(end, 0));
  setValue(place, 0, isByKey ? greatest(valuesOf(left)) : getValue(end, 0));
  if (level) dropBound(tree, left, keep - 1);
}

/** If the cursor's leaf has too few entries: mend it, and what that leaves too small above it. O(log n). */
export function rebalance(tree: Tree, at: Cursor): void {
  let level: u32 = 0;
  for (; level < tree.height; level++) {
    if (!isSparse(at.nodeAt(level), level)) return;
    const place = pairAt(at.placeAt(level + 1));
    const count = countOf(getLink(place, 0), level);
    const total = count + countOf(getLink(place + LANE, 0), level);
    share(tree, place, level, count, total > LANES ? total / 2 : 0);
    if (total > LANES) return;
  }
  // The root: an inner node with one child gives way to it.
  if (level == 0 || getKey(tree.root, 0) != MAX_KEY) return;
  const root: usize = tree.root;
  tree.root = getLink(root, 0);
  tree.height = level - 1;
  tree.inners--;
  dropNode(root, WITH_LINKS);
}
