// The checker of the trees: an allocator with all three of them, damaged on purpose in one place at a time, is
// reported with the right code. In both widths. Places are those that node.ts, tree.ts and record.ts draw.

import { checkAllocator, dropAllocator } from "../../assembly/allocator";
import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_FILL,
  BAD_GREATEST,
  BAD_LANES,
  BAD_LINKS,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SECOND_ORDER,
  BAD_SEPARATOR,
  BAD_SIZE,
  BAD_SUM,
} from "../../assembly/damage";
import { aLanes, bLanes, countOf, getA, getB, getChild } from "../../assembly/engines/tree/node";
import { heightOf, rootOf } from "../../assembly/engines/tree/tree";
import { BEST_FIT, Handle, addressTree, liveTree, sizeTree } from "../../assembly/record";
import { OK } from "../../assembly/status";
import { withBlocks } from "./support/blocks";
import { whole } from "./support/list";
import { Entries, times } from "./support/tree";

const SHAPE = "[[" + times(7, "7") + "] [" + times(7, "7") + "]]";
const BLOCKS: u32 = 98;

// Offsets in a node, in a tree and in the record.
const COUNT: usize = 0;
const PREV: usize = 4;
const NEXT: usize = 8;
const LEAVES: usize = 8;
const INNERS: usize = 12;
const LARGEST: usize = 16;
const FREE_MEMORY: usize = 16;
const NUMBER_OF_BLOCKS: usize = 40;
const LIVE: usize = 56;

let a: Handle = 0;
let wrong: string = "";

/** All blocks have odd sizes from 41 to 69, each size several times. */
function prepare<T>(): void {
  const base: f64 = sizeof<T>() == 8 ? 8589934592 : 0;
  const blocks = new Entries();
  for (let i: u32 = 1; i <= BLOCKS; i++) blocks.add(base + 100 * <f64>i, 41 + 2 * <f64>((i * 7) % 15));
  a = withBlocks(BEST_FIT, base + 100 * <f64>BLOCKS + 100, true, SHAPE, blocks, false, 10);
  expectSound("as made");
}

function expectSound(what: string): void {
  if (checkAllocator(a) != OK) wrong = "damage " + whole(checkAllocator(a)) + " " + what;
}

function report(code: f64, what: string): void {
  const got = checkAllocator(a);
  if (got != code && !wrong.length) wrong = what + ": " + whole(got) + ", not " + whole(code);
}

/** With `value` at `place`, the checker answers `code`; without it, nothing is wrong. */
function damaged<V>(place: usize, value: V, code: f64, what: string): void {
  const was = load<V>(place);
  if (was == value) wrong = what + ": changes nothing";
  store<V>(place, value);
  report(code, what);
  store<V>(place, was);
  if (!wrong.length) expectSound("after " + what);
}

function at<T>(lanes: usize, slot: u32): usize {
  return lanes + slot * sizeof<T>();
}

/** The node on `level` that is reached by the child in slot `first` of the root, and then by those in slot `then`. */
function nodeOf<T>(tree: usize, level: u32, first: u32, then: u32): usize {
  let node = rootOf(tree);
  for (let l = heightOf(tree); l > level; l--) node = getChild<T>(node, l == heightOf(tree) ? first : then);
  return node;
}

