// A B+tree: where its root is, in which order its entries stand, and what it is made of. R. Bayer and E. McCreight,
// Organization and Maintenance of Large Ordered Indices (1972), in the B+ form of D. Comer, The Ubiquitous B-Tree (1979).
//
//   tree   0      4        8        12       16      20           24        24 + LANE
//          | root | height | leaves | inners | order | leafArrays | largest |
//
// Order BY_KEY: entries are in order of key, all different; inner values are the greatest value below the child.
// Order BY_PAIR: entries are in order of (key, value); bound and inner value together are the bound of the child.
//
// Invariants: height is the number of inner levels, so that at height 0 the root is a leaf; leaves and inners count the
// nodes. An empty tree has one empty leaf. BY_KEY: largest is the greatest value, 0 if there is none.
// Bounds: all entries of a child are ≤ its bound, all entries of the children after it are greater.

import { MAX_KEY } from "./lanes";
import { dropNode, getKey, getLink, newNode, WITH_LINKS } from "./node";

export const BY_KEY: u32 = 0;
export const BY_PAIR: u32 = 1;

@unmanaged
export class Tree {
  root: u32;
  height: u32;
  leaves: u32;
  inners: u32;
  order: u32;
  leafArrays: u32;
  largest: Num;

  /** Arrays of the nodes on a level. */
  @inline
  arraysAt(level: u32): u32 {
    return level ? WITH_LINKS : this.leafArrays;
  }
}

export const TREE_BYTES: usize = 32;

/** Make it an empty tree. Only after `ensureNodes` for a leaf. */
export function initTree(tree: Tree, order: u32, leafArrays: u32): void {
  tree.order = order;
  tree.leafArrays = leafArrays;
  tree.root = <u32>newNode(leafArrays);
  tree.height = 0;
  tree.leaves = 1;
  tree.inners = 0;
  tree.largest = 0;
}

/** Release all nodes; `initTree` must follow, and finds its leaf, if the tree is to be used again. O(nodes). */
export function releaseTree(tree: Tree): void {
  releaseSubtree(tree, tree.root, tree.height);
}

function releaseSubtree(tree: Tree, node: usize, level: u32): void {
  if (level) {
    let slot: u32 = 0;
    do releaseSubtree(tree, getLink(node, slot), level - 1);
    while (getKey(node, slot++) != MAX_KEY);
  }
  dropNode(node, tree.arraysAt(level));
}
