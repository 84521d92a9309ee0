// Greatest values: in a tree BY_KEY every inner value is the greatest value below its child, and tree.largest the
// greatest of all. This carries a change of one value up the path.

import { Cursor } from "./cursor";
import { greatestWith } from "./lanes";
import { getValue, setValue, valuesOf } from "./node";
import { Tree } from "./tree";

/**
 * Under the cursor on `level`, a value is about to change from `was` to `now`: update all that is above it. A value that
 * is inserted was 0, one that is removed is to be 0. O(log n).
 */
export function propagate(tree: Tree, at: Cursor, level: u32, was: Num, now: Num): void {
  const height = tree.height;
  for (; level <= height; level++) {
    const isTop = level == height;
    const most = isTop ? tree.largest : getValue(at.nodeAt(level + 1), at.slotAt(level + 1));
    if (now < most) {
      if (was != most) return;
      now = greatestWith(valuesOf(at.nodeAt(level)), at.slotAt(level), now);
    }
    if (now == most) return;
    if (isTop) tree.largest = now;
    else setValue(at.nodeAt(level + 1), at.slotAt(level + 1), now);
    was = most;
  }
}
