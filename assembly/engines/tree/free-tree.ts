// Free tree: the free blocks in a B+tree by address, whose inner entries carry the greatest size below them.
// The engine of every policy but "linked-list": allocate and free in O(log n), largest free block in O(1).
// Which block an allocation is taken from is the policy's choice (policies.ts); here blocks are split and
// merged. With policy "best-fit" the same blocks also stand in a second tree, by size (size-order.ts).
//
// T is the width of a number: u32 for capacities below 2^32, f64 above.

import {
  BEST_FIT,
  Handle,
  addressTree,
  blocksOf,
  capacityOf,
  freeMemoryOf,
  isTracked,
  liveTree,
  policyOf,
  setBlocks,
  setFreeMemory,
  setRover,
  sizeTree,
  touch,
} from "../../record";
import { reserveNodes } from "../../storage";
import { NODE_STORAGE, NOT_ALLOCATED, OK } from "../../status";
import { insertAtCursor, removeAtCursor, reserveForInsert } from "./balance";
import {
  copyEntries,
  entryA,
  entryB,
  leaf,
  lowerSeparator,
  raiseSeparator,
  seekAddress,
  setSlot,
  slot,
  stepLeft,
  stepRight,
  stepToEndAfter,
} from "./cursor";
import { lowerGreatest, raiseGreatest } from "./greatest-size";
import { ByAddress, BySize, MIN_FILL, countOf, getA, getB, innerClass, leafClass, nextLeaf, prevLeaf, setA, setB } from "./node";
import { insertBySize, removeBySize } from "./size-order";
import { clearTree, heightOf, initTree, innersOf, largestOf, leavesOf, treeBytes } from "./tree";

/** Make the whole capacity one free block. False if the node storage cannot grow. */
export function initFreeTree<T>(a: Handle): bool {
  if (!initTree<T, ByAddress>(addressTree(a))) return false;
  if (policyOf(a) == BEST_FIT && !initTree<T, BySize>(sizeTree(a))) {
    clearTree<T, ByAddress>(addressTree(a));
    return false;
  }
  const capacity = <T>capacityOf(a);
  seekAddress<T>(addressTree(a), 0);
  insertAtCursor<T, ByAddress>(addressTree(a), 0, capacity);
  if (policyOf(a) == BEST_FIT) insertBySize<T>(sizeTree(a), capacity, 0);
  setBlocks(a, 1);
  setFreeMemory(a, capacityOf(a));
  setRover(a, 0);
  touch(a);
  return true;
}

/** Give all nodes back. O(n). */
export function clearFreeTree<T>(a: Handle): void {
  clearTree<T, ByAddress>(addressTree(a));
  if (policyOf(a) == BEST_FIT) clearTree<T, BySize>(sizeTree(a));
}

/** Bytes of the nodes. O(1). */
export function freeTreeBytes<T>(a: Handle): f64 {
  const bytes = treeBytes<T, ByAddress>(addressTree(a));
  return policyOf(a) == BEST_FIT ? bytes + treeBytes<T, BySize>(sizeTree(a)) : bytes;
}

/** Size of the largest free block, 0 when there is none. O(1). */
@inline
export function largestInTree<T>(a: Handle): T {
  return largestOf<T>(addressTree(a));
}

/**
 * Where there is more than the one tree to change, make sure of all nodes that one operation may take: so many
 * insertions by address and by size, and one live block. The tree by address alone asks for no more than it
 * needs, in place (reserveForInsert).
 */
@inline
export function reserveForTrees<T>(a: Handle, byAddress: u32, bySize: u32): bool {
  return policyOf(a) != BEST_FIT && !isTracked(a) ? true : reserveForSteps<T>(a, 1, byAddress, bySize);
}

/**
 * Make sure of all nodes that so many operations in a row may take, with so many insertions by address and by size
 * in all of them: whatever the first ones use of these, the last one finds what it makes sure of itself.
 */
