// The linked list from inside: links and order after every operation, the four merge cases, split and exact
// fit, node reuse, storage exhaustion, refused calls, and several allocators in one node storage.

import {
  clearList,
  copyListBlocks,
  findInList,
  freeToList,
  initList,
  largestInList,
  nextOf,
  prevOf,
  takeFromList,
} from "../../assembly/engines/linked-list";
import {
  Handle,
  LINKED_LIST,
  capacityOf,
  createRecord,
  freeMemoryOf,
  headOf,
  tailOf,
} from "../../assembly/record";
import { NODE_STORAGE, NOT_ALLOCATED, OK, OUT_OF_MEMORY } from "../../assembly/status";
import {
  ALLOCATOR_NODE,
  LIST_NODE,
  nodeBytes,
  reserveNodes,
  storageBytes,
  unusedNodes,
} from "../../assembly/storage";
import { difference, dropList, expectBlocks, image, newList, nodeAt, take, whole } from "./support/list";
import { exhaust, replenish } from "./support/nodes";

let a: Handle = 0;

/** Take all of `a`, then free the given (start, size) pairs, from the first to the last. */
function freeOnly(pairs: f64[]): void {
  expect<f64>(take(a, capacityOf(a))).toBe(0, "take all");
  for (let i = 0; i < pairs.length; i += 2) {
    expect<f64>(freeToList(a, pairs[i], pairs[i + 1])).toBe(OK, "free");
  }
}

/** Expect that freeing is refused with NOT_ALLOCATED and not a byte changes. */
function expectNotAllocated(address: f64, size: f64): void {
  const before = image(a);
  expect<f64>(freeToList(a, address, size)).toBe(NOT_ALLOCATED);
  expect<string>(image(a)).toBe(before, "bytes of the list");
}

beforeEach(() => {
  a = newList(100);
});

afterEach(() => {
  replenish();
  dropList(a);
});

describe("a new list", () => {
  it("is one block, first and last at once", () => {
    expectBlocks(a, "0+100");
    expect<usize>(headOf(a)).toBe(tailOf(a));
    expect<usize>(prevOf(headOf(a))).toBe(0, "no predecessor");
    expect<usize>(nextOf(headOf(a))).toBe(0, "no successor");
    expect<f64>(freeMemoryOf(a)).toBe(100);
  });

  it("holds up to 2^53 - 1", () => {
    const big = newList(9007199254740991);
    expectBlocks(big, "0+9007199254740991");
    expect<f64>(take(big, 9007199254740990)).toBe(0);
    expectBlocks(big, "9007199254740990+1");
    expect<f64>(freeToList(big, 0, 1)).toBe(OK);
    expect<f64>(freeToList(big, 1, 9007199254740989)).toBe(OK);
    expectBlocks(big, "0+9007199254740991");
    dropList(big);
  });
});

describe("allocation", () => {
  it("splits the front off a larger block, which keeps its node", () => {
    const node = headOf(a);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(take(a, 30)).toBe(0);
    expectBlocks(a, "30+70");
    expect<f64>(take(a, 20)).toBe(30);
    expectBlocks(a, "50+50");
    expect<usize>(headOf(a)).toBe(node);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused);
  });

  it("unlinks a block that fits exactly, and gives its node back: the only one", () => {
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(take(a, 100)).toBe(0);
    expectBlocks(a, "");
    expect<usize>(headOf(a)).toBe(0, "head");
    expect<usize>(tailOf(a)).toBe(0, "tail");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused + 1);
  });

  it("exactly: the head", () => {
    freeOnly([10, 20, 50, 10, 80, 5]);
    expect<f64>(take(a, 20)).toBe(10);
    expectBlocks(a, "50+10 80+5");
  });

  it("exactly: one in the middle", () => {
    freeOnly([10, 5, 50, 10, 80, 5]);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(take(a, 10)).toBe(50);
    expectBlocks(a, "10+5 80+5");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused + 1);
  });

  it("exactly: the tail", () => {
    freeOnly([10, 5, 50, 10, 80, 20]);
    expect<f64>(take(a, 20)).toBe(80);
    expectBlocks(a, "10+5 50+10");
  });

  it("takes the lowest address that fits, not the best", () => {
    freeOnly([0, 5, 10, 30, 50, 8]);
    expect<f64>(take(a, 8)).toBe(10);
    expectBlocks(a, "0+5 18+22 50+8");
    expect<f64>(take(a, 5)).toBe(0);
    expectBlocks(a, "18+22 50+8");
  });

  it("that fits nowhere changes nothing", () => {
    freeOnly([0, 10, 20, 15, 60, 40]);
    const before = image(a);
    expect<f64>(take(a, 41)).toBe(OUT_OF_MEMORY);
    expect<string>(image(a)).toBe(before, "bytes of the list");
    expect<f64>(take(a, 40)).toBe(60);
  });

  it("from an empty list changes nothing", () => {
    freeOnly([]);
    const before = image(a);
    expect<f64>(take(a, 1)).toBe(OUT_OF_MEMORY);
    expect<string>(image(a)).toBe(before, "bytes of the list");
  });
});

