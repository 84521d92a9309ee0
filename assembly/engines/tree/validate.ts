// The checker: walks both trees of an allocator and checks every invariant of node.ts, tree.ts and balance.ts.
// O(n) for the tree by address, O(n log n) more with the tree by size.

import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_FILL,
  BAD_GREATEST,
  BAD_LANES,
  BAD_LINKS,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SECOND_ORDER,
  BAD_SEPARATOR,
  BAD_SIZE,
  BAD_SUM,
  damage,
} from "../../damage";
import {
  BEST_FIT,
  Handle,
  addressTree,
  blocksOf,
  capacityOf,
  freeMemoryOf,
  liveOf,
  liveTree,
  policyOf,
  sizeTree,
} from "../../record";
import { freeStartAfter } from "../../ranges";
import { OK } from "../../status";
import { entryA, entryB, seekAddress, setSlot, slot } from "./cursor";
import { LANES } from "./lanes";
import {
  ByAddress,
  BySize,
  Labelled,
  MIN_FILL,
  countOf,
  getA,
  getB,
  getChild,
  isByAddress,
  isBySize,
  isLabelled,
  nextLeaf,
  prevLeaf,
  unreachable,
} from "./node";
import { Tree, heightOf, innersOf, largestOf, leavesOf, rootOf } from "./tree";

// What the walk has met so far.
let leaves: u32 = 0;
let inners: u32 = 0;
let entries: u32 = 0;
let sum: f64 = 0;
let lastLeaf: usize = 0;
let lastA: f64 = -1;
let lastB: f64 = 0;

/** OK, or the first damage found. */
export function validateFreeTree<T>(a: Handle): f64 {
  const byAddress = validateTree<T, ByAddress>(a, addressTree(a));
  if (byAddress != OK) return byAddress;
  return policyOf(a) == BEST_FIT ? validateTree<T, BySize>(a, sizeTree(a)) : OK;
}

/**
 * The live blocks of a tracked allocator: a sound tree, no block overlapping another or a free one, and together
 * with the free ones the whole capacity.
 */
export function validateLive<T>(a: Handle): f64 {
  return validateTree<T, Labelled>(a, liveTree(a));
}

function validateTree<T, O>(a: Handle, tree: Tree): f64 {
  leaves = 0;
  inners = 0;
  entries = 0;
  sum = 0;
  lastLeaf = 0;
  lastA = -1;
  lastB = 0;
  const status = validateNode<T, O>(a, rootOf(tree), heightOf(tree), true, 0, 0);
  if (status != OK) return status;
  if (nextLeaf(lastLeaf)) return damage(BAD_LINKS, lastA);
  if (leaves != leavesOf(tree) || inners != innersOf(tree)) return damage(BAD_COUNT, leaves);
  if (entries != (isLabelled<O>() ? liveOf(a) : blocksOf(a))) return damage(BAD_COUNT, entries);
  const expected = isLabelled<O>() ? capacityOf(a) - freeMemoryOf(a) : freeMemoryOf(a);
  if (sum != expected) return damage(BAD_SUM, sum);
  if (isByAddress<O>()) {
    const largest = entries ? greatestBelow<T>(rootOf(tree), heightOf(tree)) : <T>0;
    if (largest != largestOf<T>(tree)) return damage(BAD_GREATEST, <f64>largestOf<T>(tree));
  }
  return OK;
}

