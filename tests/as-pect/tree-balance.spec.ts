// Balance: insertion and removal at the cursor in trees of a given shape, for every order and both widths. Each
// split, borrowing and merge of leaves and inner nodes is forced, its outcome is compared with the shape that
// it should have, and the whole with the entries that it should hold.

import { insertAtCursor, removeAtCursor } from "../../assembly/engines/tree/balance";
import { setSlot, slot } from "../../assembly/engines/tree/cursor";
import {
  ByAddress,
  BySize,
  Labelled,
  innerClass,
  isByAddress,
  isLabelled,
  leafClass,
} from "../../assembly/engines/tree/node";
import { TREE_BYTES, clearTree, heightOf, initTree, innersOf, leavesOf } from "../../assembly/engines/tree/tree";
import { reserveNodes, unusedNodes } from "../../assembly/storage";
import { Entries, build, faultOf, seek, shapeOf, times } from "./support/tree";

const SEED: u32 = 314159265;
let state: u32 = SEED;
function random(bound: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % bound;
}

const tree: usize = memory.data(64, 16) + (64 - TREE_BYTES);

/** Wider than every other b, in the order by address. */
const PEAK: f64 = 1000;

// The entries of every order are numbered: those of a tree that is built odd, those put in between even.

function aOf<T, O>(index: u32): f64 {
  const beyond: f64 = sizeof<T>() == 8 ? 8589934592 : 0;
  // By size, eight in a row are alike, so that the second number decides.
  return beyond + (isByAddress<O>() || isLabelled<O>() ? 10 * <f64>index + 5 : 1 + <f64>(index >> 3));
}
function bOf<O>(index: u32): f64 {
  if (isByAddress<O>()) return 1 + <f64>((index * 7) % 9);
  return isLabelled<O>() ? 1 + <f64>(index % 3) : 10 * <f64>index;
}

function entriesOf<T, O>(count: u32): Entries {
  const entries = new Entries();
  for (let i: u32 = 0; i < count; i++) {
    entries.add(aOf<T, O>(2 * i + 1), bOf<O>(2 * i + 1), isLabelled<O>() ? 100 + i : 0);
  }
  return entries;
}

function total(shape: string): u32 {
  const parts = shape.split(" ");
  let sum: u32 = 0;
  for (let i = 0; i < parts.length; i++) sum += <u32>parseInt(parts[i].replaceAll("[", "").replaceAll("]", ""));
  return sum;
}

/** More than any one call takes; what it does not take stays unused. */
function reserveAmple<T, O>(): void {
  reserveNodes(leafClass<T, O>(), 20);
  reserveNodes(innerClass<T>(), 20);
}

function insert<T, O>(a: f64, b: f64, c: u32): void {
  reserveAmple<T, O>();
  seek<T, O>(tree, a, b);
  insertAtCursor<T, O>(tree, <T>a, <T>b, c);
}

function remove<T, O>(a: f64, b: f64): void {
  seek<T, O>(tree, a, b);
  setSlot(slot() - 1);
  removeAtCursor<T, O>(tree);
}

/** Ask as-pect only where something is wrong: it takes its time over each expectation. */
function demand<T, O>(entries: Entries, shape: string, what: string): void {
  const fault = faultOf<T, O>(tree, entries);
  if (fault.length) expect<string>(fault).toBe("", what);
  const got = shapeOf<T>(tree);
  if (shape.length && got != shape) expect<string>(got).toBe(shape, what);
}

/** Insert between entries `at` - 1 and `at` of a tree of shape `before`. By address, with the greatest size in every place. */
function insertInto<T, O>(before: string, at: u32, after: string): void {
  const count = total(before);
  const near: u32 = isByAddress<O>() ? 16 : 0;
  for (let peak = <i32>at - <i32>near; peak <= <i32>(at + near); peak++) {
    const entries = entriesOf<T, O>(count);
    const isPeakNew = isByAddress<O>() && peak == <i32>(at + near);
    if (isByAddress<O>() && !isPeakNew && peak >= 0 && peak < <i32>count) entries.b[peak] = PEAK;
    build<T, O>(tree, before, entries);
    const a = aOf<T, O>(2 * at);
    const b = isPeakNew ? PEAK : bOf<O>(2 * at);
    const c: u32 = isLabelled<O>() ? 7 : 0;
    entries.insert(at, a, b, c);
    insert<T, O>(a, b, c);
    demand<T, O>(entries, after, "insert at " + at.toString() + " of " + before);
    clearTree<T, O>(tree);
  }
}