describe("taking a range out of a block", () => {
  it("at its front, at its end and from its middle", () => {
    const node = headOf(a);
    expect<f64>(takeFromList(a, node, 0, 10)).toBe(0);
    expectBlocks(a, "10+90");
    expect<f64>(takeFromList(a, node, 95, 5)).toBe(95);
    expectBlocks(a, "10+85");
    reserveNodes(LIST_NODE, 1);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(takeFromList(a, node, 40, 20)).toBe(40);
    expectBlocks(a, "10+30 60+35");
    expect<usize>(headOf(a)).toBe(node, "the front keeps the node");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused - 1, "one node taken");
    expect<f64>(takeFromList(a, node, 10, 30)).toBe(10);
    expectBlocks(a, "60+35");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused, "and one given back");
  });

  it("from the middle of one between others", () => {
    freeOnly([0, 10, 20, 30, 70, 10]);
    expect<f64>(takeFromList(a, nodeAt(a, 1), 30, 5)).toBe(30);
    expectBlocks(a, "0+10 20+10 35+15 70+10");
    expect<f64>(takeFromList(a, nodeAt(a, 3), 71, 8)).toBe(71);
    expectBlocks(a, "0+10 20+10 35+15 70+1 79+1");
  });

  it("from the middle is refused without a node, and changes not a byte", () => {
    exhaust(LIST_NODE);
    const before = image(a);
    expect<f64>(takeFromList(a, headOf(a), 1, 98)).toBe(NODE_STORAGE);
    expect<string>(image(a)).toBe(before, "bytes of the list");
    expect<f64>(takeFromList(a, headOf(a), 1, 99)).toBe(1, "at the end it needs none");
    expectBlocks(a, "0+1");
  });
});

describe("finding room for an aligned range", () => {
  it("passes over blocks that are too small once padded", () => {
    freeOnly([1, 9, 17, 15, 40, 20]);
    expect<usize>(findInList(a, 8, 1)).toBe(nodeAt(a, 0));
    expect<usize>(findInList(a, 8, 2)).toBe(nodeAt(a, 0), "2 to 10");
    expect<usize>(findInList(a, 8, 8)).toBe(nodeAt(a, 1), "24 to 32");
    expect<usize>(findInList(a, 9, 8)).toBe(nodeAt(a, 2), "40 to 49");
    expect<usize>(findInList(a, 12, 16)).toBe(nodeAt(a, 2), "48 to 60");
    expect<usize>(findInList(a, 13, 16)).toBe(0, "nowhere");
    expect<usize>(findInList(a, 1, 64)).toBe(0, "64 is not free");
  });

  it("finds address 0 for any alignment", () => {
    expect<usize>(findInList(a, 100, 9007199254740991)).toBe(headOf(a));
    expect<usize>(findInList(a, 101, 1)).toBe(0);
  });
});

describe("merge case none", () => {
  it("into an empty list", () => {
    freeOnly([40, 10]);
    expectBlocks(a, "40+10");
    expect<usize>(headOf(a)).toBe(tailOf(a));
  });

  it("before the head", () => {
    freeOnly([40, 10, 20, 10]);
    expectBlocks(a, "20+10 40+10");
  });

  it("between two blocks", () => {
    freeOnly([0, 10, 90, 10]);
    const left = headOf(a);
    const right = tailOf(a);
    reserveNodes(LIST_NODE, 1);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(freeToList(a, 40, 10)).toBe(OK);
    expectBlocks(a, "0+10 40+10 90+10");
    expect<usize>(headOf(a)).toBe(left, "head stays");
    expect<usize>(tailOf(a)).toBe(right, "tail stays");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused - 1, "one node taken");
  });

  it("behind the tail", () => {
    freeOnly([40, 10, 99, 1]);
    expectBlocks(a, "40+10 99+1");
  });

  it("a gap of one is not touching", () => {
    freeOnly([10, 10, 30, 10, 21, 8]);
    expectBlocks(a, "10+10 21+8 30+10");
  });
});

