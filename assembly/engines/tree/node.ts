// Nodes of the B+tree: sixteen entries each, as arrays of lanes (lanes.ts).
//
//   every node          0       4       8      12     16           16 + 16·B    16 + 32·B
//                       | count | prev  | next |  -   | a[0..15]   | b[0..15]   |
//   inner and labelled                                                          | c[0..15]  |
//
// B is the width of a number: 4 bytes (u32, capacities below 2^32) or 8 (f64); c lanes are always u32, and
// prev and next are used by leaves only. What the lanes mean depends on the order of the tree (tree.ts):
//
//                leaf a    leaf b   leaf c   inner a             inner b                   inner c
//   ByAddress    start     size     -        separator           greatest size below it    child
//   BySize       size      start    -        separator (size)    separator (start)         child
//   Labelled     start     size     label    separator (start)   separator (size)          child
//
// Invariants: entries fill the lanes from 0 to count − 1. In unused lanes a is the greatest number, so that
// no key reaches it, and b is 0, so that no size finds it. a[0] of an inner node is 0, and b[0] is too where
// it is part of the separator: the first child has none. Leaves are doubly linked in order; 0 stands for none.

import {
  INNER_NODE_32,
  INNER_NODE_64,
  LEAF_NODE_32,
  LEAF_NODE_64,
  NodeClass,
  giveNode,
  takeNode,
} from "../../storage";
import { LANES, closeLane, copyLanes, fillLanes, openLane } from "./lanes";

/** Fewest entries of a leaf or an inner node that is not the root. */
export const MIN_FILL: u32 = 7;

/** The number that no key reaches. */
@inline
export function unreachable<T>(): T {
  if (isFloat<T>()) return <T>f64.MAX_VALUE;
  return <T>u32.MAX_VALUE;
}

// AssemblyScript's generics range over types only, so a type stands for each order of a tree.

/** The free blocks by start; every inner entry carries the greatest size below it. */
export type ByAddress = bool;
/** The free blocks by size, then by start: for best fit. */
export type BySize = i32;
/** The live blocks by start, each with a label. */
export type Labelled = i64;

/** Whether inner entries carry the greatest size below them; otherwise both numbers are the separator. */
@inline
export function isByAddress<O>(): bool {
  return isBoolean<O>();
}
/** Whether leaf entries have a third number. */
@inline
export function isLabelled<O>(): bool {
  return sizeof<O>() == 8;
}

/** Whether entries are (size, start) rather than (start, size), and separators pairs. */
@inline
export function isBySize<O>(): bool {
  return !isByAddress<O>() && !isLabelled<O>();
}

/** A labelled leaf has the lanes of an inner node, and so its class. */
@inline
export function leafClass<T, O>(): NodeClass {
  if (isLabelled<O>()) return innerClass<T>();
  return sizeof<T>() == 4 ? LEAF_NODE_32 : LEAF_NODE_64;
}
@inline
export function innerClass<T>(): NodeClass {
  return sizeof<T>() == 4 ? INNER_NODE_32 : INNER_NODE_64;
}

const HEADER: usize = 16;

/** Address of the a lanes. */
@inline
export function aLanes<T>(node: usize): usize {
  return node + HEADER;
}
/** Address of the b lanes. */
@inline
export function bLanes<T>(node: usize): usize {
  return node + HEADER + LANES * sizeof<T>();
}
@inline
function cLanes<T>(node: usize): usize {
  return node + HEADER + 2 * LANES * sizeof<T>();
}
@inline
export function getA<T>(node: usize, slot: u32): T {
  return load<T>(node + slot * sizeof<T>(), HEADER);
}
@inline
export function setA<T>(node: usize, slot: u32, value: T): void {
  store<T>(node + slot * sizeof<T>(), value, HEADER);
}
@inline
export function getB<T>(node: usize, slot: u32): T {
  return load<T>(node + slot * sizeof<T>(), HEADER + LANES * sizeof<T>());
}
@inline
export function setB<T>(node: usize, slot: u32, value: T): void {
  store<T>(node + slot * sizeof<T>(), value, HEADER + LANES * sizeof<T>());
}
@inline
export function getC<T>(node: usize, slot: u32): u32 {
  return load<u32>(node + slot * 4, HEADER + 2 * LANES * sizeof<T>());
}
@inline
export function setC<T>(node: usize, slot: u32, value: u32): void {
  store<u32>(node + slot * 4, value, HEADER + 2 * LANES * sizeof<T>());
}
@inline
export function getChild<T>(inner: usize, slot: u32): usize {
  return getC<T>(inner, slot);
}