export function reserveForSteps<T>(a: Handle, steps: u32, byAddress: u32, bySize: u32): bool {
  let leaves = byAddress;
  let inners = byAddress * (heightOf(addressTree(a)) + steps); // each step may add a level
  if (policyOf(a) == BEST_FIT) {
    leaves += bySize;
    inners += bySize * (heightOf(sizeTree(a)) + steps);
  }
  // Labelled leaves are of the class of inner nodes.
  if (isTracked(a)) inners += steps * (heightOf(liveTree(a)) + steps + 1);
  return reserveNodes(leafClass<T, ByAddress>(), leaves) && reserveNodes(innerClass<T>(), inners);
}

/**
 * Make sure of all nodes that any operations may take while there are at most `blocks` free blocks, in whichever
 * shape they leave the trees: every node but a root has MIN_FILL entries or more.
 */
export function reserveForBlocks<T>(a: Handle, blocks: u32): bool {
  let leaves = max<u32>(1, blocks / MIN_FILL);
  let inners: u32 = 0;
  let height: u32 = 0;
  for (let nodes = leaves; nodes > 1; height++) {
    nodes = max<u32>(1, nodes / MIN_FILL);
    inners += nodes;
  }
  let leavesNow = leavesOf(addressTree(a));
  let innersNow = innersOf(addressTree(a));
  if (policyOf(a) == BEST_FIT) {
    leaves *= 2;
    inners *= 2;
    leavesNow += leavesOf(sizeTree(a));
    innersNow += innersOf(sizeTree(a));
  }
  // With what a single operation makes sure of (reserveForTrees), though it does not take it all.
  return (
    reserveNodes(leafClass<T, ByAddress>(), max(leaves, leavesNow) - leavesNow + 3) &&
    reserveNodes(innerClass<T>(), max(inners, innersNow) - innersNow + 3 * (height + 1))
  );
}

/** A free block became another: 0 as a size stands for none. Only after the tree by address is done. */
@inline
function reorder<T>(a: Handle, oldStart: T, oldSize: T, newStart: T, newSize: T): void {
  if (policyOf(a) == BEST_FIT) reorderBySize<T>(a, oldStart, oldSize, newStart, newSize);
}

function reorderBySize<T>(a: Handle, oldStart: T, oldSize: T, newStart: T, newSize: T): void {
  if (oldSize) removeBySize<T>(sizeTree(a), oldSize, oldStart);
  if (newSize) insertBySize<T>(sizeTree(a), newSize, newStart);
}

/**
 * Take [address, address + size), which must lie within the free block at the cursor, out of that block.
 * What is left of it in front and behind stays free. O(log n). NODE_STORAGE.
 */
export function takeAtCursor<T>(a: Handle, address: T, size: T): f64 {
  const tree = addressTree(a);
  const node = leaf();
  const at = slot();
  const start = entryA<T>();
  const have = entryB<T>();
  const front: T = address - start;
  const back: T = have - size - front;
  const isInside = front != 0 && back != 0;
  if (!reserveForTrees<T>(a, <u32>isInside, <u32>(front != 0) + <u32>(back != 0))) return NODE_STORAGE;
  if (isInside) {
    setSlot(at + 1);
    if (!reserveForInsert<T, ByAddress>(tree)) return NODE_STORAGE;
  }
  if (back != 0 && at + 1 == countOf(node)) {
    // What is left behind starts higher up. Blocks never touch, so that the next one starts behind start + have.
    raiseSeparator<T>(tree, address + size, start + have + 1);
  }
  if (front == 0 && back == 0) {
    removeAtCursor<T, ByAddress>(tree);
    setBlocks(a, blocksOf(a) - 1);
    reorder<T>(a, start, have, 0, 0);
  } else if (front == 0) {
    setA<T>(node, at, address + size);
    setB<T>(node, at, back);
    lowerGreatest<T>(tree, have);
    reorder<T>(a, start, have, address + size, back);
  } else {
    setB<T>(node, at, front);
    lowerGreatest<T>(tree, have);
    if (isInside) {
      insertAtCursor<T, ByAddress>(tree, address + size, back);
      setBlocks(a, blocksOf(a) + 1);
      reorder<T>(a, 0, 0, address + size, back);
    }
    reorder<T>(a, start, have, start, front);
  }
  setFreeMemory(a, freeMemoryOf(a) - <f64>size);
  touch(a);
  return <f64>address;
}