/** Remove entry `at` from a tree of shape `before`. By address, with the greatest size in every place. */
function removeFrom<T, O>(before: string, at: u32, after: string): void {
  const count = total(before);
  const near: u32 = isByAddress<O>() ? 16 : 0;
  for (let peak = <i32>at - <i32>near; peak <= <i32>(at + near); peak++) {
    const entries = entriesOf<T, O>(count);
    if (isByAddress<O>() && peak >= 0 && peak < <i32>count) entries.b[peak] = PEAK;
    build<T, O>(tree, before, entries);
    const a = entries.a[at];
    const b = entries.b[at];
    entries.remove(at);
    remove<T, O>(a, b);
    demand<T, O>(entries, after, "remove " + at.toString() + " of " + before);
    clearTree<T, O>(tree);
  }
}

/** Remove each of `count` entries from `from` on, each from a new tree. */
function removeEach<T, O>(before: string, from: u32, count: u32, after: string): void {
  for (let at = from; at < from + count; at++) removeFrom<T, O>(before, at, after);
}

// Splits ------------------------------------------------------------------------------------------------------

function splitRoot<T, O>(): void {
  for (let at: u32 = 0; at < 16; at++) insertInto<T, O>("15", at, "16");
  for (let at: u32 = 0; at <= 16; at++) insertInto<T, O>("16", at, at <= 8 ? "[9 8]" : "[8 9]");
}

function splitLeaf<T, O>(): void {
  for (let at: u32 = 1; at <= 16; at++) {
    const halves = at <= 8 ? "9 8" : "8 9";
    insertInto<T, O>("[9 16 10]", 9 + at, "[9 " + halves + " 10]");
    insertInto<T, O>("[9 16]", 9 + at, "[9 " + halves + "]");
    insertInto<T, O>("[16 9]", at, "[" + halves + " 9]");
  }
}

/** Sixteen full leaves, one of which is split into sixteen plus one: nine and eight, or eight and nine. */
function splitHalves(child: u32): string {
  const children: string[] = [];
  for (let i: u32 = 0; i < 16; i++) children.push(i == child ? "8 9" : "16");
  const split = children.join(" ").split(" ");
  const left: i32 = child + 1 <= 8 ? 9 : 8;
  return "[" + split.slice(0, left).join(" ") + "] [" + split.slice(left).join(" ") + "]";
}

function splitInner<T, O>(): void {
  const full = "[" + times(16, "16") + "]";
  const least = "[" + times(7, "7") + "]";
  for (let child: u32 = 0; child < 16; child++) {
    const halves = splitHalves(child);
    insertInto<T, O>(full, 16 * child + 12, "[" + halves + "]");
    insertInto<T, O>("[" + full + " " + least + "]", 16 * child + 12, "[" + halves + " " + least + "]");
    insertInto<T, O>("[" + least + " " + full + "]", 49 + 16 * child + 12, "[" + least + " " + halves + "]");
  }
}

/** The greatest size of all goes up two levels, from a leaf that has room and from one that is split. */
function insertBelowTwoLevels<T, O>(): void {
  const least = "[" + times(7, "7") + "]";
  const children = [least, least, least];
  for (let inner: u32 = 0; inner < 3; inner++) {
    const before = "[" + children.join(" ") + "]";
    children[inner] = "[7 7 7 8 7 7 7]";
    insertInto<T, O>(before, 49 * inner + 24, "[" + children.join(" ") + "]");
    children[inner] = "[7 7 7 16 7 7 7]";
    const full = "[" + children.join(" ") + "]";
    children[inner] = "[7 7 7 9 8 7 7 7]";
    insertInto<T, O>(full, 49 * inner + 24, "[" + children.join(" ") + "]");
    children[inner] = least;
  }
}