/** Number of entries of a leaf, or children of an inner node. */
@inline
export function countOf(node: usize): u32 {
  return load<u32>(node);
}
@inline
function setCount(node: usize, value: u32): void {
  store<u32>(node, value);
}
@inline
export function prevLeaf(leaf: usize): usize {
  return load<u32>(leaf, 4);
}
@inline
export function nextLeaf(leaf: usize): usize {
  return load<u32>(leaf, 8);
}
@inline
function setPrevLeaf(leaf: usize, value: usize): void {
  store<u32>(leaf, <u32>value, 4);
}
@inline
function setNextLeaf(leaf: usize, value: usize): void {
  store<u32>(leaf, <u32>value, 8);
}

/** Link `leaf` behind `left`, which may be 0 only when there is no other leaf. */
export function linkLeafAfter(leaf: usize, left: usize): void {
  const right = left ? nextLeaf(left) : 0;
  setPrevLeaf(leaf, left);
  setNextLeaf(leaf, right);
  if (left) setNextLeaf(left, leaf);
  if (right) setPrevLeaf(right, leaf);
}

export function unlinkLeaf(leaf: usize): void {
  const left = prevLeaf(leaf);
  const right = nextLeaf(leaf);
  if (left) setNextLeaf(left, right);
  if (right) setPrevLeaf(right, left);
}

function emptied<T>(node: usize): usize {
  store<v128>(node, i64x2.splat(0)); // the header
  fillLanes<T>(aLanes<T>(node), unreachable<T>());
  fillLanes<T>(bLanes<T>(node), <T>0);
  return node;
}

/** An empty, unlinked leaf. Its node must be reserved. */
export function takeLeaf<T, O>(): usize {
  return emptied<T>(takeNode(leafClass<T, O>()));
}

/** An inner node without children. Its node must be reserved. */
export function takeInner<T>(): usize {
  return emptied<T>(takeNode(innerClass<T>()));
}

export function giveLeaf<T, O>(leaf: usize): void {
  giveNode(leafClass<T, O>(), leaf);
}
export function giveInner<T>(inner: usize): void {
  giveNode(innerClass<T>(), inner);
}

/** Insert an entry into a leaf that is not full. */
export function insertEntry<T, O>(leaf: usize, slot: u32, a: T, b: T, c: u32): void {
  openLane<T>(aLanes<T>(leaf), slot, a);
  openLane<T>(bLanes<T>(leaf), slot, b);
  if (isLabelled<O>()) openLane<u32>(cLanes<T>(leaf), slot, c);
  setCount(leaf, countOf(leaf) + 1);
}

export function removeEntry<T, O>(leaf: usize, slot: u32): void {
  closeLane<T>(aLanes<T>(leaf), slot, unreachable<T>());
  closeLane<T>(bLanes<T>(leaf), slot, <T>0);
  if (isLabelled<O>()) closeLane<u32>(cLanes<T>(leaf), slot, 0);
  setCount(leaf, countOf(leaf) - 1);
}

/** Insert a child into an inner node that is not full. */
export function insertChild<T>(inner: usize, slot: u32, a: T, b: T, child: usize): void {
  insertEntry<T, Labelled>(inner, slot, a, b, <u32>child);
}

export function removeChild<T>(inner: usize, slot: u32): void {
  removeEntry<T, Labelled>(inner, slot);
}

/** Move the entries of leaf `from` from slot `at` on to the end of leaf `to`. */
export function moveEntriesToEnd<T, O>(to: usize, from: usize, at: u32): void {
  const count = countOf(from) - at;
  const end = countOf(to);
  copyLanes<T>(aLanes<T>(to) + end * sizeof<T>(), aLanes<T>(from) + at * sizeof<T>(), count);
  copyLanes<T>(bLanes<T>(to) + end * sizeof<T>(), bLanes<T>(from) + at * sizeof<T>(), count);
  if (isLabelled<O>()) copyLanes<u32>(cLanes<T>(to) + end * 4, cLanes<T>(from) + at * 4, count);
  setCount(to, end + count);
  for (let slot = at; slot < LANES; slot++) {
    setA<T>(from, slot, unreachable<T>());
    setB<T>(from, slot, <T>0);
  }
  setCount(from, at);
}

/** Move the children of inner node `from` from slot `at` on to the end of inner node `to`. */
export function moveChildrenToEnd<T>(to: usize, from: usize, at: u32): void {
  moveEntriesToEnd<T, Labelled>(to, from, at);
}