/** Give [address, address + size) back and merge it with its free neighbours. O(log n). NOT_ALLOCATED, NODE_STORAGE. */
export function freeToTree<T>(a: Handle, address: T, size: T): f64 {
  const tree = addressTree(a);
  seekAddress<T>(tree, address);
  const node = leaf();
  const at = slot();
  const count = countOf(node);
  const end: T = address + size;

  // The free neighbours, each in this leaf or at the near end of the one beside it.
  const leftLeaf = at > 0 ? node : prevLeaf(node);
  const leftSlot = at > 0 ? at - 1 : leftLeaf ? countOf(leftLeaf) - 1 : 0;
  const hasLeft = leftLeaf != 0;
  const leftStart: T = hasLeft ? getA<T>(leftLeaf, leftSlot) : 0;
  const leftSize: T = hasLeft ? getB<T>(leftLeaf, leftSlot) : 0;
  const rightLeaf = at < count ? node : nextLeaf(node);
  const rightSlot = at < count ? at : 0;
  const hasRight = rightLeaf != 0;
  const rightStart: T = hasRight ? getA<T>(rightLeaf, rightSlot) : 0;
  if (hasLeft && leftStart + leftSize > address) return NOT_ALLOCATED;
  if (hasRight && rightStart < end) return NOT_ALLOCATED;

  const touchesLeft = hasLeft && leftStart + leftSize == address;
  const touchesRight = hasRight && rightStart == end;
  const rightSize: T = touchesRight ? getB<T>(rightLeaf, rightSlot) : 0;
  if (!reserveForTrees<T>(a, 1, 1)) return NODE_STORAGE;
  if (touchesLeft) {
    const merged: T = leftSize + size + rightSize;
    if (leftLeaf == node) setSlot(at - 1);
    else stepLeft<T>(tree);
    setB<T>(leftLeaf, leftSlot, merged);
    raiseGreatest<T>(tree, 1, merged);
    if (touchesRight) {
      if (rightLeaf == leftLeaf) setSlot(rightSlot);
      else stepRight<T>(tree);
      removeAtCursor<T, ByAddress>(tree);
      setBlocks(a, blocksOf(a) - 1);
      reorder<T>(a, rightStart, rightSize, 0, 0);
    }
    reorder<T>(a, leftStart, leftSize, leftStart, merged);
  } else if (touchesRight) {
    const merged: T = size + rightSize;
    if (rightLeaf != node) {
      stepRight<T>(tree);
      lowerSeparator<T>(tree, address);
    }
    setA<T>(rightLeaf, rightSlot, address);
    setB<T>(rightLeaf, rightSlot, merged);
    raiseGreatest<T>(tree, 1, merged);
    reorder<T>(a, rightStart, rightSize, address, merged);
  } else {
    if (!reserveForInsert<T, ByAddress>(tree)) return NODE_STORAGE;
    insertAtCursor<T, ByAddress>(tree, address, size);
    setBlocks(a, blocksOf(a) + 1);
    reorder<T>(a, 0, 0, address, size);
  }
  setFreeMemory(a, freeMemoryOf(a) + <f64>size);
  touch(a);
  return OK;
}

/** Put the cursor on the first free block that ends after `address`; false if there is none. O(log n). */
export function seekBlockAfter<T>(a: Handle, address: T): bool {
  seekAddress<T>(addressTree(a), address);
  return stepToEndAfter<T>(addressTree(a), address);
}

/** Write up to `limit` (start, size) pairs to `out`, from the first block that ends after `address`. O(log n + limit). */
export function copyTreeBlocks<T>(a: Handle, address: T, out: usize, limit: u32): u32 {
  return seekBlockAfter<T>(a, address) ? copyEntries<T, ByAddress>(out, limit) : 0;
}
