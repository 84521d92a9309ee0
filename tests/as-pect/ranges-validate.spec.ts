// The checker: allocators with trees of three levels, corrupted on purpose in one place at a time, are reported with the
// right code; and are sound again without the corruption.

import { ARRAY, LANE, LANES, MAX_KEY } from "../../assembly/btree/lanes";
import { countOf, getKey, getLink, getValue, MIN_FILL } from "../../assembly/btree/node";
import { Tree } from "../../assembly/btree/tree";
import * as core from "../../assembly/entries/ranges";
import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_FILL,
  BAD_GREATEST,
  BAD_LANES,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SECOND_ORDER,
  BAD_SEPARATOR,
  BAD_SIZE,
  BAD_SUM,
} from "../../assembly/kernel/corruption";
import { OK } from "../../assembly/kernel/status";
import { Allocator } from "../../assembly/ranges/allocator";

const BEST_FIT: u32 = 2;
const BLOCKS: i32 = 400;

let allocator: Allocator = changetype<Allocator>(0);
let wrong: string = "";

function handle(): usize {
  return changetype<usize>(allocator);
}

/** Free blocks of 1 to 6 in every slice of 10, live ones between them. */
function prepare(tracked: u32): void {
  wrong = "";
  allocator = changetype<Allocator>(<usize>core.create(BEST_FIT, 10 * BLOCKS, tracked));
  for (let i = 0; i < BLOCKS; i++) {
    const size = 10 - 1 - ((i * 7) % 6);
    if (tracked) core.reserveBlock(handle(), 10 * i, size, i);
    else core.reserveBlock(handle(), 10 * i, size, 0);
  }
  if (core.validate(handle()) != OK) wrong = "not sound as made";
  if (allocator.blocks.height < 2 || allocator.sizes.height < 2) wrong = "not high enough";
}

afterEach(() => {
  core.destroy(handle());
});

function report(code: f64, what: string): void {
  const got = core.validate(handle());
  if (got != code && !wrong.length)
    wrong = what + ": " + got.toString() + ", not " + code.toString();
}

/** With `value` at `place` the checker returns `code`; without it nothing is wrong. */
function corrupt<V>(place: usize, value: V, code: f64, what: string): void {
  const was = load<V>(place);
  if (was == value) wrong = what + ": changes nothing";
  store<V>(place, value);
  report(code, what);
  store<V>(place, was);
  report(OK, "after " + what);
}

function place(node: usize, slot: u32): usize {
  return node + slot * LANE;
}

/** The first node on `level` that is the second child of its parent. */
function nodeIn(tree: Tree, level: u32): usize {
  let node: usize = tree.root;
  for (let l = tree.height; l > level; l--) node = getLink(node, 1);
  return node;
}

/** The slot of a leaf whose value is neither the greatest nor the least of it, and not 0. */
function middlingIn(leaf: usize): u32 {
  let most: Num = 0;
  for (let slot: u32 = 0; slot < LANES; slot++) most = max<Num>(most, getValue(leaf, slot));
  for (let slot: u32 = 1; slot + 1 < countOf(leaf, 0); slot++)
    if (getValue(leaf, slot) > 1 && getValue(leaf, slot) < most) return slot;
  wrong = "no middling value";
  return 0;
}

