// Balance: insert and remove entries at the cursor, splitting nodes that are full, and refilling nodes that
// fall below MIN_FILL from a sibling or merging the two. R. Bayer and E. McCreight, Organization and
// Maintenance of Large Ordered Indices (1972), in the B+ form of D. Comer, The Ubiquitous B-Tree (1979).
//
// Separators: every entry left of a child is below the child's separator, and none in it is; the first child
// of a node has no separator of its own (node.ts), so what bounds it on the left is its node's separator,
// further up. Hence a first child that ceases to be first takes over the separator of its node, and one that
// becomes first leaves its own to it.
//
// After any of these the cursor's path is out of date.

import {
  MIN_FILL,
  bLanes,
  countOf,
  getA,
  getB,
  getC,
  getChild,
  giveInner,
  giveLeaf,
  innerClass,
  insertChild,
  insertEntry,
  isByAddress,
  isLabelled,
  leafClass,
  linkLeafAfter,
  moveChildrenToEnd,
  moveEntriesToEnd,
  removeChild,
  removeEntry,
  setA,
  setB,
  takeInner,
  takeLeaf,
  unlinkLeaf,
} from "./node";
import { reserveNodes } from "../../storage";
import { LANES, greatest } from "./lanes";
import { entryB, leaf, nodeAt, slot, slotAt } from "./cursor";
import { lowerGreatest, raiseGreatest } from "./greatest-size";
import {
  Tree,
  heightOf,
  innersOf,
  leavesOf,
  setHeight,
  setInners,
  setLeaves,
  setRoot,
} from "./tree";

const HALF: u32 = LANES / 2;

/** What a parent's b lane says of `node` (leaf or inner): its greatest size, or its separator's start. */
function summaryOf<T, O>(node: usize, separatorStart: T): T {
  return isByAddress<O>() ? greatest<T>(bLanes<T>(node)) : separatorStart;
}

/** Make sure of the nodes that an insertion at the cursor takes; not for labelled leaves (reserveForSteps). */
export function reserveForInsert<T, O>(tree: Tree): bool {
  if (countOf(leaf()) < LANES) return true;
  const height = heightOf(tree);
  let level: u32 = 1;
  while (level <= height && countOf(nodeAt(level)) == LANES) level++;
  const inners = level <= height ? level - 1 : level;
  return reserveNodes(leafClass<T, O>(), 1) && reserveNodes(innerClass<T>(), inners);
}

/** Insert an entry at the cursor. Its nodes must be reserved. O(log n). */
export function insertAtCursor<T, O>(tree: Tree, a: T, b: T, c: u32 = 0): void {
  const left = leaf();
  const at = slot();
  if (countOf(left) < LANES) {
    insertEntry<T, O>(left, at, a, b, c);
    if (isByAddress<O>()) raiseGreatest<T>(tree, 1, b);
    return;
  }
  const right = takeLeaf<T, O>();
  setLeaves(tree, leavesOf(tree) + 1);
  linkLeafAfter(right, left);
  moveEntriesToEnd<T, O>(right, left, HALF);
  if (at <= HALF) insertEntry<T, O>(left, at, a, b, c);
  else insertEntry<T, O>(right, at - HALF, a, b, c);
  addSibling<T, O>(tree, left, right, b);
}

/** The node `left` on the path has been split: hang `right` behind it. `b` is what was inserted. */
function addSibling<T, O>(tree: Tree, left: usize, right: usize, b: T): void {
  let a = getA<T>(right, 0);
  let start = getB<T>(right, 0);
  const height = heightOf(tree);
  for (let level: u32 = 1; level <= height; level++) {
    const node = nodeAt(level);
    const at = slotAt(level) + 1;
    // The greatest size below `left` may have moved to `right`: set it, whatever it was.
    if (isByAddress<O>()) setB<T>(node, at - 1, greatest<T>(bLanes<T>(left)));
    const summary = summaryOf<T, O>(right, start);
    if (countOf(node) < LANES) {
      insertChild<T>(node, at, a, summary, right);
      if (isByAddress<O>()) raiseGreatest<T>(tree, level + 1, b);
      return;
    }
    const half = takeInner<T>();
    setInners(tree, innersOf(tree) + 1);
    const halfA = getA<T>(node, HALF);
    const halfStart = getB<T>(node, HALF);
    moveChildrenToEnd<T>(half, node, HALF);
    clearSeparator<T, O>(half);
    if (at <= HALF) insertChild<T>(node, at, a, summary, right);
    else insertChild<T>(half, at - HALF, a, summary, right);
    left = node;
    right = half;
    a = halfA;
    start = halfStart;
  }
  const root = takeInner<T>();
  setInners(tree, innersOf(tree) + 1);
  insertChild<T>(root, 0, <T>0, summaryOf<T, O>(left, <T>0), left);
  insertChild<T>(root, 1, a, summaryOf<T, O>(right, start), right);
  setRoot(tree, root);
  setHeight(tree, height + 1);
  if (isByAddress<O>()) raiseGreatest<T>(tree, height + 2, b);
}

