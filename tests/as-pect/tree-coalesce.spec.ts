// Coalescing and splitting of free blocks in trees of a given shape: every gap between two blocks is freed in
// every way (touching left, right, both or neither, and overlapping), and every block is taken in every way (all
// of it, in front, at the end, inside), with neighbours in the same leaf, in the leaf before or behind, and under
// another inner node; with separators as high as they may be, and as low as they may become. After each, the
// free blocks are compared with a plain array, and the checker must be content.

import { dropAllocator } from "../../assembly/allocator";
import { freeRange, takeRange } from "../../assembly/ranges";
import { BEST_FIT, FIRST_FIT, Handle } from "../../assembly/record";
import { NOT_ALLOCATED, NOT_FREE, OK } from "../../assembly/status";
import { faultOfBlocks, withBlocks } from "./support/blocks";
import { whole } from "./support/list";
import { Entries, times } from "./support/tree";

/** As few entries as there may be: removal merges and borrows. */
const THIN = "[[" + times(7, "7") + "] [" + times(7, "7") + "]]";
/** As many, and few: insertion splits, and the last leaves are evened out. */
const THICK = "[[" + times(16, "16") + "] [" + times(6, "7") + " 12 7]]";

let base: f64 = 0;
let capacity: f64 = 0;
let blocks: Entries = new Entries();

/** `count` blocks with gaps between them, at the bottom of a capacity of 32 bits, or at the top of a wider one. */
function prepare(count: u32, wide: bool): void {
  base = wide ? 8589934592 : 0;
  blocks = new Entries();
  for (let i: u32 = 1; i <= count; i++) blocks.add(base + 100 * <f64>i, 40 + <f64>((i * 13) % 30));
  capacity = base + 100 * <f64>count + 200;
}

function copyOf(entries: Entries): Entries {
  const copy = new Entries();
  for (let i = 0; i < entries.length; i++) copy.add(entries.a[i], entries.b[i]);
  return copy;
}

/** Ask as-pect only where something is wrong: it takes its time over each expectation. */
function demand(a: Handle, expected: Entries, got: f64, status: f64, what: string, at: u32): void {
  if (got != status) expect<f64>(got).toBe(status, what + " " + at.toString());
  const fault = faultOfBlocks(a, expected);
  if (fault.length) expect<string>(fault).toBe("", what + " " + at.toString());
  dropAllocator(a);
}

/** Which of the blocks of the thick tree are looked at: those at the ends and in the middle of a leaf. */
function isLookedAt(shape: string, at: u32): bool {
  if (shape == THIN || at > 295) return true;
  const inLeaf = at % 16;
  return at % 64 < 16 ? inLeaf % 15 == 0 || inLeaf == 8 : at > 240 && inLeaf % 15 == 0;
}

// Freeing -----------------------------------------------------------------------------------------------------

/** Free all or part of the gap in front of block `at`, in each way there is. */
function freeGap(policy: u32, shape: string, low: bool, at: u32): void {
  const count = <u32>blocks.length;
  const hasLeft = at > 0;
  const hasRight = at < count;
  const from = hasLeft ? blocks.a[at - 1] + blocks.b[at - 1] : base;
  const to = hasRight ? blocks.a[at] : capacity;

  if (hasLeft && hasRight) {
    const both = copyOf(blocks);
    both.b[at - 1] = blocks.a[at] + blocks.b[at] - blocks.a[at - 1];
    both.remove(at);
    const a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, both, freeRange(a, from, to - from), OK, "touching both, in front of", at);
  }
  if (hasLeft) {
    const left = copyOf(blocks);
    left.b[at - 1] += 3;
    let a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, left, freeRange(a, from, 3), OK, "touching left, in front of", at);
    a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, blocks, freeRange(a, from - 1, 3), NOT_ALLOCATED, "overlapping left, in front of", at);
    a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, blocks, freeRange(a, blocks.a[at - 1], 1), NOT_ALLOCATED, "freed twice, in front of", at);
  }
  if (hasRight) {
    const right = copyOf(blocks);
    right.a[at] -= 3;
    right.b[at] += 3;
    let a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, right, freeRange(a, to - 3, 3), OK, "touching right, in front of", at);
    a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, blocks, freeRange(a, to - 2, 3), NOT_ALLOCATED, "overlapping right, in front of", at);
    a = withBlocks(policy, capacity, false, shape, blocks, low);
    demand(a, blocks, freeRange(a, from, to - from + 1), NOT_ALLOCATED, "overlapping right from far, in front of", at);
  }
  const none = copyOf(blocks);
  none.insert(at, from + 2, 3);
  let a = withBlocks(policy, capacity, false, shape, blocks, low);
  demand(a, none, freeRange(a, from + 2, 3), OK, "touching neither, in front of", at);
  none.a[at] = to - 4;
  a = withBlocks(policy, capacity, false, shape, blocks, low);
  demand(a, none, freeRange(a, to - 4, 3), OK, "touching neither, close in front of", at);
}