describe("merge case left", () => {
  it("grows the tail", () => {
    freeOnly([10, 10, 20, 5]);
    expectBlocks(a, "10+15");
    expect<f64>(freeToList(a, 25, 75)).toBe(OK);
    expectBlocks(a, "10+90");
  });

  it("grows one in the middle, which keeps its node", () => {
    freeOnly([0, 5, 20, 10, 60, 10]);
    const node = nodeAt(a, 1);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(freeToList(a, 30, 29)).toBe(OK);
    expectBlocks(a, "0+5 20+39 60+10");
    expect<usize>(nodeAt(a, 1)).toBe(node);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused, "no node taken or given");
  });
});

describe("merge case right", () => {
  it("grows the head downwards", () => {
    freeOnly([20, 10, 10, 10]);
    expectBlocks(a, "10+20");
    expect<f64>(freeToList(a, 0, 10)).toBe(OK);
    expectBlocks(a, "0+30");
  });

  it("grows one in the middle, which keeps its node", () => {
    freeOnly([0, 5, 40, 10, 60, 10]);
    const node = nodeAt(a, 1);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(freeToList(a, 6, 34)).toBe(OK);
    expectBlocks(a, "0+5 6+44 60+10");
    expect<usize>(nodeAt(a, 1)).toBe(node);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused, "no node taken or given");
  });

  it("grows the tail downwards", () => {
    freeOnly([0, 5, 90, 10, 80, 10]);
    expectBlocks(a, "0+5 80+20");
  });
});

describe("merge case both", () => {
  it("closes the gap between the only two", () => {
    freeOnly([0, 40, 60, 40, 40, 20]);
    expectBlocks(a, "0+100");
    expect<usize>(headOf(a)).toBe(tailOf(a));
  });

  it("closes a gap in the middle; the left node stays, the right one is given back", () => {
    freeOnly([0, 5, 20, 10, 40, 10, 90, 10]);
    const left = nodeAt(a, 1);
    const unused = unusedNodes(LIST_NODE);
    expect<f64>(freeToList(a, 30, 10)).toBe(OK);
    expectBlocks(a, "0+5 20+30 90+10");
    expect<usize>(nodeAt(a, 1)).toBe(left);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused + 1, "one node given back");
  });

  it("swallows the tail", () => {
    freeOnly([0, 5, 20, 10, 40, 60, 30, 10]);
    expectBlocks(a, "0+5 20+80");
    expect<usize>(tailOf(a)).toBe(nodeAt(a, 1));
  });
});

describe("a range that is not wholly allocated", () => {
  it("is refused wherever it overlaps a free block", () => {
    freeOnly([20, 20, 60, 20]);
    expectNotAllocated(20, 20); // the very block
    expectNotAllocated(25, 5); // inside it
    expectNotAllocated(20, 1); // its first
    expectNotAllocated(39, 1); // its last
    expectNotAllocated(10, 11); // into it from the left
    expectNotAllocated(39, 21); // out of it, up to the next
    expectNotAllocated(40, 21); // from behind it into the next
    expectNotAllocated(10, 40); // around it
    expectNotAllocated(0, 100); // around everything
    expectNotAllocated(79, 21); // out of the last
    expectNotAllocated(61, 39); // from within the last to the end
    expectBlocks(a, "20+20 60+20");
    expect<f64>(freeToList(a, 40, 20)).toBe(OK, "just between the two");
    expectBlocks(a, "20+60");
  });

  it("is refused in a list that was never allocated from", () => {
    expectNotAllocated(0, 100);
    expectNotAllocated(0, 1);
    expectNotAllocated(99, 1);
  });
});

describe("queries", () => {
  it("find the largest block wherever it is", () => {
    expect<f64>(largestInList(a)).toBe(100);
    freeOnly([0, 30, 40, 10, 60, 5]);
    expect<f64>(largestInList(a)).toBe(30, "head");
    freeToList(a, 50, 9);
    freeToList(a, 66, 34);
    expect<f64>(largestInList(a)).toBe(34, "tail");
    freeToList(a, 30, 10);
    expect<f64>(largestInList(a)).toBe(59, "after merging");
  });

  it("find no largest block in an empty list", () => {
    freeOnly([]);
    expect<f64>(largestInList(a)).toBe(0);
  });

  it("copy the blocks from an address on, as many as asked for, and write no more", () => {
    freeOnly([0, 10, 20, 10, 40, 10, 60, 10]);
    const out = heap.alloc(80);
    memory.fill(out, 0xff, 80);
    expect<u32>(copyListBlocks(a, 0, out, 9)).toBe(4);
    expect<f64>(load<f64>(out, 48)).toBe(60, "last start");
    expect<f64>(load<f64>(out, 56)).toBe(10, "last size");
    expect<u64>(load<u64>(out, 64)).toBe(u64.MAX_VALUE, "behind the last");

    memory.fill(out, 0xff, 80);
    expect<u32>(copyListBlocks(a, 29, out, 2)).toBe(2);
    expect<f64>(load<f64>(out)).toBe(20, "the block that still reaches past 29");
    expect<f64>(load<f64>(out, 16)).toBe(40);
    expect<u64>(load<u64>(out, 32)).toBe(u64.MAX_VALUE, "behind the limit");

    expect<u32>(copyListBlocks(a, 30, out, 1)).toBe(1);
    expect<f64>(load<f64>(out)).toBe(40, "the block at 20 ends at 30");
    expect<u32>(copyListBlocks(a, 70, out, 9)).toBe(0);
    heap.free(out);
  });
});

