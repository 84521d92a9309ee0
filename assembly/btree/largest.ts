// Greatest values: in a tree BY_KEY every inner value is the greatest value below its child, and tree.largest the
// greatest of all. This carries a change of one value up the path.

import { Cursor, nodeOf, slotOf } from "./cursor";
import { greatestWith } from "./lanes";
import { getValue, setValue, valuesOf } from "./node";
import { Tree } from "./tree";

/** The greatest value of the cursor's leaf. */
@inline
export function greatestInLeaf(tree: Tree, at: Cursor): Num {
  return tree.height ? getValue(at.placeAt(1), 0) : tree.largest;
}

/**
 * Under the cursor on `level`, a value is about to change from `was` to `now`: update all that is above it. A value that
 * is inserted was 0, one that is removed is to be 0. O(log n).
 */
export function propagate(tree: Tree, at: Cursor, level: u32, was: Num, now: Num): void {
  const height = tree.height;
  let node: usize = at.leaf;
  let slot = at.slot;
  if (level) {
    const place = at.placeAt(level);
    node = nodeOf(place);
    slot = slotOf(place);
  }
  while (level < height) {
    const place = at.placeAt(++level);
    const most = getValue(place, 0);
    if (now < most) {
      if (was != most) return;
      now = greatestWith(valuesOf(node), slot, now);
    }
    if (now == most) return;
    setValue(place, 0, now);
    node = nodeOf(place);
    slot = slotOf(place);
  }
  if (now < tree.largest) {
    if (was != tree.largest) return;
    now = greatestWith(valuesOf(node), slot, now);
  }
  tree.largest = now;
}
