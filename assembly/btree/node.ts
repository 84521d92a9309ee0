// Nodes of a B+tree: LANES entries each, as two or three arrays of lanes (lanes.ts), and nothing else.
//
//                    0      ARRAY    2·ARRAY  3·ARRAY
//   every node       | keys | values |
//   inner, labelled  | keys | values | links  |
//
//   leaf    a key, its value, and in a labelled leaf a label
//   inner   bound of a child, what the order of the tree (tree.ts) says of its values, address of the child
//
// A link is the first 32 bits of its lane.
//
// Invariants: entries stand in order in lanes 0 to count − 1. In unused lanes the key is MAX_KEY, so that no key is
// above it, and the value is 0, so that no value finds it. The last child of an inner node has the bound MAX_KEY too:
// what bounds it is the bound of its parent, further up. So the count is nowhere written: it shows in the keys.

import { NodeClass, nodeClass, releaseNode, takeNode } from "../kernel/pool";
import { ARRAY, fillLanes, LANE, LANES, MAX_KEY, moveLanes, shareLanes } from "./lanes";

/** Fewest entries of a leaf, or children of an inner node, that is not the root. */
export const MIN_FILL: u32 = LANES / 2;

/** Arrays of an inner node and of a labelled leaf, and of a leaf without labels. */
export const WITH_LINKS: u32 = 3;
export const WITHOUT_LINKS: u32 = 2;

/** The class of a node with so many arrays. */
@inline
export function classOf(arrays: u32): NodeClass {
  return arrays * nodeClass(ARRAY);
}

/** Where a node's arrays begin. */
export const KEYS: u32 = 0;
export const VALUES: u32 = ARRAY;

@inline
export function keysOf(node: usize): usize {
  return node;
}
@inline
export function valuesOf(node: usize): usize {
  return node + VALUES;
}
@inline
export function getKey(node: usize, slot: u32): Num {
  return load<Num>(node + slot * LANE);
}
@inline
export function setKey(node: usize, slot: u32, key: Num): void {
  store<Num>(node + slot * LANE, key);
}
@inline
export function getValue(node: usize, slot: u32): Num {
  return load<Num>(node + slot * LANE, ARRAY);
}
@inline
export function setValue(node: usize, slot: u32, value: Num): void {
  store<Num>(node + slot * LANE, value, ARRAY);
}
@inline
export function getLink(node: usize, slot: u32): u32 {
  return load<u32>(node + slot * LANE, 2 * ARRAY);
}
@inline
export function setLink(node: usize, slot: u32, link: u32): void {
  store<u32>(node + slot * LANE, link, 2 * ARRAY);
}

// How full it is: leaves are on level 0 ------------------------------------------------------------------------

/** Number of entries, or of children. */
export function countOf(node: usize, level: u32): u32 {
  let count: u32 = 0;
  while (!isPastEnd(node, count)) count++;
  return count + <u32>(level > 0);
}
@inline
export function isFull(node: usize, level: u32): bool {
  return getKey(node, LANES - 1 - <u32>(level > 0)) != MAX_KEY;
}
/** Whether it has fewer entries than it must have unless it is the root. */
@inline
export function isSparse(node: usize, level: u32): bool {
  return getKey(node, MIN_FILL - 1 - <u32>(level > 0)) == MAX_KEY;
}
/** Whether the slot of a leaf is the one after its last entry. */
@inline
export function isPastEnd(leaf: usize, slot: u32): bool {
  return slot == LANES || getKey(leaf, slot) == MAX_KEY;
}

// Changing ----------------------------------------------------------------------------------------------------

/** An empty node. Only after `ensureNodes`. */
export function newNode(arrays: u32): usize {
  const node = takeNode(classOf(arrays));
  fillLanes(keysOf(node), MAX_KEY);
  fillLanes(valuesOf(node), 0);
  return node;
}

export function dropNode(node: usize, arrays: u32): void {
  releaseNode(classOf(arrays), node);
}

/** Insert an entry into a node that is not full. */
export function insertEntry(
  node: usize,
  arrays: u32,
  slot: u32,
  key: Num,
  value: Num,
  link: u32,
): void {
  moveLanes(node, arrays == WITH_LINKS, slot, 1);
  setKey(node, slot, key);
  setValue(node, slot, value);
  if (arrays == WITH_LINKS) setLink(node, slot, link);
}

export function removeEntry(node: usize, arrays: u32, slot: u32): void {
  removeEntries(node, arrays, slot, 1);
}

/** Remove one or two entries. */
export function removeEntries(node: usize, arrays: u32, slot: u32, count: u32): void {
  moveLanes(node, arrays == WITH_LINKS, slot, -count);
  for (slot = LANES - count; slot < LANES; slot++) {
    setKey(node, slot, MAX_KEY);
    setValue(node, slot, 0);
  }
}

/** Of the `count` entries of `left` and those of `right`, let `left` have the first `keep` and `right` all others. */
export function shareEntries(left: usize, right: usize, arrays: u32, count: u32, keep: u32): void {
  shareLanes(keysOf(left), keysOf(right), count, keep, MAX_KEY);
  shareLanes(valuesOf(left), valuesOf(right), count, keep, 0);
  if (arrays == WITH_LINKS) shareLanes(left + 2 * ARRAY, right + 2 * ARRAY, count, keep, 0);
}

/** A new node with the first `keep` entries of `right`, which keeps the others. Only after `ensureNodes`. */
export function splitNode(right: usize, arrays: u32, keep: u32): usize {
  const left = takeNode(classOf(arrays));
  shareEntries(left, right, arrays, 0, keep);
  return left;
}