describe("node reuse", () => {
  it("keeps the storage as it is over many cycles", () => {
    freeOnly([]);
    for (let i: f64 = 0; i < 100; i += 2) freeToList(a, i, 1); // 50 blocks, the most there can be
    const storage = storageBytes();
    const unused = unusedNodes(LIST_NODE);
    for (let cycle = 0; cycle < 200; cycle++) {
      for (let i: f64 = 1; i < 99; i += 2) freeToList(a, i, 1); // merges all but the last
      for (let i = 0; i < 99; i++) take(a, 1);
      for (let i: f64 = 0; i < 100; i += 2) freeToList(a, i, 1);
    }
    expect<f64>(storageBytes()).toBe(storage, "storage");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused, "unused nodes");
  });

  it("gives all nodes back when the list is cleared", () => {
    const b = newList(100);
    const records = unusedNodes(ALLOCATOR_NODE);
    for (let i: f64 = 0; i < 100; i++) take(b, 1);
    for (let i: f64 = 0; i < 100; i += 2) freeToList(b, i, 1);
    const storage = storageBytes();
    const free = unusedNodes(LIST_NODE);
    clearList(b);
    expectBlocks(b, "");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(free + 50, "after clearing");
    clearList(b);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(free + 50, "after clearing again");
    expect<bool>(initList(b)).toBe(true);
    expectBlocks(b, "0+100");
    dropList(b);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(free + 50, "after destruction");
    expect<u32>(unusedNodes(ALLOCATOR_NODE)).toBe(records + 1, "the record");
    expect<f64>(storageBytes()).toBe(storage, "storage");
  });

  it("creates and destroys allocators without growth", () => {
    const storage = storageBytes() + nodeBytes(ALLOCATOR_NODE) + nodeBytes(LIST_NODE);
    for (let i = 0; i < 1000; i++) {
      const b = newList(10);
      take(b, 3);
      dropList(b);
    }
    expect<f64>(storageBytes()).toBeLessThanOrEqual(storage);
  });
});

describe("storage exhaustion", () => {
  it("refuses the free that needs a node, and changes not a byte", () => {
    freeOnly([0, 10, 90, 10]);
    exhaust(LIST_NODE);
    const before = image(a);
    expect<f64>(freeToList(a, 40, 10)).toBe(NODE_STORAGE, "between");
    expect<f64>(freeToList(a, 11, 1)).toBe(NODE_STORAGE, "behind the head");
    expect<f64>(freeToList(a, 80, 9)).toBe(NODE_STORAGE, "before the tail");
    expect<string>(image(a)).toBe(before, "bytes of the list");
    replenish();
    expect<f64>(freeToList(a, 40, 10)).toBe(OK, "with storage again");
    expectBlocks(a, "0+10 40+10 90+10");
  });

  it("into an empty list, too", () => {
    freeOnly([]);
    exhaust(LIST_NODE);
    const before = image(a);
    expect<f64>(freeToList(a, 40, 10)).toBe(NODE_STORAGE);
    expect<string>(image(a)).toBe(before, "bytes of the list");
  });

  it("does not stop what needs no node: merging, splitting, exact fits", () => {
    freeOnly([0, 10, 40, 10, 90, 10]);
    exhaust(LIST_NODE);
    expect<f64>(freeToList(a, 10, 5)).toBe(OK, "left");
    expect<f64>(freeToList(a, 35, 5)).toBe(OK, "right");
    expectBlocks(a, "0+15 35+15 90+10");
    expect<f64>(take(a, 5)).toBe(0, "split");
    expect<f64>(freeToList(a, 15, 20)).toBe(OK, "both");
    expectBlocks(a, "5+45 90+10");
    expect<f64>(freeToList(a, 60, 10)).toBe(OK, "none, with the node that merging gave back");
    expectBlocks(a, "5+45 60+10 90+10");
    expect<f64>(freeToList(a, 52, 3)).toBe(NODE_STORAGE, "none, and no node left");
    expect<f64>(take(a, 45)).toBe(5, "exact");
    expect<f64>(freeToList(a, 52, 3)).toBe(OK, "none, with the node of the exact fit");
    expectBlocks(a, "52+3 60+10 90+10");
    clearList(a);
    expect<bool>(initList(a)).toBe(true, "begun anew with a node of its own");
    expectBlocks(a, "0+100");
  });

  it("refuses to begin a list", () => {
    clearList(a);
    exhaust(LIST_NODE);
    const before = image(a);
    expect<bool>(initList(a)).toBe(false);
    expect<string>(image(a)).toBe(before, "bytes of the list");
  });

  it("refuses a record", () => {
    exhaust(ALLOCATOR_NODE);
    expect<usize>(createRecord(LINKED_LIST, 100, false)).toBe(0);
  });
});

