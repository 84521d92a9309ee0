// Allocator: the record that a handle names, with the tree of its blocks in it; how it begins and ends.
//
//   record   0       4        8         12           16           20, with Num = f64 24
//            | magic | policy | version | freeBlocks | liveBlocks | capacity  freeMemory  rover   Num each |
//            TREES_AT             TREES_AT + 32
//            | tree of blocks     | size index (policy best-fit)   |      (btree/tree.ts)
//
// A block stands in the tree under its END, so that taking the front of a free block leaves its key as it is:
//
//   untracked   free blocks only: key end, value size
//   tracked     all blocks, which tile [0, capacity): key end, value size of a free block or 0 of a live one, label of a
//               live one. A block starts where the one before it ends.
//   size index  the free blocks by (size, end), so that the first of at least some size is the best fit
//
// Invariants: no two free blocks touch; freeMemory is the sum of their sizes, freeBlocks and liveBlocks count the blocks;
// policy next-fit: rover is the end of the range allocated last (it may lie beyond a capacity that was once greater).

import { insert, remove } from "../btree/balance";
import { cursor, seekPair } from "../btree/cursor";
import { ARRAY, LANE } from "../btree/lanes";
import { classOf, MIN_FILL, WITH_LINKS, WITHOUT_LINKS } from "../btree/node";
import { BY_KEY, BY_PAIR, initTree, releaseTree, TREE_BYTES, Tree } from "../btree/tree";
import {
  ensureNodes,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  takeNode,
} from "../kernel/pool";

/** In a record that was released, the pool's link stands here: 0 or a multiple of 8. */
export const UNTRACKED: u32 = 0x5ba110c9;
export const TRACKED: u32 = 0x5ba110cb;

export const FIRST_FIT: u32 = 0;
export const NEXT_FIT: u32 = 1;
export const BEST_FIT: u32 = 2;
export const WORST_FIT: u32 = 3;

@unmanaged
export class Allocator {
  magic: u32;
  policy: u32;
  /** Moves on with every change, so that readers notice. */
  version: u32;
  freeBlocks: u32;
  liveBlocks: u32;
  capacity: Num;
  freeMemory: Num;
  rover: Num;

  /** Version, freeBlocks and liveBlocks, in this order. */
  @inline
  count(index: u32): u32 {
    return load<u32>(changetype<usize>(this) + (index << 2), offsetof<Allocator>("version"));
  }
  /** Capacity, freeMemory and rover, in this order. */
  @inline
  sum(index: u32): Num {
    return load<Num>(changetype<usize>(this) + index * LANE, offsetof<Allocator>("capacity"));
  }

  @inline
  get blocks(): Tree {
    return changetype<Tree>(changetype<usize>(this) + TREES_AT);
  }
  @inline
  get sizes(): Tree {
    return changetype<Tree>(changetype<usize>(this) + TREES_AT + TREE_BYTES);
  }
  @inline
  get isTracked(): bool {
    return this.magic == TRACKED;
  }
}

const TREES_AT: usize = (offsetof<Allocator>() + 15) & -16;

// A function, so that it is a constant of the code rather than a global to be initialised.
@inline
function recordNode(): NodeClass {
  return nodeClass(<u32>(TREES_AT + 2 * TREE_BYTES));
}

/** So many tree nodes, and one more if the record is of their class, as it is in the narrow core with 8 lanes. */
@inline
function besideRecord(arrays: u32, count: u32): u32 {
  return count + <u32>(classOf(arrays) == recordNode());
}

// Life --------------------------------------------------------------------------------------------------------

/** An allocator whose whole capacity is free; null if the node storage cannot grow. O(1). */
export function createAllocator(policy: u32, capacity: Num, isTracked: bool): Allocator | null {
  if (
    !ensureNodes(recordNode(), 1) ||
    !ensureNodes(classOf(WITH_LINKS), besideRecord(WITH_LINKS, 1)) ||
    !ensureNodes(classOf(WITHOUT_LINKS), besideRecord(WITHOUT_LINKS, 2))
  )
    return null;
  const allocator = changetype<Allocator>(takeNode(recordNode()));
  allocator.magic = isTracked ? TRACKED : UNTRACKED;
  allocator.policy = policy;
  allocator.version = 0;
  allocator.capacity = capacity;
  init(allocator);
  addFirst(allocator);
  return allocator;
}

/** No blocks, whatever was there before. Its leaves must be there. */
function init(allocator: Allocator): void {
  initTree(allocator.blocks, BY_KEY, allocator.isTracked ? WITH_LINKS : WITHOUT_LINKS);
  if (allocator.policy == BEST_FIT) initTree(allocator.sizes, BY_PAIR, WITHOUT_LINKS);
  allocator.freeBlocks = 0;
  allocator.liveBlocks = 0;
  allocator.freeMemory = 0;
  allocator.rover = 0;
  allocator.version++;
}

