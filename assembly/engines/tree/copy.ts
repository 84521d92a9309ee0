// Copies of trees: node by node, in the same shape, into nodes of the same width or a wider one.

import {
  BEST_FIT,
  Handle,
  LINKED_LIST,
  addressTree,
  isTracked,
  liveTree,
  policyOf,
  setWide,
  sizeTree,
} from "../../record";
import { reserveNodes } from "../../storage";
import {
  ByAddress,
  BySize,
  Labelled,
  countOf,
  getA,
  getB,
  getC,
  getChild,
  innerClass,
  insertChild,
  insertEntry,
  isLabelled,
  leafClass,
  linkLeafAfter,
  takeInner,
  takeLeaf,
} from "./node";
import {
  Tree,
  clearTree,
  heightOf,
  innersOf,
  largestOf,
  leavesOf,
  rootOf,
  setHeight,
  setInners,
  setLargest,
  setLeaves,
  setRoot,
} from "./tree";

/** The leaf copied last, to link the next one behind. */
let lastLeaf: usize = 0;

/** Make `to` a copy of `from`. Its nodes must be reserved. O(n). */
function copyTree<From, To, O>(to: Tree, from: Tree): void {
  lastLeaf = 0;
  const root = copyNode<From, To, O>(rootOf(from), heightOf(from));
  setLargest<To>(to, <To>largestOf<From>(from));
  setHeight(to, heightOf(from));
  setLeaves(to, leavesOf(from));
  setInners(to, innersOf(from));
  setRoot(to, root);
}

function copyNode<From, To, O>(node: usize, level: u32): usize {
  const count = countOf(node);
  if (level == 0) {
    const leaf = takeLeaf<To, O>();
    for (let i: u32 = 0; i < count; i++) {
      const c = isLabelled<O>() ? getC<From>(node, i) : 0;
      insertEntry<To, O>(leaf, i, <To>getA<From>(node, i), <To>getB<From>(node, i), c);
    }
    linkLeafAfter(leaf, lastLeaf);
    lastLeaf = leaf;
    return leaf;
  }
  const inner = takeInner<To>();
  for (let i: u32 = 0; i < count; i++) {
    const child = copyNode<From, To, O>(getChild<From>(node, i), level - 1);
    insertChild<To>(inner, i, <To>getA<From>(node, i), <To>getB<From>(node, i), child);
  }
  return inner;
}

function hasFreeTree(a: Handle): bool {
  return policyOf(a) != LINKED_LIST;
}

/** Make sure of the nodes of width T that a copy of all trees of `a` takes, and one more insertion into each. */
function reserveForCopy<T>(a: Handle): bool {
  let leaves: u32 = 0;
  let inners: u32 = 0;
  if (hasFreeTree(a)) {
    leaves = leavesOf(addressTree(a)) + 1;
    inners = innersOf(addressTree(a)) + heightOf(addressTree(a)) + 1;
  }
  if (policyOf(a) == BEST_FIT) {
    leaves += leavesOf(sizeTree(a)) + 1;
    inners += innersOf(sizeTree(a)) + heightOf(sizeTree(a)) + 1;
  }
  if (isTracked(a)) {
    // Labelled leaves are of the class of inner nodes.
    inners += leavesOf(liveTree(a)) + innersOf(liveTree(a)) + heightOf(liveTree(a)) + 2;
  }
  return reserveNodes(leafClass<T, ByAddress>(), leaves) && reserveNodes(innerClass<T>(), inners);
}

/** Copy all trees of `from` into `to`, which has none yet. False, and no change, if the node storage cannot grow. */
export function copyTrees<From, To>(to: Handle, from: Handle): bool {
  if (!reserveForCopy<To>(from)) return false;
  if (hasFreeTree(from)) copyTree<From, To, ByAddress>(addressTree(to), addressTree(from));
  if (policyOf(from) == BEST_FIT) copyTree<From, To, BySize>(sizeTree(to), sizeTree(from));
  if (isTracked(from)) copyTree<From, To, Labelled>(liveTree(to), liveTree(from));
  return true;
}

/** Replace the 32-bit trees of `a` by 64-bit ones. False, and no change, if the node storage cannot grow. O(n). */
export function widenTrees(a: Handle): bool {
  if (!reserveForCopy<f64>(a)) return false;
  if (hasFreeTree(a)) widenTree<ByAddress>(addressTree(a));
  if (policyOf(a) == BEST_FIT) widenTree<BySize>(sizeTree(a));
  if (isTracked(a)) widenTree<Labelled>(liveTree(a));
  setWide(a, true);
  return true;
}

function widenTree<O>(tree: Tree): void {
  const root = rootOf(tree);
  const height = heightOf(tree);
  copyTree<u32, f64, O>(tree, tree);
  const wide = rootOf(tree);
  setRoot(tree, root);
  clearTree<u32, O>(tree);
  setRoot(tree, wide);
  setHeight(tree, height);
}