function splitAllLevels<T, O>(): void {
  const full = "[" + times(16, "16") + "]";
  const entries = entriesOf<T, O>(4096);
  build<T, O>(tree, "[" + times(16, full) + "]", entries);
  const at: u32 = 16 * (16 * 5 + 3) + 12;
  entries.insert(at, aOf<T, O>(2 * at), bOf<O>(2 * at));
  insert<T, O>(aOf<T, O>(2 * at), bOf<O>(2 * at), 0);
  const left = times(5, full) + " " + splitHalves(3) + " " + times(2, full);
  demand<T, O>(entries, "[[" + left + "] [" + times(8, full) + "]]", "three levels split");
  clearTree<T, O>(tree);
}

// Borrowing ---------------------------------------------------------------------------------------------------

function evenOutLeaves<T, O>(): void {
  removeEach<T, O>("[7 12]", 0, 7, "[9 9]");
  removeEach<T, O>("[12 7]", 12, 7, "[9 9]");
  removeEach<T, O>("[7 16]", 0, 7, "[11 11]");
  removeEach<T, O>("[7 13]", 0, 7, "[9 10]");
  removeEach<T, O>("[13 7]", 13, 7, "[10 9]");
  removeEach<T, O>("[7 11]", 0, 7, "[8 9]");
  // The right sibling is asked first, and the last child asks its left one.
  removeEach<T, O>("[16 7 12]", 16, 7, "[16 9 9]");
  removeEach<T, O>("[8 11 7]", 19, 7, "[8 9 8]");
  removeEach<T, O>("[7 12 7]", 0, 7, "[9 9 7]");
}

/** Seven leaves of seven entries, of which the `leaf`-th has lost one and been merged with the next, or the last with the one before. */
function sixLeaves(leaf: u32): string {
  const merged = min(leaf, 5);
  const parts: string[] = [];
  for (let i: u32 = 0; i < 6; i++) parts.push(i == merged ? "13" : "7");
  return parts.join(" ");
}

/** The first `count` of these children, and the rest. */
function cut(children: string, count: i32): string {
  const parts = children.split(" ");
  return "[" + parts.slice(0, count).join(" ") + "] [" + parts.slice(count).join(" ") + "]";
}

function evenOutInners<T, O>(): void {
  const least = "[" + times(7, "7") + "]";
  const twelve = "[" + times(12, "7") + "]";
  for (let leaf: u32 = 0; leaf < 7; leaf++) {
    const six = sixLeaves(leaf);
    const withRight = cut(six + " " + times(12, "7"), 9);
    const withLeft = cut(times(12, "7") + " " + six, 9);
    removeEach<T, O>("[" + least + " " + twelve + "]", 7 * leaf, 7, "[" + withRight + "]");
    removeEach<T, O>("[" + twelve + " " + least + "]", 84 + 7 * leaf, 7, "[" + withLeft + "]");
    // Between siblings on either side, with the right one.
    const middle = 84 + 7 * leaf;
    removeEach<T, O>("[" + twelve + " " + least + " " + twelve + "]", middle, 7, "[" + twelve + " " + withRight + "]");
  }
}

// Merges ------------------------------------------------------------------------------------------------------

function mergeLeaves<T, O>(): void {
  removeEach<T, O>("[7 10 8]", 0, 7, "[16 8]");
  removeEach<T, O>("[8 7 9]", 8, 7, "[8 15]");
  removeEach<T, O>("[8 8 7]", 16, 7, "[8 14]");
  removeEach<T, O>("[7 7 7]", 7, 7, "[7 13]");
  // The root has but one child left, which becomes the root.
  removeEach<T, O>("[7 10]", 0, 7, "16");
  removeEach<T, O>("[7 7]", 7, 7, "13");
}

