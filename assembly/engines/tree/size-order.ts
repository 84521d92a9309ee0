// Order by size: the free blocks once more, in a B+tree of (size, start), kept for policy "best-fit" beside
// the tree by address. The first entry of at least (size, 0) is the smallest block that fits, and of several
// that are as small the one of lowest address.

import { insertAtCursor, removeAtCursor } from "./balance";
import { entryB, leaf, seekPair, setSlot, slot, stepRight } from "./cursor";
import { BySize, countOf, unreachable } from "./node";
import { Tree } from "./tree";

/** Add a block. Its nodes must be reserved. O(log n). */
export function insertBySize<T>(tree: Tree, size: T, start: T): void {
  seekPair<T>(tree, size, start);
  insertAtCursor<T, BySize>(tree, size, start);
}

/** Remove a block that is there. O(log n). */
export function removeBySize<T>(tree: Tree, size: T, start: T): void {
  seekPair<T>(tree, size, start);
  setSlot(slot() - 1);
  removeAtCursor<T, BySize>(tree);
}

/** Put the cursor on the smallest block of at least `size`, lowest address first; false if there is none. O(log n). */
export function seekSmallest<T>(tree: Tree, size: T): bool {
  seekPair<T>(tree, size - 1, unreachable<T>());
  return slot() < countOf(leaf()) || stepRight<T>(tree);
}

/** On to the next entry; false if there is none. */
export function stepToLarger<T>(tree: Tree): bool {
  setSlot(slot() + 1);
  return slot() < countOf(leaf()) || stepRight<T>(tree);
}

/** Start of the block at the cursor. */
export function startBySize<T>(): T {
  return entryB<T>();
}