/** Check `node` and all below it. (boundA, boundB) is the separator in front of it. */
function validateNode<T, O>(
  a: Handle,
  node: usize,
  level: u32,
  isRoot: bool,
  boundA: T,
  boundB: T,
): f64 {
  const count = countOf(node);
  const least: u32 = isRoot ? (level ? 2 : 0) : MIN_FILL;
  if (count < least || count > LANES) return damage(BAD_FILL, lastA);
  for (let i = count; i < LANES; i++) {
    if (getA<T>(node, i) != unreachable<T>() || getB<T>(node, i) != 0) return damage(BAD_LANES, lastA);
  }
  if (level == 0) return validateLeaf<T, O>(a, node, count, boundA, boundB);

  inners++;
  if (getA<T>(node, 0) != 0) return damage(BAD_SEPARATOR, lastA);
  if (!isByAddress<O>() && getB<T>(node, 0) != 0) return damage(BAD_SEPARATOR, lastA);
  for (let i: u32 = 0; i < count; i++) {
    const separatorA = i ? getA<T>(node, i) : boundA;
    const separatorB: T = isByAddress<O>() ? <T>0 : i ? getB<T>(node, i) : boundB;
    // Everything met so far is below the separator; validateLeaf sees to it that nothing behind it is.
    if (i && !isBelow<O>(lastA, lastB, <f64>separatorA, <f64>separatorB)) {
      return damage(BAD_SEPARATOR, lastA);
    }
    const child = getChild<T>(node, i);
    const status = validateNode<T, O>(a, child, level - 1, false, separatorA, separatorB);
    if (status != OK) return status;
    if (isByAddress<O>() && getB<T>(node, i) != greatestBelow<T>(child, level - 1)) {
      return damage(BAD_GREATEST, lastA);
    }
  }
  return OK;
}

function validateLeaf<T, O>(a: Handle, node: usize, count: u32, boundA: T, boundB: T): f64 {
  leaves++;
  if (prevLeaf(node) != lastLeaf) return damage(BAD_LINKS, lastA);
  if (lastLeaf && nextLeaf(lastLeaf) != node) return damage(BAD_LINKS, lastA);
  lastLeaf = node;
  for (let i: u32 = 0; i < count; i++) {
    const entryOfA = <f64>getA<T>(node, i);
    const entryOfB = <f64>getB<T>(node, i);
    if (isBelow<O>(entryOfA, entryOfB, <f64>boundA, <f64>boundB)) return damage(BAD_SEPARATOR, entryOfA);
    const start = isBySize<O>() ? entryOfB : entryOfA;
    const size = isBySize<O>() ? entryOfA : entryOfB;
    if (!(size >= 1)) return damage(BAD_SIZE, start);
    if (!(start >= 0 && start + size <= capacityOf(a))) return damage(BAD_BOUNDS, start);
    if (isByAddress<O>()) {
      // lastB is the size of the block before: the two must not even touch.
      if (lastA >= 0 && start <= lastA + lastB) return damage(BAD_ORDER, start);
    } else if (isLabelled<O>()) {
      if (lastA >= 0 && start < lastA + lastB) return damage(BAD_ORDER, start);
      if (freeStartAfter(a, start) < start + size) return damage(BAD_LIVE, start);
    } else {
      if (lastA >= 0 && !isBelow<O>(lastA, lastB, entryOfA, entryOfB)) return damage(BAD_ORDER, start);
      if (!hasBlock<T>(a, <T>start, <T>size)) return damage(BAD_SECOND_ORDER, start);
    }
    lastA = entryOfA;
    lastB = entryOfB;
    entries++;
    sum += size;
  }
  return OK;
}

function isBelow<O>(a: f64, b: f64, thanA: f64, thanB: f64): bool {
  if (!isBySize<O>()) return a < thanA;
  return a < thanA || (a == thanA && b < thanB);
}

/** The greatest b lane of a node, one by one: not with the code that is being checked. */
function greatestBelow<T>(node: usize, level: u32): T {
  const count = countOf(node);
  let most: T = 0;
  for (let i: u32 = 0; i < count; i++) most = max<T>(most, getB<T>(node, i));
  return most;
}

/** Whether the tree by address holds the block. */
function hasBlock<T>(a: Handle, start: T, size: T): bool {
  seekAddress<T>(addressTree(a), start);
  if (slot() == 0) return false;
  setSlot(slot() - 1);
  return entryA<T>() == start && entryB<T>() == size;
}