/** What may be wrong with any tree. */
function anyTree(tree: Tree, name: string): void {
  const at = changetype<usize>(tree);
  const leaf = nodeIn(tree, 0);
  const inner = nodeIn(tree, 1);
  const count = countOf(leaf, 0);
  corrupt<u32>(at + offsetof<Tree>("leaves"), tree.leaves + 1, BAD_COUNT, name + "leaves");
  corrupt<u32>(at + offsetof<Tree>("inners"), tree.inners - 1, BAD_COUNT, name + "inners");
  if (count < LANES) {
    corrupt<Num>(place(leaf, LANES - 1) + ARRAY, 1, BAD_LANES, name + "unused value");
    if (count < LANES - 1) corrupt<Num>(place(leaf, LANES - 1), 1, BAD_LANES, name + "unused key");
  } else wrong = name + "a full leaf";
  corrupt<Num>(place(leaf, 1), getKey(leaf, 0) - 1, BAD_ORDER, name + "keys in order");
  corrupt<Num>(place(leaf, 0), MAX_KEY, BAD_LANES, name + "first key unused");
  const last = getKey(nodeIn(tree, 0), count - 1);
  corrupt<Num>(place(inner, 1), last - 1, BAD_SEPARATOR, name + "bound too low");
  corrupt<Num>(place(inner, 1), last + 2000, BAD_ORDER, name + "bound too high");
  // Too few children: a second bound that says that its child is the last, with nothing after it.
  const keys = countOf(inner, 1) - 1;
  const saved: Num[] = [];
  for (let slot: u32 = 0; slot < LANES; slot++) saved.push(getKey(inner, slot));
  for (let slot: u32 = 0; slot < LANES; slot++) saved.push(getValue(inner, slot));
  for (let slot = MIN_FILL - 2; slot < keys; slot++) store<Num>(place(inner, slot), MAX_KEY);
  for (let slot = MIN_FILL - 1; slot < LANES; slot++) store<Num>(place(inner, slot) + ARRAY, 0);
  if (name == "sizes: ") store<Num>(place(inner, MIN_FILL - 2) + ARRAY, 0);
  report(BAD_FILL, name + "fill");
  for (let slot: u32 = 0; slot < LANES; slot++) {
    store<Num>(place(inner, slot), saved[slot]);
    store<Num>(place(inner, slot) + ARRAY, saved[LANES + slot]);
  }
  report(OK, "after " + name + "fill");
}

function record(tracked: bool): void {
  const at = handle();
  anyTree(allocator.blocks, "blocks: ");
  anyTree(allocator.sizes, "sizes: ");
  const blocks = allocator.blocks;
  const largest = changetype<usize>(blocks) + offsetof<Tree>("largest");
  corrupt<Num>(largest, blocks.largest + 1, BAD_GREATEST, "largest");
  const inner = nodeIn(blocks, 1);
  corrupt<Num>(place(inner, 1) + ARRAY, getValue(inner, 1) + 1, BAD_GREATEST, "greatest below");
  corrupt<u32>(at + offsetof<Allocator>("freeBlocks"), BLOCKS + 1, BAD_COUNT, "free blocks");
  corrupt<u32>(at + offsetof<Allocator>("liveBlocks"), 7, BAD_COUNT, "live blocks");
  corrupt<Num>(at + offsetof<Allocator>("freeMemory"), 5, BAD_SUM, "free memory");
  corrupt<Num>(at + offsetof<Allocator>("capacity"), 10 * BLOCKS - 1, BAD_BOUNDS, "capacity");
  const sizes = nodeIn(allocator.sizes, 0);
  corrupt<Num>(
    place(sizes, 1) + ARRAY,
    getValue(sizes, 1) - 1,
    BAD_SECOND_ORDER,
    "another end in the size index",
  );
  const leaf = nodeIn(blocks, 0);
  const slot = middlingIn(leaf);
  const size = getValue(leaf, slot);
  const sized = place(leaf, slot) + ARRAY;
  if (tracked) {
    corrupt<Num>(sized, size - 1, BAD_LIVE, "a free block's size");
    corrupt<Num>(
      at + offsetof<Allocator>("capacity"),
      10 * BLOCKS + 1,
      BAD_LIVE,
      "no block at the end",
    );
  } else {
    corrupt<Num>(sized, 0, BAD_SIZE, "no size");
    corrupt<Num>(sized, size - 1, BAD_SECOND_ORDER, "a size that is not in the index");
  }
}

describe("validate", () => {
  it("finds every corruption of an untracked allocator", () => {
    prepare(0);
    record(false);
    expect<string>(wrong).toBe("");
  });

  it("finds every corruption of a tracked allocator", () => {
    prepare(1);
    record(true);
    expect<string>(wrong).toBe("");
  });

  it("finds free blocks that touch or overlap", () => {
    wrong = "";
    allocator = changetype<Allocator>(<usize>core.create(0, 100, 0));
    core.reserveBlock(handle(), 20, 10, 0);
    core.reserveBlock(handle(), 50, 10, 0);
    const leaf: usize = allocator.blocks.root;
    // [0, 20) and [30, 50): the second one's size, up to the first one's end and beyond.
    corrupt<Num>(place(leaf, 1) + ARRAY, 30, BAD_ORDER, "touching");
    corrupt<Num>(place(leaf, 1) + ARRAY, 31, BAD_ORDER, "overlapping");
    expect<string>(wrong).toBe("");
  });
});
