// The cursor: a place in a tree, and the path of nodes that leads to it. There is one, in static memory;
// every operation on a tree first seeks, and then reads or changes the tree where the cursor stands.
//
//   path   level 0: leaf and slot | level 1: its parent and which child the leaf is | … | level height: root
//
// In the leaf, the slot may be one past its last entry: the place where an entry would be inserted.

import {
  aLanes,
  bLanes,
  countOf,
  getA,
  getB,
  getC,
  getChild,
  isLabelled,
  nextLeaf,
  setA,
} from "./node";
import { lanesAtLeast, rank, rankOfPair } from "./lanes";
import { Tree, heightOf, rootOf } from "./tree";

/** With 7 children at least to a node, 4 GiB of nodes stay far below this height. */
const MAX_LEVELS: i32 = 16;
const path: usize = memory.data(MAX_LEVELS * 8, 16);

@inline
export function nodeAt(level: u32): usize {
  return load<u32>(path + (level << 3));
}
@inline
export function slotAt(level: u32): u32 {
  return load<u32>(path + (level << 3), 4);
}
@inline
function setAt(level: u32, node: usize, slot: u32): void {
  store<u32>(path + (level << 3), <u32>node);
  store<u32>(path + (level << 3), slot, 4);
}

/** The leaf in which the cursor stands. */
@inline
export function leaf(): usize {
  return nodeAt(0);
}
/** The slot of that leaf at which it stands. */
@inline
export function slot(): u32 {
  return slotAt(0);
}
@inline
export function setSlot(value: u32): void {
  store<u32>(path, value, 4);
}

@inline
function lowestBit(mask: u32): u32 {
  return ctz(mask);
}

/** From `node` on `level` down to the first entry, in order of address, of at least `size`; there is one. */
function descendToFit<T>(node: usize, level: u32, size: T): void {
  for (; level > 0; level--) {
    const child = lowestBit(lanesAtLeast<T>(bLanes<T>(node), size));
    setAt(level, node, child);
    node = getChild<T>(node, child);
  }
  setAt(0, node, lowestBit(lanesAtLeast<T>(bLanes<T>(node), size)));
}

/** To the free block of lowest address that has at least `size`. Only if `size` ≤ largest. O(log n). */
export function seekFit<T>(tree: Tree, size: T): void {
  descendToFit<T>(rootOf(tree), heightOf(tree), size);
}

/** To the first free block of at least `size` in slot `from` of the cursor's leaf or behind; false if there is none. O(log n). */
export function seekFitFrom<T>(tree: Tree, from: u32, size: T): bool {
  const height = heightOf(tree);
  const here = lanesAtLeast<T>(bLanes<T>(leaf()), size) & (<u32>-1 << from);
  if (here) {
    setSlot(lowestBit(here));
    return true;
  }
  for (let level: u32 = 1; level <= height; level++) {
    const node = nodeAt(level);
    const behind = lanesAtLeast<T>(bLanes<T>(node), size) & (<u32>-2 << slotAt(level));
    if (!behind) continue;
    const child = lowestBit(behind);
    setAt(level, node, child);
    descendToFit<T>(getChild<T>(node, child), level - 1, size);
    return true;
  }
  return false;
}

/** To behind the last free block that starts at or before `address`. O(log n). */
export function seekAddress<T>(tree: Tree, address: T): void {
  let node = rootOf(tree);
  for (let level = heightOf(tree); level > 0; level--) {
    const child = rank<T>(aLanes<T>(node), address) - 1;
    setAt(level, node, child);
    node = getChild<T>(node, child);
  }
  setAt(0, node, rank<T>(aLanes<T>(node), address));
}

/** In a tree whose separators are pairs: to behind the last entry that is not greater than (a, b). O(log n). */
export function seekPair<T>(tree: Tree, a: T, b: T): void {
  let node = rootOf(tree);
  for (let level = heightOf(tree); level > 0; level--) {
    const child = rankOfPair<T>(aLanes<T>(node), a, b) - 1;
    setAt(level, node, child);
    node = getChild<T>(node, child);
  }
  setAt(0, node, rankOfPair<T>(aLanes<T>(node), a, b));
}

