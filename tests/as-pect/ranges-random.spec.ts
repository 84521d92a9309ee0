// Ranges and blocks by every policy, beside a map of all addresses: at random, with the checker after every call; every
// case of merging at every place in leaves; and with the node pool exhausted before every call.

import { classOf, WITH_LINKS, WITHOUT_LINKS } from "../../assembly/btree/node";
import { AddressMap, BEST_FIT, FIRST_FIT, WORST_FIT } from "./support/map";
import { leave, replenish } from "./support/pool";
import { random as below, seedRandom } from "./support/random";

const SEED: u32 = 173205080;
function random(bound: i32): i32 {
  return <i32>below(bound);
}

/** Addresses for so many blocks that trees have three levels. */
const MANY: i32 = 2400;

let wrong: string = "";
beforeEach(() => {
  wrong = "";
  seedRandom(SEED);
});
afterEach(() => {
  replenish();
});

function end(map: AddressMap, name: string): void {
  if (map.wrong.length && !wrong.length)
    wrong =
      name + ", policy " + map.policy.toString() + (map.tracked ? ", tracked: " : ": ") + map.wrong;
  map.drop();
}

/** The start of a block that is live, from a random address on; −1 if there is none after it. */
function liveFrom(map: AddressMap): i32 {
  for (let i = random(map.capacity); i < map.capacity; i++) if (map.isLiveStart(i)) return i;
  return -1;
}

function step(map: AddressMap, most: i32): string {
  const kind = random(100);
  const size = 1 + random(most);
  const live = liveFrom(map);
  const alignment = random(4) ? 1 : 1 + random(9);
  if (kind < 42) {
    map.allocate(size, alignment);
    return "allocate";
  }
  if (live < 0) return "nothing";
  if (kind < 75) {
    map.free(live, map.endOf(live) - live);
    return "free";
  }
  if (kind < 80) {
    map.reserve(random(map.capacity), size);
    return "reserve";
  }
  if (kind < 88) {
    map.resize(live, size);
    return "resize";
  }
  if (kind < 91) {
    map.setCapacity(max(1, map.capacity + random(21) - 10));
    return "capacity";
  }
  if (kind < 94) {
    const address = random(map.capacity);
    const length = min(1 + random(3), map.capacity - address);
    map.free(address, length);
    return "free anything";
  }
  if (map.tracked && kind < 98) {
    map.move(live, max(0, random(2) ? live + random(9) - 4 : random(map.capacity)));
    return "move";
  }
  if (map.tracked) {
    map.setLabel(live);
    return "label";
  }
  return "nothing";
}

function walk(policy: u32, tracked: bool, capacity: i32, most: i32, steps: i32): void {
  const map = new AddressMap(policy, tracked, capacity);
  for (let i = 0; i < steps && !map.wrong.length; i++) {
    const what = step(map, most);
    if (i % 300 == 299) map.reload();
    if (what != "nothing") map.check(what + ", step " + i.toString());
  }
  end(map, "walk");
}

describe("at random", () => {
  it("untracked", () => {
    for (let policy = FIRST_FIT; policy <= WORST_FIT; policy++) {
      walk(policy, false, 200, 12, 700);
      walk(policy, false, 900, 3, 900);
    }
    expect<string>(wrong).toBe("");
  });

  it("tracked", () => {
    for (let policy = FIRST_FIT; policy <= WORST_FIT; policy++) {
      walk(policy, true, 200, 12, 700);
      walk(policy, true, 900, 3, 900);
    }
    expect<string>(wrong).toBe("");
  });
});

/**
 * Blocks of 2, each with a gap of 2 after it that is free or held; free every block for each of the four cases, so that
 * each case comes at every place of leaves, and the tree shrinks and grows.
 */