function mergeInners<T, O>(): void {
  const least = "[" + times(7, "7") + "]";
  const before = "[" + times(3, least) + "]";
  for (let leaf: u32 = 0; leaf < 7; leaf++) {
    const withRight = "[" + sixLeaves(leaf) + " " + times(7, "7") + "]";
    const withLeft = "[" + times(7, "7") + " " + sixLeaves(leaf) + "]";
    removeEach<T, O>(before, 7 * leaf, 7, "[" + withRight + " " + least + "]");
    removeEach<T, O>(before, 49 + 7 * leaf, 7, "[" + least + " " + withRight + "]");
    removeEach<T, O>(before, 98 + 7 * leaf, 7, "[" + least + " " + withLeft + "]");
    // The root has but one child left, which becomes the root.
    removeEach<T, O>("[" + least + " " + least + "]", 7 * leaf, 7, withRight);
    removeEach<T, O>("[" + least + " " + least + "]", 49 + 7 * leaf, 7, withLeft);
  }
}

function mergeAllLevels<T, O>(): void {
  const least = "[" + times(7, "7") + "]";
  const entries = entriesOf<T, O>(686);
  build<T, O>(tree, "[[" + times(7, least) + "] [" + times(7, least) + "]]", entries);
  const a = entries.a[340];
  const b = entries.b[340];
  entries.remove(340);
  remove<T, O>(a, b);
  // The leaf with its left sibling, their parent with its left one, and so on: no level is left as it was.
  const merged = "[" + times(7, "7") + " " + times(5, "7") + " 13]";
  demand<T, O>(entries, "[" + times(5, least) + " " + merged + " " + times(7, least) + "]", "three levels merged");
  clearTree<T, O>(tree);
}

// Growth and collapse -----------------------------------------------------------------------------------------

/** Insert and remove `count` entries in a given order, and look at the tree throughout. */
function growAndCollapse<T, O>(count: u32, orderOf: (i: u32, count: u32) => u32): void {
  initTree<T, O>(tree);
  const entries = new Entries();
  let highest: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const index = orderOf(i, count);
    const a = aOf<T, O>(index);
    const b = bOf<O>(index);
    let at = 0;
    while (at < entries.length && (entries.a[at] < a || (entries.a[at] == a && entries.b[at] < b))) at++;
    entries.insert(at, a, b, isLabelled<O>() ? index : 0);
    insert<T, O>(a, b, index);
    if (i % 16 == 0) demand<T, O>(entries, "", "grown to " + i.toString());
    highest = max(highest, heightOf(tree));
  }
  if (highest != 2) expect<u32>(highest).toBe(2, "levels above the leaves");
  for (let left = count; left > 0; left--) {
    const at = orderOf(left - 1, left);
    const a = entries.a[at];
    const b = entries.b[at];
    entries.remove(at);
    remove<T, O>(a, b);
    if (left % 16 == 0 || left < 20) demand<T, O>(entries, "", "collapsed to " + left.toString());
  }
  demand<T, O>(entries, "0", "empty");
  if (leavesOf(tree) != 1 || innersOf(tree) != 0) expect<u32>(leavesOf(tree) + innersOf(tree)).toBe(1, "nodes");
  clearTree<T, O>(tree);
}

function rising(i: u32, count: u32): u32 {
  return i;
}
function falling(i: u32, count: u32): u32 {
  return count - 1 - i;
}
/** Every index once while `i` rises, as 211 and the counts have no common divisor. */
function scattered(i: u32, count: u32): u32 {
  return count % 211 ? (i * 211) % count : random(count);
}

function growEveryWay<T, O>(): void {
  growAndCollapse<T, O>(320, rising);
  growAndCollapse<T, O>(320, falling);
  growAndCollapse<T, O>(320, scattered);
}

/** Nodes that are neither in use nor unused have been lost. */
let unusedBefore: u32 = 0;
function unusedOf<T>(): u32 {
  return unusedNodes(leafClass<T, ByAddress>()) + unusedNodes(innerClass<T>());
}
beforeEach(() => {
  // Carved before, so that no call carves more.
  reserveNodes(leafClass<u32, ByAddress>(), 400);
  reserveNodes(innerClass<u32>(), 400);
  reserveNodes(leafClass<f64, ByAddress>(), 400);
  reserveNodes(innerClass<f64>(), 400);
  unusedBefore = unusedOf<u32>() + unusedOf<f64>();
});
afterEach(() => {
  expect<u32>(unusedOf<u32>() + unusedOf<f64>()).toBe(unusedBefore, "unused nodes");
});