/** Make the whole capacity one free block, where there are no blocks. */
function addFirst(allocator: Allocator): void {
  const at = cursor(0);
  at.setLeaf(allocator.blocks.root, 0);
  insert(allocator.blocks, at, allocator.capacity, allocator.capacity, 0);
  allocator.freeBlocks = 1;
  allocator.freeMemory = allocator.capacity;
  addToIndex(allocator, allocator.capacity, allocator.capacity);
}

function releaseTrees(allocator: Allocator): void {
  releaseTree(allocator.blocks);
  if (allocator.policy == BEST_FIT) releaseTree(allocator.sizes);
}

/** Forget all blocks, even the free ones; they are to be loaded, or the allocator destroyed. O(n). */
export function clear(allocator: Allocator): void {
  releaseTrees(allocator);
  init(allocator);
}

/** Make the whole capacity free. O(n). */
export function reset(allocator: Allocator): void {
  clear(allocator);
  addFirst(allocator);
}

export function destroyAllocator(allocator: Allocator): void {
  releaseTrees(allocator);
  releaseNode(recordNode(), changetype<usize>(allocator));
}

// Nodes -------------------------------------------------------------------------------------------------------

/**
 * Reserve the most nodes that `count` insertions into each tree can take: each splits every node on its path and adds a
 * level. Enough that, after some of these insertions, a call for the rest finds its nodes already there. False, and no
 * change, if the node storage cannot grow. O(1).
 */
export function ensureInsertions(allocator: Allocator, count: u32): bool {
  let leaves: u32 = 0;
  let inners = allocator.blocks.height + 3;
  if (allocator.isTracked) inners++;
  else leaves++;
  if (allocator.policy == BEST_FIT) {
    leaves++;
    inners += allocator.sizes.height + 3;
  }
  return (
    ensureNodes(classOf(WITHOUT_LINKS), count * leaves) &&
    ensureNodes(classOf(WITH_LINKS), count * inners)
  );
}

/**
 * Reserve the nodes that `steps` operations in a row can take. Each adds at most two entries, each of which splits every
 * node on its path at worst; and every node except a root has at least MIN_FILL entries, which bounds the nodes of any
 * tree with so many. O(1), and the nodes.
 */
export function ensureSteps(allocator: Allocator, steps: u32): bool {
  if (steps > MOST_STEPS) return false;
  const blocks = allocator.blocks;
  const free = allocator.freeBlocks;
  const leaves = missingLeaves(blocks, free + allocator.liveBlocks, 2 * steps);
  let inners = missingInners(blocks, free + allocator.liveBlocks, 2 * steps);
  let plain: u32 = 0;
  if (allocator.isTracked) inners += leaves;
  else plain = leaves;
  if (allocator.policy == BEST_FIT) {
    plain += missingLeaves(allocator.sizes, free, 2 * steps);
    inners += missingInners(allocator.sizes, free, 2 * steps);
  }
  // And what a single operation may take.
  return (
    ensureNodes(classOf(WITHOUT_LINKS), plain + 4) && ensureNodes(classOf(WITH_LINKS), inners + 64)
  );
}

/** The nodes of more do not fit in 4 GiB, nor do their numbers in 32 bits. */
const MOST_STEPS: u32 = 1 << 26;

function missingLeaves(tree: Tree, entries: u32, added: u32): u32 {
  return min(max((entries + added) / MIN_FILL, tree.leaves) - tree.leaves, added);
}
function missingInners(tree: Tree, entries: u32, added: u32): u32 {
  const most = max((entries + added) / MIN_FILL / (MIN_FILL - 1), tree.inners) - tree.inners;
  return min(most, added * (tree.height + 3));
}

/** Bytes of the record and all nodes. O(1). */
export function metadataBytes(allocator: Allocator): f64 {
  let arrays = arraysIn(allocator.blocks);
  if (allocator.policy == BEST_FIT) arrays += arraysIn(allocator.sizes);
  return <f64>nodeBytes(recordNode()) + <f64>arrays * ARRAY;
}

function arraysIn(tree: Tree): u32 {
  return tree.leaves * tree.leafArrays + tree.inners * WITH_LINKS;
}

// Size index --------------------------------------------------------------------------------------------------

/** A free block has come into being. Only after `ensureInsertions`. O(log n) for best-fit. */
export function addToIndex(allocator: Allocator, size: Num, end: Num): void {
  if (allocator.policy != BEST_FIT) return;
  const at = cursor(1);
  seekPair(allocator.sizes, at, size, end);
  insert(allocator.sizes, at, size, end, 0);
}

/** A free block has gone. O(log n) for best-fit. */
export function removeFromIndex(allocator: Allocator, size: Num, end: Num): void {
  if (allocator.policy != BEST_FIT) return;
  const at = cursor(1);
  seekPair(allocator.sizes, at, size, end);
  remove(allocator.sizes, at);
}