function mergeAll(policy: u32, tracked: bool): void {
  const map = new AddressMap(policy, tracked, MANY);
  for (let i = 0; i < MANY; i += 2) map.reserve(i, 2);
  for (let gaps = 0; gaps < 4 && !map.wrong.length; gaps++) {
    for (let i = 4; i < MANY - 4; i += 4) {
      // The gaps before and after: 1 and 2 as bits say that they are free.
      const before = (gaps & 1) != 0;
      const after = (gaps & 2) != 0;
      if (before && !map.isFree(i - 2, 2)) map.free(i - 2, 2);
      if (after && !map.isFree(i + 2, 2)) map.free(i + 2, 2);
      // Into the free gap after it: refused.
      if (after && !tracked) map.free(i, 4);
      map.free(i, 2);
      map.validate("merge " + gaps.toString() + " at " + i.toString());
      if (i % 96 == 0) map.check("merge " + gaps.toString() + " at " + i.toString());
      map.reserve(i, 2);
      if (i % 3 == 0) {
        // Let some of it be many small blocks again, and the rest one large one.
        if (before) map.reserve(i - 2, 2);
        if (after) map.reserve(i + 2, 2);
      }
    }
    map.check("merges " + gaps.toString());
    // The first half of every block: it touches the block before only, wherever that is the last one of a leaf.
    for (let i = 4; i < MANY - 4 && !tracked; i += 4) {
      map.free(i, 1);
      map.validate("half of the block at " + i.toString());
      map.reserve(i, 1);
    }
  }
  end(map, "merge");
}

describe("merging", () => {
  it("with none, the block before, the one after, and both, across leaves", () => {
    mergeAll(FIRST_FIT, false);
    mergeAll(FIRST_FIT, true);
    mergeAll(BEST_FIT, false);
    mergeAll(BEST_FIT, true);
    expect<string>(wrong).toBe("");
  });
});

/** With so many nodes left before every call, each is refused and changes nothing, or carried out. */
function exhaust(policy: u32, tracked: bool, leaves: u32, inners: u32): void {
  const map = new AddressMap(policy, tracked, 900);
  for (let i = 0; i < 500 && !map.wrong.length; i++) {
    leave(classOf(WITHOUT_LINKS), leaves);
    leave(classOf(WITH_LINKS), inners);
    const what = step(map, 3);
    replenish();
    if (what != "nothing") map.check(what + " without nodes, step " + i.toString());
    // On, without the shortage, so that trees are of every height.
    if (i % 2) step(map, 3);
  }
  end(map, leaves.toString() + " and " + inners.toString() + " nodes");
}

/** In leaves that are full, as loading leaves them, free a range of its own at every place, without any node. */
function exhaustFull(policy: u32): void {
  const map = new AddressMap(policy, false, MANY);
  map.reserve(0, MANY);
  for (let i = 0; i < MANY; i += 4) map.free(i, 1);
  map.reload();
  let refused = 0;
  for (let i = 2; i < MANY; i += 4) {
    leave(classOf(WITHOUT_LINKS), 0);
    leave(classOf(WITH_LINKS), 0);
    map.free(i, 1);
    replenish();
    if (!map.isFree(i, 1)) refused++;
    map.validate("free without nodes at " + i.toString());
  }
  map.check("free without nodes");
  if (!refused && !wrong.length) wrong = "nothing was refused";
  end(map, "full leaves");
}

describe("with few nodes left", () => {
  it("a free that must split is refused without a change", () => {
    exhaustFull(FIRST_FIT);
    exhaustFull(BEST_FIT);
    expect<string>(wrong).toBe("");
  });

  it("every call is refused without a change, or carried out", () => {
    for (let tracked = 0; tracked < 2; tracked++) {
      exhaust(FIRST_FIT, tracked != 0, 0, 0);
      exhaust(FIRST_FIT, tracked != 0, 1, 4);
      exhaust(BEST_FIT, tracked != 0, 0, 0);
      exhaust(BEST_FIT, tracked != 0, 2, 9);
      exhaust(BEST_FIT, tracked != 0, 4, 14);
    }
    expect<string>(wrong).toBe("");
  });
});