// Three lists at once, each against a plain model: one byte per address, 1 where it is free.

const LISTS: u32 = 3;
const ROOM: u32 = 40;
const STEPS: u32 = 4000;
const SEED: u32 = 20240229;

let state: u32 = SEED;
function random(bound: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % bound;
}

const lists = new StaticArray<Handle>(LISTS);
const model = new StaticArray<u8>(LISTS * ROOM);

function modelBlocks(l: u32): string {
  const blocks: string[] = [];
  for (let i: u32 = 0; i < ROOM; i++) {
    let size: u32 = 0;
    while (i + size < ROOM && model[l * ROOM + i + size]) size++;
    if (size) blocks.push(i.toString() + "+" + size.toString());
    i += size;
  }
  return blocks.join(" ");
}

function modelAllocate(l: u32, size: u32): f64 {
  let run: u32 = 0;
  for (let i: u32 = 0; i < ROOM; i++) {
    run = model[l * ROOM + i] ? run + 1 : 0;
    if (run < size) continue;
    const start = i + 1 - size;
    for (let at = start; at <= i; at++) model[l * ROOM + at] = 0;
    return start;
  }
  return OUT_OF_MEMORY;
}

function modelFree(l: u32, start: u32, size: u32): f64 {
  for (let i = start; i < start + size; i++) if (model[l * ROOM + i]) return NOT_ALLOCATED;
  for (let i = start; i < start + size; i++) model[l * ROOM + i] = 1;
  return OK;
}

describe("several allocators interleaved, seed " + SEED.toString(), () => {
  it("each behave like a plain model, step by step", () => {
    let done: u32 = 0;
    for (let l: u32 = 0; l < LISTS; l++) {
      lists[l] = newList(ROOM);
      for (let i: u32 = 0; i < ROOM; i++) model[l * ROOM + i] = 1;
    }
    for (let step: u32 = 0; step < STEPS; step++) {
      const l = random(LISTS);
      const size = 1 + random(6);
      let got: f64;
      let expected: f64;
      let call: string;
      if (random(5) < 2) {
        expected = modelAllocate(l, size);
        got = take(lists[l], size);
        call = "allocate " + size.toString();
      } else {
        const start = random(ROOM + 1 - size);
        expected = modelFree(l, start, size);
        got = freeToList(lists[l], start, size);
        call = "free " + start.toString() + "+" + size.toString();
      }
      let wrong = got == expected ? "" : "answer " + whole(got) + ", not " + whole(expected);
      for (let each: u32 = 0; each < LISTS && !wrong.length; each++) {
        wrong = difference(lists[each], modelBlocks(each));
      }
      // Asked only then, because as-pect takes its time over each expectation.
      if (wrong.length) {
        expect<string>(wrong).toBe("", call + " in list " + l.toString() + " at step " + step.toString());
      }
      if (got >= 0) done++;
    }
    expect<u32>(done).toBeGreaterThan(STEPS / 4, "steps that were not refused");
    for (let l: u32 = 0; l < LISTS; l++) dropList(lists[l]);
  });

  it("destroying one leaves the others as they are", () => {
    const b = newList(50);
    const c = newList(60);
    take(b, 10);
    take(c, 20);
    dropList(b);
    const d = newList(70);
    take(d, 30);
    expectBlocks(a, "0+100");
    expectBlocks(c, "20+40");
    expectBlocks(d, "30+40");
    dropList(c);
    dropList(d);
  });
});
