// Faults of the B+tree.

import { type FaultGroup, faults } from "./fault.ts";

const BALANCE = ["tests/as-pect/btree-balance.spec.ts"];
const RANDOM = ["tests/as-pect/ranges-random.spec.ts"];

const groups: readonly FaultGroup[] = [
  {
    file: "assembly/btree/lanes.ts",
    specs: ["tests/as-pect/btree-lanes.spec.ts"],
    faults: faults(
      [
        "pairs: equal keys, any value",
        "v128.ge<Num>(v128.load(lanes, ARRAY), low)",
        "v128.eq<Num>(lane, high)",
      ],
      [
        "the greatest lane includes the one replaced",
        "v128.andnot(v128.load(lanes + i), isIndex(n, a))",
        "v128.load(lanes + i)",
      ],
      [
        "lanes are moved up from the first vector on",
        "const step = by < 0 ? VECTOR : -VECTOR;",
        "const step = VECTOR;",
      ],
      ["the third array stays", "    if (third) moveVector(", "    if (false) moveVector("],
      ["down by one lane instead of two", "by * LANE;", "(by < 0 ? -1 : 1) * LANE;"],
      [
        "sharing does not fill what the left array gave",
        "for (let i = keep; i < LANES; i++)",
        "for (let i = LANES; i < LANES; i++)",
      ],
      ["sharing reads past the second array", "    v128.store(second + i, x, ARRAY);", ""],
    ),
  },
  {
    file: "assembly/btree/balance.ts",
    specs: BALANCE,
    faults: faults(
      [
        "split: the first child keeps the greatest value of both",
        "    if (level && isByKey) setValue(node, slot, most);",
        "",
      ],
      [
        "split: into the wrong half",
        "if (slot < keep) insertEntry(left",
        "if (slot <= keep) insertEntry(left",
      ],
      [
        "split: an inner node's last child keeps its bound",
        "    if (level) dropBound(tree, left, keep - 1);\n    if (slot",
        "    if (slot",
      ],
      ["split: nodes are not counted", "    countNodes(tree, level, 1);", ""],
      [
        "new root: without the greatest value of the right half",
        "tree.largest = max<Num>(value, most);",
        "tree.largest = value;",
      ],
      [
        "insert: values above are not told",
        "  if (tree.order == BY_KEY && value > greatestInLeaf(tree, at)) propagate(tree, at, 0, 0, value);",
        "",
      ],
      [
        "remove: values above are not told",
        "  if (tree.order == BY_KEY) propagate(tree, at, 0, at.value, 0);",
        "",
      ],
      [
        "room: a full leaf shares with a full sibling",
        "if (total > 2 * LANES - 2) return false;",
        "if (total > 2 * LANES) return false;",
      ],
      [
        "share: the bound between two inner nodes is lost",
        "    setKey(last, 0, getKey(place, 0));",
        "",
      ],
      [
        "share: the second half of the bound is lost",
        "    if (!isByKey) setValue(last, 0, getValue(place, 0));",
        "",
      ],
      [
        "share: the right one's greatest value stays",
        "  if (isByKey) setValue(place + LANE, 0, greatest(valuesOf(right)));",
        "",
      ],
      ["share: the old bound stays", "  setKey(place, 0, getKey(end, 0));", ""],
      [
        "share: the left inner node keeps a last bound",
        "  if (level) dropBound(tree, left, keep - 1);\n}",
        "}",
      ],
      ["merge: the node is not counted off", "    countNodes(tree, level, -1);", ""],
      [
        "merge: two that do not fit",
        "total > LANES ? total / 2 : 0",
        "total > LANES + 1 ? total / 2 : 0",
      ],
      ["rebalance: only the leaf", "    if (total > LANES) return;\n  }", "    return;\n  }"],
      [
        "root: stays with one child",
        "if (level == 0 || getKey(tree.root, 0) != MAX_KEY) return;",
        "return;",
      ],
    ),
  },
  {
    file: "assembly/btree/largest.ts",
    specs: BALANCE,
    faults: faults(
      ["a lesser value stays the greatest", "      if (was != most) return;", "      return;"],
      ["the largest of all is not told", "  tree.largest = now;", ""],
    ),
  },
  {
    file: "assembly/btree/cursor.ts",
    specs: [...BALANCE, ...RANDOM],
    faults: faults(
      ["next value: starts from the first slot again", "((<u32>-1) << from)", "(<u32>-1)"],
      [
        "next value: takes the child it came from",
        "from = slotOf(place) + 1;",
        "from = slotOf(place);",
      ],
      ["next leaf: one child too far", "  place += LANE;\n  do {", "  place += 2 * LANE;\n  do {"],
      [
        "previous leaf: its first entry",
        "last = countOf(node, --level) - 1;",
        "--level;\n    last = 0;",
      ],
    ),
  },
  {
    file: "assembly/btree/cursor.ts",
    specs: RANDOM,
    faults: faults(
      [
        "raised bound: only the parent's",
        "    if (bound == MAX_KEY) continue; // its parent's bounds it",
        "    if (bound == MAX_KEY) return;",
      ],
      ["raised bound: never", "    if (bound < key) setKey(place, 0, key);", ""],
      [
        "lowered bound: never",
        "    if (getKey(place - LANE, 0) > key) setKey(place - LANE, 0, key);",
        "",
      ],
      [
        "lowered bound: only the parent's",
        "    if (slotOf(place) == 0) continue;",
        "    if (slotOf(place) == 0) return;",
      ],
    ),
  },
  {
    file: "assembly/btree/validate.ts",
    specs: ["tests/as-pect/ranges-validate.spec.ts"],
    faults: faults(
      [
        "counts of nodes are not compared",
        "leaves != tree.leaves || inners != tree.inners",
        "false",
      ],
      ["the number of entries is not compared", "  if (entries != count)", "  if (false)"],
      ["fill is not checked", "if (count < least || count > LANES)", "if (false)"],
      ["order is not checked", "if (!isAfterLast(tree, key, value))", "if (false)"],
      ["greatest values are not checked", "value != greatestIn(child)", "false"],
      [
        "bounds are not checked",
        "if (key < lastKey || (key == lastKey",
        "if (false && (key == lastKey",
      ],
      ["unused values are not checked", "if (getValue(node, slot) != 0 &&", "if (false &&"],
    ),
  },
];
export default groups;
