// Nodes of the B+tree: sixteen entries each, as arrays of lanes (lanes.ts).
//
//   leaf         0              16·B           32·B
//                | a[0..15]     | b[0..15]     | count | prev  | next  |   -   |
//
//   inner node   0              16·B           32·B             32·B + 64
//                | a[0..15]     | b[0..15]     | child[0..15]   | count |   -   |   -   |   -   |
//
// B is the width of a number: 4 bytes (u32, capacities below 2^32) or 8 (f64). What a and b mean depends on
// the order of the tree:
//
//                   leaf a   leaf b   inner a           inner b
//   by address      start    size     separator         greatest size below the child
//   by size         size     start    separator (size)  separator (start)
//
// Invariants: entries fill the lanes from 0 to count − 1. In unused lanes a is the greatest number, so that
// no key reaches it, and b is 0, so that no size finds it. a[0] of an inner node is 0, and so is b[0] by size:
// the first child has no separator. Leaves are doubly linked in order; 0 stands for none.

import {
  INNER_NODE_32,
  INNER_NODE_64,
  LEAF_NODE_32,
  LEAF_NODE_64,
  NodeClass,
  giveNode,
  reserveNodes,
  takeNode,
} from "../../storage";
import { LANES, closeLane, copyLanes, fillLanes, openLane } from "./lanes";

/** Fewest entries of a leaf or an inner node that is not the root. */
export const MIN_FILL: u32 = 7;

/** The number that no key reaches. */
export function unreachable<T>(): T {
  if (isFloat<T>()) return <T>f64.MAX_VALUE;
  return <T>u32.MAX_VALUE;
}

export function leafClass<T>(): NodeClass {
  return sizeof<T>() == 4 ? LEAF_NODE_32 : LEAF_NODE_64;
}
export function innerClass<T>(): NodeClass {
  return sizeof<T>() == 4 ? INNER_NODE_32 : INNER_NODE_64;
}

/** Address of the b lanes. */
export function bLanes<T>(node: usize): usize {
  return node + LANES * sizeof<T>();
}
export function getA<T>(node: usize, slot: u32): T {
  return load<T>(node + slot * sizeof<T>());
}
export function setA<T>(node: usize, slot: u32, value: T): void {
  store<T>(node + slot * sizeof<T>(), value);
}
export function getB<T>(node: usize, slot: u32): T {
  return load<T>(node + slot * sizeof<T>(), LANES * sizeof<T>());
}
export function setB<T>(node: usize, slot: u32, value: T): void {
  store<T>(node + slot * sizeof<T>(), value, LANES * sizeof<T>());
}

export function leafCount<T>(leaf: usize): u32 {
  return load<u32>(leaf, 2 * LANES * sizeof<T>());
}
export function setLeafCount<T>(leaf: usize, value: u32): void {
  store<u32>(leaf, value, 2 * LANES * sizeof<T>());
}
export function prevLeaf<T>(leaf: usize): usize {
  return load<u32>(leaf, 2 * LANES * sizeof<T>() + 4);
}
export function nextLeaf<T>(leaf: usize): usize {
  return load<u32>(leaf, 2 * LANES * sizeof<T>() + 8);
}
function setPrevLeaf<T>(leaf: usize, value: usize): void {
  store<u32>(leaf, <u32>value, 2 * LANES * sizeof<T>() + 4);
}
function setNextLeaf<T>(leaf: usize, value: usize): void {
  store<u32>(leaf, <u32>value, 2 * LANES * sizeof<T>() + 8);
}

function childLanes<T>(inner: usize): usize {
  return inner + 2 * LANES * sizeof<T>();
}
export function getChild<T>(inner: usize, slot: u32): usize {
  return load<u32>(inner + slot * 4, 2 * LANES * sizeof<T>());
}
export function innerCount<T>(inner: usize): u32 {
  return load<u32>(inner, 2 * LANES * sizeof<T>() + LANES * 4);
}
function setInnerCount<T>(inner: usize, value: u32): void {
  store<u32>(inner, value, 2 * LANES * sizeof<T>() + LANES * 4);
}

/** Link `leaf` behind `left`, which may be 0 only when there is no other leaf. */
export function linkLeafAfter<T>(leaf: usize, left: usize): void {
  const right = left ? nextLeaf<T>(left) : 0;
  setPrevLeaf<T>(leaf, left);
  setNextLeaf<T>(leaf, right);
  if (left) setNextLeaf<T>(left, leaf);
  if (right) setPrevLeaf<T>(right, leaf);
}

