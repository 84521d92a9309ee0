// The checker of a tree: fill, unused lanes, order, bounds, greatest values and the numbers of nodes. It reads nodes lane
// by lane, not with the code that it checks.

import {
  BAD_COUNT,
  BAD_FILL,
  BAD_GREATEST,
  BAD_LANES,
  BAD_ORDER,
  BAD_SEPARATOR,
  corruption,
} from "../kernel/corruption";
import { OK } from "../kernel/status";
import { LANES, MAX_KEY } from "./lanes";
import { getKey, getLink, getValue, MIN_FILL } from "./node";
import { BY_KEY, Tree } from "./tree";

// What the walk has met so far.
let leaves: u32 = 0;
let inners: u32 = 0;
let entries: u32 = 0;
let lastKey: Num = 0;
let lastValue: Num = 0;

/** OK, or the first corruption found; there may be `count` entries. O(n). */
export function validateTree(tree: Tree, count: u32): i32 {
  leaves = 0;
  inners = 0;
  entries = 0;
  lastKey = 0;
  lastValue = 0;
  const status = validateNode(tree, tree.root, tree.height, true);
  if (status != OK) return status;
  if (leaves != tree.leaves || inners != tree.inners) return corruption(BAD_COUNT, leaves);
  if (entries != count) return corruption(BAD_COUNT, entries);
  if (tree.order == BY_KEY && tree.largest != greatestIn(tree.root))
    return corruption(BAD_GREATEST, <f64>tree.largest);
  return OK;
}

function here(code: i32): i32 {
  return corruption(code, <f64>lastKey);
}

function validateNode(tree: Tree, node: usize, level: u32, isRoot: bool): i32 {
  let count: u32 = 0;
  while (count < LANES && getKey(node, count) != MAX_KEY) count++;
  for (let slot = count; slot < LANES; slot++) {
    const isLastChild = level != 0 && slot == count;
    if (getKey(node, slot) != MAX_KEY) return here(BAD_LANES);
    if (getValue(node, slot) != 0 && !(isLastChild && tree.order == BY_KEY)) return here(BAD_LANES);
  }
  if (level) count++; // the last child has the bound MAX_KEY
  const least: u32 = isRoot ? (level ? 2 : 0) : MIN_FILL;
  if (count < least || count > LANES) return here(BAD_FILL);
  if (level) inners++;
  else leaves++;
  for (let slot: u32 = 0; slot < count; slot++) {
    const key = getKey(node, slot);
    const value = getValue(node, slot);
    if (level == 0) {
      if (!isAfterLast(tree, key, value)) return here(BAD_ORDER);
      lastKey = key;
      lastValue = value;
      entries++;
      continue;
    }
    const child: usize = getLink(node, slot);
    const status = validateNode(tree, child, level - 1, false);
    if (status != OK) return status;
    if (tree.order == BY_KEY && value != greatestIn(child)) return here(BAD_GREATEST);
    if (slot == count - 1) continue;
    // The bound takes the place of the last entry: what follows must be above it.
    if (key < lastKey || (key == lastKey && tree.order != BY_KEY && value < lastValue))
      return here(BAD_SEPARATOR);
    lastKey = key;
    lastValue = value;
  }
  return OK;
}

function isAfterLast(tree: Tree, key: Num, value: Num): bool {
  return key > lastKey || (key == lastKey && tree.order != BY_KEY && value > lastValue);
}

function greatestIn(node: usize): Num {
  let most: Num = 0;
  for (let slot: u32 = 0; slot < LANES; slot++) most = max<Num>(most, getValue(node, slot));
  return most;
}