/** To the last slot of the leaf before; false, and no move, if this is the first leaf. */
export function stepLeft<T>(tree: Tree): bool {
  const height = heightOf(tree);
  for (let level: u32 = 1; level <= height; level++) {
    const turn = slotAt(level);
    if (turn == 0) continue;
    setAt(level, nodeAt(level), turn - 1);
    let node = getChild<T>(nodeAt(level), turn - 1);
    while (--level) {
      const last = countOf(node) - 1;
      setAt(level, node, last);
      node = getChild<T>(node, last);
    }
    setAt(0, node, countOf(node) - 1);
    return true;
  }
  return false;
}

/** To the first slot of the leaf behind; false, and no move, if this is the last leaf. */
export function stepRight<T>(tree: Tree): bool {
  const height = heightOf(tree);
  for (let level: u32 = 1; level <= height; level++) {
    const turn = slotAt(level) + 1;
    if (turn == countOf(nodeAt(level))) continue;
    setAt(level, nodeAt(level), turn);
    let node = getChild<T>(nodeAt(level), turn);
    while (--level) {
      setAt(level, node, 0);
      node = getChild<T>(node, 0);
    }
    setAt(0, node, 0);
    return true;
  }
  return false;
}

/**
 * The first entry of the cursor's leaf has been moved down to `address`: see that the separator in front of the
 * leaf, which stands where the path last turned right, is not above it. A leaf on the left edge has none.
 */
export function lowerSeparator<T>(tree: Tree, address: T): void {
  const height = heightOf(tree);
  for (let level: u32 = 1; level <= height; level++) {
    const at = slotAt(level);
    if (at == 0) continue;
    if (getA<T>(nodeAt(level), at) > address) setA<T>(nodeAt(level), at, address);
    return;
  }
}

/**
 * The last entry of the cursor's leaf has been moved up to `address`: see that the separator behind the leaf is
 * above it. It may be raised to `bound`, which no entry behind is below. A leaf on the right edge has none.
 */
export function raiseSeparator<T>(tree: Tree, address: T, bound: T): void {
  const height = heightOf(tree);
  for (let level: u32 = 1; level <= height; level++) {
    const behind = slotAt(level) + 1;
    if (behind == countOf(nodeAt(level))) continue;
    if (getA<T>(nodeAt(level), behind) <= address) setA<T>(nodeAt(level), behind, bound);
    return;
  }
}

/**
 * In a tree by start: back to the entry in front of the cursor if that ends after `address`, where the cursor has been
 * sought. False if the cursor then stands on no entry, because none ends after it.
 */
export function stepToEndAfter<T>(tree: Tree, address: T): bool {
  const at = slot();
  if (at > 0) {
    setSlot(at - 1);
    if (entryB<T>() > address - entryA<T>()) return true;
    setSlot(at);
  } else if (stepLeft<T>(tree)) {
    if (entryB<T>() > address - entryA<T>()) return true;
    return stepRight<T>(tree);
  }
  return at < countOf(leaf()) || stepRight<T>(tree);
}

/**
 * Write up to `limit` entries, from the one at the cursor on, to `out` as f64: a and b, and c where entries have one.
 * Answers how many.
 */
export function copyEntries<T, O>(out: usize, limit: u32): u32 {
  let node = leaf();
  let at = slot();
  let count: u32 = 0;
  while (count < limit) {
    if (at == countOf(node)) {
      node = nextLeaf(node);
      if (!node) break;
      at = 0;
    }
    store<f64>(out, <f64>getA<T>(node, at));
    store<f64>(out, <f64>getB<T>(node, at), 8);
    if (isLabelled<O>()) store<f64>(out, <f64>getC<T>(node, at), 16);
    out += isLabelled<O>() ? 24 : 16;
    at++;
    count++;
  }
  return count;
}

/** First and second number of the entry at the cursor. */
@inline
export function entryA<T>(): T {
  return getA<T>(leaf(), slot());
}
@inline
export function entryB<T>(): T {
  return getB<T>(leaf(), slot());
}