export function unlinkLeaf<T>(leaf: usize): void {
  const left = prevLeaf<T>(leaf);
  const right = nextLeaf<T>(leaf);
  if (left) setNextLeaf<T>(left, right);
  if (right) setPrevLeaf<T>(right, left);
}

/** An empty, unlinked leaf. Its node must be reserved. */
export function takeLeaf<T>(): usize {
  const leaf = takeNode(leafClass<T>());
  fillLanes<T>(leaf, unreachable<T>());
  fillLanes<T>(bLanes<T>(leaf), <T>0);
  setLeafCount<T>(leaf, 0);
  setPrevLeaf<T>(leaf, 0);
  setNextLeaf<T>(leaf, 0);
  return leaf;
}

/** An inner node without children. Its node must be reserved. */
export function takeInner<T>(): usize {
  const inner = takeNode(innerClass<T>());
  fillLanes<T>(inner, unreachable<T>());
  fillLanes<T>(bLanes<T>(inner), <T>0);
  setInnerCount<T>(inner, 0);
  return inner;
}

export function giveLeaf<T>(leaf: usize): void {
  giveNode(leafClass<T>(), leaf);
}
export function giveInner<T>(inner: usize): void {
  giveNode(innerClass<T>(), inner);
}

/** Make sure of `leaves` leaves and `inners` inner nodes. */
export function reserve<T>(leaves: u32, inners: u32): bool {
  return reserveNodes(leafClass<T>(), leaves) && reserveNodes(innerClass<T>(), inners);
}

/** Insert an entry into a leaf that is not full. */
export function insertEntry<T>(leaf: usize, slot: u32, a: T, b: T): void {
  openLane<T>(leaf, slot, a);
  openLane<T>(bLanes<T>(leaf), slot, b);
  setLeafCount<T>(leaf, leafCount<T>(leaf) + 1);
}

export function removeEntry<T>(leaf: usize, slot: u32): void {
  closeLane<T>(leaf, slot, unreachable<T>());
  closeLane<T>(bLanes<T>(leaf), slot, <T>0);
  setLeafCount<T>(leaf, leafCount<T>(leaf) - 1);
}

/** Insert a child into an inner node that is not full. */
export function insertChild<T>(inner: usize, slot: u32, a: T, b: T, child: usize): void {
  openLane<T>(inner, slot, a);
  openLane<T>(bLanes<T>(inner), slot, b);
  openLane<u32>(childLanes<T>(inner), slot, <u32>child);
  setInnerCount<T>(inner, innerCount<T>(inner) + 1);
}

export function removeChild<T>(inner: usize, slot: u32): void {
  closeLane<T>(inner, slot, unreachable<T>());
  closeLane<T>(bLanes<T>(inner), slot, <T>0);
  closeLane<u32>(childLanes<T>(inner), slot, 0);
  setInnerCount<T>(inner, innerCount<T>(inner) - 1);
}

/** Take lanes from `from` on out of use. */
function vacate<T>(node: usize, from: u32): void {
  for (let slot = from; slot < LANES; slot++) {
    setA<T>(node, slot, unreachable<T>());
    setB<T>(node, slot, <T>0);
  }
}

/** Move the entries of `from` from slot `at` on to the end of `to`. */
export function moveEntriesToEnd<T>(to: usize, from: usize, at: u32): void {
  const count = leafCount<T>(from) - at;
  const end = leafCount<T>(to);
  copyLanes<T>(to + end * sizeof<T>(), from + at * sizeof<T>(), count);
  copyLanes<T>(bLanes<T>(to) + end * sizeof<T>(), bLanes<T>(from) + at * sizeof<T>(), count);
  setLeafCount<T>(to, end + count);
  vacate<T>(from, at);
  setLeafCount<T>(from, at);
}

/** Move the children of `from` from slot `at` on to the end of `to`. */
export function moveChildrenToEnd<T>(to: usize, from: usize, at: u32): void {
  const count = innerCount<T>(from) - at;
  const end = innerCount<T>(to);
  copyLanes<T>(to + end * sizeof<T>(), from + at * sizeof<T>(), count);
  copyLanes<T>(bLanes<T>(to) + end * sizeof<T>(), bLanes<T>(from) + at * sizeof<T>(), count);
  copyLanes<u32>(childLanes<T>(to) + end * 4, childLanes<T>(from) + at * 4, count);
  setInnerCount<T>(to, end + count);
  vacate<T>(from, at);
  setInnerCount<T>(from, at);
}