/** The damage that every tree may have. */
function anyTree<T>(tree: usize, name: string): void {
  const leaf = nodeOf<T>(tree, 0, 1, 2);
  const inner = nodeOf<T>(tree, 1, 1, 0);
  const root = rootOf(tree);
  const height = heightOf(tree);
  const count = countOf(leaf);

  damaged<u32>(leaf + COUNT, 6, BAD_FILL, name + "a leaf below the least fill");
  damaged<u32>(leaf + COUNT, 17, BAD_FILL, name + "a leaf above all fill");
  damaged<u32>(root + COUNT, 1, BAD_FILL, name + "a root with one child");
  damaged<u32>(root + COUNT, 17, BAD_FILL, name + "a root above all fill");
  if (height > 1) damaged<u32>(inner + COUNT, 6, BAD_FILL, name + "an inner node below the least fill");

  if (count < 16) {
    damaged<T>(at<T>(aLanes<T>(leaf), count), 5, BAD_LANES, name + "an unused lane a of a leaf");
    damaged<T>(at<T>(bLanes<T>(leaf), 15), 1, BAD_LANES, name + "an unused lane b of a leaf");
  }
  damaged<T>(at<T>(aLanes<T>(root), 15), 5, BAD_LANES, name + "an unused lane a of the root");
  damaged<T>(at<T>(bLanes<T>(root), 15), 1, BAD_LANES, name + "an unused lane b of the root");

  damaged<T>(aLanes<T>(root), 1, BAD_SEPARATOR, name + "a separator in front of the root's first child");
  damaged<T>(aLanes<T>(inner), 1, BAD_SEPARATOR, name + "a separator in front of a first child");
  // The second child of an inner node, its first entry and the last one in front of it.
  const second = nodeOf<T>(tree, 0, height > 1 ? 1 : 2, 1);
  const slot: u32 = height > 1 ? 1 : 2;
  const before = load<u32>(second + PREV);
  const first = getA<T>(second, 0);
  const last = getA<T>(before, countOf(before) - 1);
  damaged<T>(at<T>(aLanes<T>(inner), slot), <T>(first + 1), BAD_SEPARATOR, name + "a separator above what is behind");
  damaged<T>(at<T>(aLanes<T>(inner), slot), <T>(last - 1), BAD_SEPARATOR, name + "a separator below what is in front");

  damaged<u32>(leaf + PREV, 0, BAD_LINKS, name + "no leaf before");
  damaged<u32>(leaf + PREV, <u32>leaf, BAD_LINKS, name + "another leaf before");
  damaged<u32>(leaf + NEXT, 0, BAD_LINKS, name + "no leaf behind");
  damaged<u32>(nodeOf<T>(tree, 0, 0, 0) + PREV, <u32>leaf, BAD_LINKS, name + "a leaf before the first");
  let end = leaf;
  while (load<u32>(end + NEXT)) end = load<u32>(end + NEXT);
  damaged<u32>(end + NEXT, <u32>leaf, BAD_LINKS, name + "a leaf behind the last");

  damaged<u32>(tree + LEAVES, load<u32>(tree + LEAVES) + 1, BAD_COUNT, name + "one more leaf");
  damaged<u32>(tree + INNERS, load<u32>(tree + INNERS) - 1, BAD_COUNT, name + "one inner node less");
}

function byAddress<T>(): void {
  prepare<T>();
  const tree = addressTree(a);
  anyTree<T>(tree, "by address, ");
  const root = rootOf(tree);
  const inner = nodeOf<T>(tree, 1, 1, 0);
  const leaf = nodeOf<T>(tree, 0, 1, 2);

  damaged<T>(at<T>(aLanes<T>(root), 1), <T>(getA<T>(nodeOf<T>(tree, 0, 1, 0), 0) + 1), BAD_SEPARATOR, "a separator of the root above what is behind");
  damaged<T>(at<T>(aLanes<T>(root), 1), <T>(getA<T>(nodeOf<T>(tree, 0, 0, 6), 6)), BAD_SEPARATOR, "a separator of the root like what is in front");

  damaged<T>(at<T>(bLanes<T>(inner), 2), <T>(getB<T>(inner, 2) + 1), BAD_GREATEST, "too great a size below a child");
  damaged<T>(at<T>(bLanes<T>(inner), 2), <T>(getB<T>(inner, 2) - 1), BAD_GREATEST, "too small a size below a child");
  damaged<T>(at<T>(bLanes<T>(root), 0), <T>(getB<T>(root, 0) + 1), BAD_GREATEST, "too great a size below the root's child");
  damaged<T>(at<T>(bLanes<T>(root), 1), <T>(getB<T>(root, 1) - 1), BAD_GREATEST, "too small a size below the root's child");
  damaged<T>(tree + LARGEST, <T>(load<T>(tree + LARGEST) + 1), BAD_GREATEST, "too great a largest size");
  damaged<T>(tree + LARGEST, <T>(load<T>(tree + LARGEST) - 1), BAD_GREATEST, "too small a largest size");

  const touching = <T>(getA<T>(leaf, 3) + getB<T>(leaf, 3));
  damaged<T>(at<T>(aLanes<T>(leaf), 4), touching, BAD_ORDER, "a block that touches the one before");
  damaged<T>(at<T>(aLanes<T>(leaf), 4), <T>(getA<T>(leaf, 3)), BAD_ORDER, "two blocks with one start");
  damaged<T>(at<T>(bLanes<T>(leaf), 4), 0, BAD_SIZE, "a block without a size");
  const end = nodeOf<T>(tree, 0, 1, 6);
  damaged<T>(at<T>(bLanes<T>(end), 6), 300, BAD_BOUNDS, "a block beyond the capacity");

  // A block that is not its leaf's greatest.
  const small: u32 = getB<T>(leaf, 0) < getB<T>(leaf, 1) ? 0 : 1;
  damaged<T>(at<T>(bLanes<T>(leaf), small), <T>(getB<T>(leaf, small) - 1), BAD_SUM, "a block smaller than it was");
  damaged<f64>(a + FREE_MEMORY, load<f64>(a + FREE_MEMORY) + 1, BAD_SUM, "more free memory");
  damaged<u32>(a + NUMBER_OF_BLOCKS, BLOCKS + 1, BAD_COUNT, "one more block");
  damaged<u32>(a + NUMBER_OF_BLOCKS, BLOCKS - 1, BAD_COUNT, "one block less");
  dropAllocator(a);
}