function freeGaps(policy: u32, shape: string, count: u32, wide: bool, low: bool): void {
  prepare(count, wide);
  for (let at: u32 = 0; at <= count; at++) if (isLookedAt(shape, at)) freeGap(policy, shape, low, at);
}

// Taking ------------------------------------------------------------------------------------------------------

/** Take `size` out of block `at`, from `front` behind its start on. */
function takePart(policy: u32, shape: string, low: bool, at: u32, front: f64, size: f64): void {
  const start = blocks.a[at];
  const back = blocks.b[at] - front - size;
  const left = copyOf(blocks);
  left.remove(at);
  if (back) left.insert(at, start + front + size, back);
  if (front) left.insert(at, start, front);
  const a = withBlocks(policy, capacity, false, shape, blocks, low);
  const what = "take " + whole(front) + "+" + whole(size) + " of";
  demand(a, left, takeRange(a, start + front, size), start + front, what, at);
}

function takeBlock(policy: u32, shape: string, low: bool, at: u32): void {
  const size = blocks.b[at];
  takePart(policy, shape, low, at, 0, size);
  takePart(policy, shape, low, at, 0, 1);
  takePart(policy, shape, low, at, 0, size - 1);
  takePart(policy, shape, low, at, size - 5, 5);
  takePart(policy, shape, low, at, 1, size - 1);
  takePart(policy, shape, low, at, 10, 5);
  takePart(policy, shape, low, at, 1, size - 2);
  // One more than there is, on either side.
  let a = withBlocks(policy, capacity, false, shape, blocks, low);
  demand(a, blocks, takeRange(a, blocks.a[at] - 1, 5), NOT_FREE, "take from in front of", at);
  a = withBlocks(policy, capacity, false, shape, blocks, low);
  demand(a, blocks, takeRange(a, blocks.a[at], size + 1), NOT_FREE, "take too much of", at);
}

function takeBlocks(policy: u32, shape: string, count: u32, wide: bool, low: bool): void {
  prepare(count, wide);
  for (let at: u32 = 0; at < count; at++) if (isLookedAt(shape, at)) takeBlock(policy, shape, low, at);
}

describe("coalescing in every gap", () => {
  it("of a thin tree", () => {
    freeGaps(FIRST_FIT, THIN, 98, false, false);
    freeGaps(FIRST_FIT, THIN, 98, false, true);
    freeGaps(FIRST_FIT, THIN, 98, true, false);
    freeGaps(FIRST_FIT, THIN, 98, true, true);
  });

  it("of a thick tree", () => {
    freeGaps(FIRST_FIT, THICK, 317, false, false);
    freeGaps(FIRST_FIT, THICK, 317, true, true);
  });

  it("with the order by size", () => {
    freeGaps(BEST_FIT, THIN, 98, false, true);
  });
});

describe("taking from every block", () => {
  it("of a thin tree", () => {
    takeBlocks(FIRST_FIT, THIN, 98, false, false);
    takeBlocks(FIRST_FIT, THIN, 98, false, true);
    takeBlocks(FIRST_FIT, THIN, 98, true, false);
    takeBlocks(FIRST_FIT, THIN, 98, true, true);
  });

  it("of a thick tree", () => {
    takeBlocks(FIRST_FIT, THICK, 317, false, false);
    takeBlocks(FIRST_FIT, THICK, 317, true, true);
  });

  it("with the order by size", () => {
    takeBlocks(BEST_FIT, THIN, 98, false, true);
  });
});

describe("separators", () => {
  it("stay right while blocks wander down and up past them", () => {
    for (let wide = 0; wide < 2; wide++) {
      prepare(98, wide == 1);
      const a = withBlocks(FIRST_FIT, capacity, false, THIN, blocks);
      const wandering = copyOf(blocks);
      for (let round: u32 = 0; round < 6; round++) {
        for (let step: u32 = 0; step < 98; step++) {
          const at = (step * 51) % 98;
          if (round % 2 == 0) {
            // Down to just behind the block before.
            const to = at ? wandering.a[at - 1] + wandering.b[at - 1] + 1 : base;
            const size = wandering.a[at] - to;
            if (size > 0) freeRange(a, to, size);
            wandering.a[at] -= size;
            wandering.b[at] += size;
          } else {
            // Up to its last unit.
            const size = wandering.b[at] - 1;
            if (size > 0) takeRange(a, wandering.a[at], size);
            wandering.a[at] += size;
            wandering.b[at] -= size;
          }
          if (step % 8) continue;
          const fault = faultOfBlocks(a, wandering);
          if (fault.length) expect<string>(fault).toBe("", "round " + round.toString() + ", block " + at.toString());
        }
      }
      dropAllocator(a);
    }
  });
});