/** The first child has no separator. */
function clearSeparator<T, O>(inner: usize): void {
  setA<T>(inner, 0, <T>0);
  if (!isByAddress<O>()) setB<T>(inner, 0, <T>0);
}

/** The first child of `inner` takes over the separator in slot `at` of the parent. */
function inheritSeparator<T, O>(inner: usize, parent: usize, at: u32): void {
  setA<T>(inner, 0, getA<T>(parent, at));
  if (!isByAddress<O>()) setB<T>(inner, 0, getB<T>(parent, at));
}

/** Remove the entry at the cursor. O(log n). */
export function removeAtCursor<T, O>(tree: Tree): void {
  const node = leaf();
  const was = entryB<T>();
  removeEntry<T, O>(node, slot());
  if (isByAddress<O>()) lowerGreatest<T>(tree, was);
  if (countOf(node) < MIN_FILL && heightOf(tree) > 0) refillLeaf<T, O>(tree);
}

/** The cursor's leaf has too few entries: merge it with a sibling, or even the two out. */
function refillLeaf<T, O>(tree: Tree): void {
  const parent = nodeAt(1);
  const at = rightOfPair(parent, slotAt(1));
  const left = getChild<T>(parent, at - 1);
  const right = getChild<T>(parent, at);
  const total = countOf(left) + countOf(right);
  if (total <= LANES) {
    moveEntriesToEnd<T, O>(left, right, 0);
    unlinkLeaf(right);
    giveLeaf<T, O>(right);
    setLeaves(tree, leavesOf(tree) - 1);
    dropRightOfPair<T, O>(tree, 1, at);
    return;
  }
  while (countOf(left) < total / 2) {
    insertEntry<T, O>(left, countOf(left), getA<T>(right, 0), getB<T>(right, 0), labelAt<T, O>(right, 0));
    removeEntry<T, O>(right, 0);
  }
  while (countOf(right) < total / 2) {
    const last = countOf(left) - 1;
    insertEntry<T, O>(right, 0, getA<T>(left, last), getB<T>(left, last), labelAt<T, O>(left, last));
    removeEntry<T, O>(left, last);
  }
  setA<T>(parent, at, getA<T>(right, 0));
  summarisePair<T, O>(parent, at, left, right, getB<T>(right, 0));
}

function labelAt<T, O>(leaf: usize, slot: u32): u32 {
  return isLabelled<O>() ? getC<T>(leaf, slot) : 0;
}

/** The inner node on `level` of the path may have too few children: the same, or let the root go. */
function refillInner<T, O>(tree: Tree, level: u32): void {
  const node = nodeAt(level);
  if (level == heightOf(tree)) {
    if (countOf(node) > 1) return;
    setRoot(tree, getChild<T>(node, 0));
    setHeight(tree, level - 1);
    giveInner<T>(node);
    setInners(tree, innersOf(tree) - 1);
    return;
  }
  if (countOf(node) >= MIN_FILL) return;
  const parent = nodeAt(level + 1);
  const at = rightOfPair(parent, slotAt(level + 1));
  const left = getChild<T>(parent, at - 1);
  const right = getChild<T>(parent, at);
  const total = countOf(left) + countOf(right);
  inheritSeparator<T, O>(right, parent, at);
  if (total <= LANES) {
    moveChildrenToEnd<T>(left, right, 0);
    giveInner<T>(right);
    setInners(tree, innersOf(tree) - 1);
    dropRightOfPair<T, O>(tree, level + 1, at);
    return;
  }
  while (countOf(left) < total / 2) {
    const end = countOf(left);
    insertChild<T>(left, end, getA<T>(right, 0), getB<T>(right, 0), getChild<T>(right, 0));
    removeChild<T>(right, 0);
  }
  while (countOf(right) < total / 2) {
    const last = countOf(left) - 1;
    insertChild<T>(right, 0, getA<T>(left, last), getB<T>(left, last), getChild<T>(left, last));
    removeChild<T>(left, last);
  }
  const start = getB<T>(right, 0);
  setA<T>(parent, at, getA<T>(right, 0));
  clearSeparator<T, O>(right);
  summarisePair<T, O>(parent, at, left, right, start);
}

/** The child in slot `at` and a sibling of it: the slot of the right one of the two. */
function rightOfPair(parent: usize, at: u32): u32 {
  return at + 1 < countOf(parent) ? at + 1 : at;
}

/** Two siblings have been evened out: `at` is the slot of the right one, `start` its separator's start. */
function summarisePair<T, O>(parent: usize, at: u32, left: usize, right: usize, start: T): void {
  if (isByAddress<O>()) setB<T>(parent, at - 1, greatest<T>(bLanes<T>(left)));
  setB<T>(parent, at, summaryOf<T, O>(right, start));
}

/** Two siblings have been merged into the left one: drop the right one, in slot `at`, from their parent. */
function dropRightOfPair<T, O>(tree: Tree, level: u32, at: u32): void {
  const parent = nodeAt(level);
  if (isByAddress<O>()) {
    setB<T>(parent, at - 1, max<T>(getB<T>(parent, at - 1), getB<T>(parent, at)));
  }
  removeChild<T>(parent, at);
  refillInner<T, O>(tree, level);
}