/** Exchange the entries in slots `i` and `j` of a leaf. */
function exchange<T>(leaf: usize, i: u32, j: u32): void {
  for (let lanes = 0; lanes < 2; lanes++) {
    const base = lanes ? bLanes<T>(leaf) : aLanes<T>(leaf);
    const was = load<T>(at<T>(base, i));
    store<T>(at<T>(base, i), load<T>(at<T>(base, j)));
    store<T>(at<T>(base, j), was);
  }
}

function bySize<T>(): void {
  prepare<T>();
  const tree = sizeTree(a);
  anyTree<T>(tree, "by size, ");
  const root = rootOf(tree);
  const leaf = nodeOf<T>(tree, 0, 1, 2);
  const before = nodeOf<T>(tree, 0, 0, 0);

  damaged<T>(bLanes<T>(root), 1, BAD_SEPARATOR, "half a separator in front of the first child");
  damaged<T>(at<T>(bLanes<T>(root), 1), <T>(getB<T>(leaf, 0) + 1), BAD_SEPARATOR, "a separator above what is behind by its start");
  store<T>(at<T>(aLanes<T>(root), 1), getA<T>(before, countOf(before) - 1));
  store<T>(at<T>(bLanes<T>(root), 1), getB<T>(before, countOf(before) - 1));
  report(BAD_SEPARATOR, "a separator like what is in front");
  store<T>(at<T>(aLanes<T>(root), 1), getA<T>(leaf, 0));
  store<T>(at<T>(bLanes<T>(root), 1), getB<T>(leaf, 0));
  expectSound("after the separator");

  damaged<T>(at<T>(bLanes<T>(leaf), 3), <T>(getB<T>(leaf, 3) + 1), BAD_SECOND_ORDER, "a start that no block has");
  exchange<T>(leaf, 3, 4);
  report(BAD_ORDER, "two entries exchanged");
  exchange<T>(leaf, 3, 4);
  // Size and start of a block that is not there, in the right place.
  const last = countOf(leaf) - 1;
  damaged<T>(at<T>(aLanes<T>(leaf), last), <T>(getA<T>(leaf, last) + 1), BAD_SECOND_ORDER, "a size that its block has not");
  dropAllocator(a);
}

function liveBlocks<T>(): void {
  prepare<T>();
  const tree = liveTree(a);
  anyTree<T>(tree, "live, ");
  // Of each gap the last block is shorter than the others, and behind it comes a free block.
  let leaf = nodeOf<T>(tree, 0, 1, 2);
  let short: u32 = 1;
  while (getB<T>(leaf, short) == 10 || getB<T>(leaf, short) < 3) short++;
  damaged<T>(at<T>(bLanes<T>(leaf), short), <T>(getB<T>(leaf, short) + 1), BAD_LIVE, "a live block that reaches into a free one");
  damaged<T>(at<T>(aLanes<T>(leaf), short + 1), <T>(getA<T>(leaf, short + 1) - 1), BAD_LIVE, "one that begins in a free one");
  damaged<T>(at<T>(bLanes<T>(leaf), short), <T>(getB<T>(leaf, short) - 1), BAD_SUM, "one smaller than it was");
  damaged<T>(at<T>(bLanes<T>(leaf), short - 1), <T>(getB<T>(leaf, short - 1) + 1), BAD_ORDER, "one that reaches into the next");
  damaged<T>(at<T>(bLanes<T>(leaf), short), 0, BAD_SIZE, "one without a size");
  while (load<u32>(leaf + NEXT)) leaf = load<u32>(leaf + NEXT);
  damaged<T>(at<T>(bLanes<T>(leaf), countOf(leaf) - 1), 1000, BAD_BOUNDS, "one beyond the capacity");
  damaged<u32>(a + LIVE, load<u32>(a + LIVE) + 1, BAD_COUNT, "one more live block");
  damaged<u32>(a + LIVE, load<u32>(a + LIVE) - 1, BAD_COUNT, "one live block less");
  dropAllocator(a);
}

beforeEach(() => {
  wrong = "";
});

describe("the checker tells damage", () => {
  it("of the tree by address", () => {
    byAddress<u32>();
    expect<string>(wrong).toBe("", "32 bits");
    byAddress<f64>();
    expect<string>(wrong).toBe("", "64 bits");
  });

  it("of the tree by size", () => {
    bySize<u32>();
    expect<string>(wrong).toBe("", "32 bits");
    bySize<f64>();
    expect<string>(wrong).toBe("", "64 bits");
  });

  it("of the tree of live blocks", () => {
    liveBlocks<u32>();
    expect<string>(wrong).toBe("", "32 bits");
    liveBlocks<f64>();
    expect<string>(wrong).toBe("", "64 bits");
  });
});
