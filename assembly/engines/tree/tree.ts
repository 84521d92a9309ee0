// A B+tree, as seen from the allocator's record: where its root is and what it is made of.
//
//   tree   0        4        8        12       16            24
//          | root   | height | leaves | inners | largest T   |   -   |
//
// Invariants: height is the number of inner levels, so that at height 0 the root is a leaf; leaves and inners
// count the nodes. A tree always has a leaf, if need be an empty one: an allocator whose memory is all
// taken can be freed into without new nodes. In the order by address, largest is the greatest size of all.

import { countOf, getChild, giveInner, giveLeaf, innerClass, leafClass, takeLeaf } from "./node";
import { nodeBytes, reserveNodes } from "../../storage";

export type Tree = usize;

/** Bytes of a tree in the record. */
export const TREE_BYTES: usize = 32;

@inline
export function rootOf(tree: Tree): usize {
  return load<u32>(tree);
}
export function setRoot(tree: Tree, node: usize): void {
  store<u32>(tree, <u32>node);
}
@inline
export function heightOf(tree: Tree): u32 {
  return load<u32>(tree, 4);
}
export function setHeight(tree: Tree, value: u32): void {
  store<u32>(tree, value, 4);
}
export function leavesOf(tree: Tree): u32 {
  return load<u32>(tree, 8);
}
export function setLeaves(tree: Tree, value: u32): void {
  store<u32>(tree, value, 8);
}
export function innersOf(tree: Tree): u32 {
  return load<u32>(tree, 12);
}
export function setInners(tree: Tree, value: u32): void {
  store<u32>(tree, value, 12);
}
@inline
export function largestOf<T>(tree: Tree): T {
  return load<T>(tree, 16);
}
@inline
export function setLargest<T>(tree: Tree, value: T): void {
  store<T>(tree, value, 16);
}

/** An empty tree: one empty leaf. False if the node storage cannot grow. */
export function initTree<T, O>(tree: Tree): bool {
  if (!reserveNodes(leafClass<T, O>(), 1)) return false;
  setRoot(tree, takeLeaf<T, O>());
  setHeight(tree, 0);
  setLeaves(tree, 1);
  setInners(tree, 0);
  setLargest<T>(tree, <T>0);
  return true;
}

/** Give all nodes back, however few there are; `initTree` must follow if the tree is to be used again, and cannot fail then. O(nodes). */
export function clearTree<T, O>(tree: Tree): void {
  if (rootOf(tree)) giveSubtree<T, O>(rootOf(tree), heightOf(tree));
  setRoot(tree, 0);
}

function giveSubtree<T, O>(node: usize, level: u32): void {
  if (level == 0) {
    giveLeaf<T, O>(node);
    return;
  }
  const count = countOf(node);
  for (let slot: u32 = 0; slot < count; slot++) {
    giveSubtree<T, O>(getChild<T>(node, slot), level - 1);
  }
  giveInner<T>(node);
}

/** Bytes of the nodes. O(1). */
export function treeBytes<T, O>(tree: Tree): f64 {
  return (
    <f64>leavesOf(tree) * nodeBytes(leafClass<T, O>()) +
    <f64>innersOf(tree) * nodeBytes(innerClass<T>())
  );
}
