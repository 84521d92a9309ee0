// The greatest sizes: in a tree by address, every inner entry carries the greatest size below it, and the
// tree the greatest of all. These two functions carry a change at the cursor up its path.

import { bLanes, getB, setB } from "./node";
import { greatest } from "./lanes";
import { leaf, nodeAt, slotAt } from "./cursor";
import { Tree, heightOf, largestOf, setLargest } from "./tree";

/** Below the path's entries from `level` on, a size has become `size`, no less than it was. */
export function raiseGreatest<T>(tree: Tree, level: u32, size: T): void {
  const height = heightOf(tree);
  for (; level <= height; level++) {
    if (getB<T>(nodeAt(level), slotAt(level)) >= size) return;
    setB<T>(nodeAt(level), slotAt(level), size);
  }
  if (largestOf<T>(tree) < size) setLargest<T>(tree, size);
}

/** In the cursor's leaf, a size that was `was` has become less or gone. */
export function lowerGreatest<T>(tree: Tree, was: T): void {
  const height = heightOf(tree);
  let lanes = bLanes<T>(leaf());
  for (let level: u32 = 1; level <= height; level++) {
    const node = nodeAt(level);
    if (getB<T>(node, slotAt(level)) != was) return;
    const now = greatest<T>(lanes);
    if (now == was) return;
    setB<T>(node, slotAt(level), now);
    lanes = bLanes<T>(node);
  }
  if (largestOf<T>(tree) == was) setLargest<T>(tree, greatest<T>(lanes));
}
