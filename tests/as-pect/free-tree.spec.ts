// The free tree against the linked list, which is plain enough to be believed: first fit must answer the same,
// call by call, and hold the same free blocks; every policy must hold its own invariants throughout. With
// enough blocks for inner nodes to split and merge, in both widths.

import {
  allocate,
  copyFreeBlocks,
  create,
  destroy,
  free,
  freeBlockCount,
  freeMemory,
  height,
  largest,
  metadataBytes,
  resultAddress,
  validate,
} from "../../assembly";
import { FIRST_FIT, Handle, LINKED_LIST } from "../../assembly/record";
import { OK } from "../../assembly/status";
import { whole } from "./support/list";

const SEED: u32 = 718281828;

/** One capacity of 32-bit numbers, one above. */
const CAPACITIES: f64[] = [6000, 4294967296 + 6000];
/** Calls go to the first units of each; what lies behind stays allocated. */
const ROOM: u32 = 6000;

let state: u32 = SEED;
function random(bound: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % bound;
}

/** "" if both hold the same free blocks. */
function differenceOf(a: Handle, b: Handle): string {
  if (freeMemory(a) != freeMemory(b)) return "free memory " + whole(freeMemory(a)) + ", not " + whole(freeMemory(b));
  if (freeBlockCount(a) != freeBlockCount(b)) return "number of blocks";
  if (largest(a) != largest(b)) return "largest " + whole(largest(a)) + ", not " + whole(largest(b));
  const pairs = new StaticArray<f64>(256);
  let after: f64 = 0;
  while (true) {
    const count = <u32>copyFreeBlocks(a, after, 128);
    memory.copy(changetype<usize>(pairs), resultAddress(), 16 * count);
    if (<u32>copyFreeBlocks(b, after, 128) != count) return "number of blocks behind " + whole(after);
    if (memory.compare(changetype<usize>(pairs), resultAddress(), 16 * count)) return "blocks behind " + whole(after);
    if (count < 128) return "";
    after = pairs[2 * count - 2] + pairs[2 * count - 1];
  }
}

/** An allocator with nothing free. */
function taken(policy: u32, capacity: f64): Handle {
  const a = <Handle>create(policy, capacity);
  expect<f64>(allocate(a, capacity)).toBe(0);
  return a;
}

/** Ask as-pect only where something is wrong: it takes its time over each expectation. */
function demand(wrong: string, step: u32): void {
  if (wrong.length) expect<string>(wrong).toBe("", "at step " + step.toString());
}

function damageOf(a: Handle): string {
  const status = validate(a);
  return status == OK ? "" : "validate: " + whole(status);
}

/** The numbers from 0 to `count` - 1, shuffled. */
function shuffled(count: u32): u32[] {
  const order: u32[] = [];
  for (let i: u32 = 0; i < count; i++) order.push(i);
  for (let i = count - 1; i > 0; i--) {
    const j = random(i + 1);
    const other = order[j];
    order[j] = order[i];
    order[i] = other;
  }
  return order;
}

describe("first fit by tree and by list, seed " + SEED.toString(), () => {
  it("answer the same to random calls", () => {
    for (let i = 0; i < CAPACITIES.length; i++) {
      const tree = taken(FIRST_FIT, CAPACITIES[i]);
      const list = taken(LINKED_LIST, CAPACITIES[i]);
      for (let step: u32 = 0; step < 6000; step++) {
        // Waves: first far more is freed than allocated, then the reverse.
        const frees: u32 = (step / 1500) % 2 ? 1 : 4;
        const size = 1 + random(random(8) ? 4 : 60);
        const at = random(ROOM + 1 - size);
        let got: f64;
        let expected: f64;
        if (random(5) < frees) {
          got = free(tree, at, size);
          expected = free(list, at, size);
        } else {
          got = allocate(tree, size);
          expected = allocate(list, size);
        }
        if (got != expected) demand("answer " + whole(got) + ", not " + whole(expected), step);
        if (step % 8 == 0) {
          demand(damageOf(tree), step);
          demand(differenceOf(tree, list), step);
        }
      }
      expect<f64>(height(tree)).toBeGreaterThan(1);
      destroy(tree);
      destroy(list);
    }
  });
});

/** Free every other unit, then the gaps between them in the given order: merges with left, right and both. */
function closeGaps(policy: u32, capacity: f64, order: u32[]): void {
  const gaps = <u32>order.length;
  const a = taken(policy, capacity);
  const bytes = metadataBytes(a);
  for (let i: u32 = 0; i <= gaps; i++) free(a, 2 * i, 1);
  demand(damageOf(a), 0);
  expect<f64>(height(a)).toBe(3, "levels");
  for (let i: u32 = 0; i < gaps; i++) {
    const status = free(a, 2 * order[i] + 1, 1);
    if (status != OK) demand("answer " + whole(status), i);
    demand(damageOf(a), i);
  }
  expect<f64>(freeBlockCount(a)).toBe(1, "blocks");
  expect<f64>(largest(a)).toBe(2 * gaps + 1, "largest");
  expect<f64>(height(a)).toBe(1, "levels in the end");
  expect<f64>(metadataBytes(a)).toBe(bytes, "nodes in the end");
  destroy(a);
}

describe("many small blocks become one", () => {
  it("from the left, from the right and at random, by every policy", () => {
    const gaps: u32 = 400;
    const rising: u32[] = [];
    const falling: u32[] = [];
    for (let i: u32 = 0; i < gaps; i++) {
      rising.push(i);
      falling.push(gaps - 1 - i);
    }
    for (let policy: u32 = 0; policy < LINKED_LIST; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        closeGaps(policy, CAPACITIES[i], rising);
        closeGaps(policy, CAPACITIES[i], falling);
        closeGaps(policy, CAPACITIES[i], shuffled(gaps));
      }
    }
  });

  it("grown downwards, a block takes its place before the leaf it stands in", () => {
    for (let policy: u32 = 0; policy < LINKED_LIST; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const a = taken(policy, CAPACITIES[i]);
        for (let block: u32 = 0; block < 300; block++) free(a, 20 * block + 15, 1);
        // Each grows towards its left neighbour, and what it leaves free in between is taken by new blocks.
        const order = shuffled(300);
        for (let n = 0; n < order.length; n++) {
          const start = 20 * order[n];
          for (let down: u32 = 14; down > 8; down--) free(a, start + down, 1);
          free(a, start + 2, 2);
          free(a, start + 6, 1);
          demand(damageOf(a), n);
        }
        expect<f64>(freeBlockCount(a)).toBe(900);
        destroy(a);
      }
    }
  });
});