describe("insertion", () => {
  it("below two levels, in the order by address", () => {
    insertBelowTwoLevels<u32, ByAddress>();
    insertBelowTwoLevels<f64, ByAddress>();
  });
});

describe("split", () => {
  it("of a root that is a leaf, at every place", () => {
    splitRoot<u32, ByAddress>();
    splitRoot<u32, BySize>();
    splitRoot<u32, Labelled>();
    splitRoot<f64, ByAddress>();
    splitRoot<f64, BySize>();
    splitRoot<f64, Labelled>();
  });

  it("of a leaf, at every place", () => {
    splitLeaf<u32, ByAddress>();
    splitLeaf<u32, BySize>();
    splitLeaf<u32, Labelled>();
    splitLeaf<f64, ByAddress>();
    splitLeaf<f64, BySize>();
    splitLeaf<f64, Labelled>();
  });

  it("of an inner node, below every child", () => {
    splitInner<u32, ByAddress>();
    splitInner<u32, BySize>();
    splitInner<u32, Labelled>();
    splitInner<f64, ByAddress>();
    splitInner<f64, BySize>();
    splitInner<f64, Labelled>();
  });

  it("of a full node on every level", () => {
    splitAllLevels<u32, ByAddress>();
    splitAllLevels<u32, BySize>();
    splitAllLevels<u32, Labelled>();
    splitAllLevels<f64, ByAddress>();
    splitAllLevels<f64, BySize>();
    splitAllLevels<f64, Labelled>();
  });
});

describe("borrowing", () => {
  it("evens a leaf out with its right or left sibling", () => {
    evenOutLeaves<u32, ByAddress>();
    evenOutLeaves<u32, BySize>();
    evenOutLeaves<u32, Labelled>();
    evenOutLeaves<f64, ByAddress>();
    evenOutLeaves<f64, BySize>();
    evenOutLeaves<f64, Labelled>();
  });

  it("evens an inner node out with its right or left sibling", () => {
    evenOutInners<u32, ByAddress>();
    evenOutInners<u32, BySize>();
    evenOutInners<u32, Labelled>();
    evenOutInners<f64, ByAddress>();
    evenOutInners<f64, BySize>();
    evenOutInners<f64, Labelled>();
  });
});

describe("merge", () => {
  it("of a leaf with its right or left sibling", () => {
    mergeLeaves<u32, ByAddress>();
    mergeLeaves<u32, BySize>();
    mergeLeaves<u32, Labelled>();
    mergeLeaves<f64, ByAddress>();
    mergeLeaves<f64, BySize>();
    mergeLeaves<f64, Labelled>();
  });

  it("of an inner node with its right or left sibling", () => {
    mergeInners<u32, ByAddress>();
    mergeInners<u32, BySize>();
    mergeInners<u32, Labelled>();
    mergeInners<f64, ByAddress>();
    mergeInners<f64, BySize>();
    mergeInners<f64, Labelled>();
  });

  it("on every level", () => {
    mergeAllLevels<u32, ByAddress>();
    mergeAllLevels<u32, BySize>();
    mergeAllLevels<u32, Labelled>();
    mergeAllLevels<f64, ByAddress>();
    mergeAllLevels<f64, BySize>();
    mergeAllLevels<f64, Labelled>();
  });
});

describe("the root grows and collapses, seed " + SEED.toString(), () => {
  it("by address", () => {
    growEveryWay<u32, ByAddress>();
    growEveryWay<f64, ByAddress>();
  });

  it("by size", () => {
    growEveryWay<u32, BySize>();
    growEveryWay<f64, BySize>();
  });

  it("labelled", () => {
    growEveryWay<u32, Labelled>();
    growEveryWay<f64, Labelled>();
  });
});
