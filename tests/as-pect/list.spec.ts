// The linked list from inside: links and order after every operation, the four merge cases, split and exact
// fit, node reuse, an exhausted node pool, refused calls, loading, and several lists in one node pool.

import { ensureNodes, nodeBytes, storageBytes, unusedNodes } from "../../assembly/kernel/pool";
import {
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_MEMORY,
} from "../../assembly/kernel/status";
import {
  allocate,
  BLOCK_NODE,
  carve,
  clear,
  createList,
  destroyList,
  extend,
  firstFit,
  free,
  grow,
  isList,
  LIST_NODE,
  List,
  largest,
  reserve,
  reset,
  seek,
  shrink,
} from "../../assembly/list/list";
import {
  at,
  blockAt,
  difference,
  expectBlocks,
  freeOnly,
  image,
  newList,
  whole,
} from "./support/linked-list";
import { exhaust, replenish } from "./support/pool";
import { random, seedRandom } from "./support/random";

let list: List = newList(100);

/** Expect that freeing is refused with NOT_ALLOCATED and not a byte changes. */
function expectNotAllocated(address: f64, size: f64): void {
  const before = image(list);
  expect<f64>(free(list, address, size)).toBe(NOT_ALLOCATED);
  expect<string>(image(list)).toBe(before, "bytes of the list");
}

beforeEach(() => {
  list = newList(100);
});

afterEach(() => {
  replenish();
  destroyList(list);
});

describe("a new list", () => {
  it("is one block, first and last at once", () => {
    expectBlocks(list, "0+100");
    expect<usize>(at(list.head)).toBe(at(list.tail));
    expect<usize>(at(list.head!.prev)).toBe(0, "no predecessor");
    expect<usize>(at(list.head!.next)).toBe(0, "no successor");
    expect<f64>(list.freeMemory).toBe(100);
  });

  it("holds up to 2^53 - 1", () => {
    const big = newList(9007199254740991);
    expectBlocks(big, "0+9007199254740991");
    expect<f64>(allocate(big, 9007199254740990, 1)).toBe(0);
    expectBlocks(big, "9007199254740990+1");
    expect<f64>(free(big, 0, 1)).toBe(OK);
    expect<f64>(free(big, 1, 9007199254740989)).toBe(OK);
    expectBlocks(big, "0+9007199254740991");
    destroyList(big);
  });
});

describe("allocation", () => {
  it("splits the front off a larger block, which keeps its node", () => {
    const node = at(list.head);
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(allocate(list, 30, 1)).toBe(0);
    expectBlocks(list, "30+70");
    expect<f64>(allocate(list, 20, 1)).toBe(30);
    expectBlocks(list, "50+50");
    expect<usize>(at(list.head)).toBe(node);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused);
  });

  it("unlinks a block that fits exactly, and gives its node back: the only one", () => {
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(allocate(list, 100, 1)).toBe(0);
    expectBlocks(list, "");
    expect<usize>(at(list.head)).toBe(0, "head");
    expect<usize>(at(list.tail)).toBe(0, "tail");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused + 1);
  });

  it("exactly: the head", () => {
    freeOnly(list, [10, 20, 50, 10, 80, 5]);
    expect<f64>(allocate(list, 20, 1)).toBe(10);
    expectBlocks(list, "50+10 80+5");
  });

  it("exactly: one in the middle", () => {
    freeOnly(list, [10, 5, 50, 10, 80, 5]);
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(allocate(list, 10, 1)).toBe(50);
    expectBlocks(list, "10+5 80+5");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused + 1);
  });

  it("exactly: the tail", () => {
    freeOnly(list, [10, 5, 50, 10, 80, 20]);
    expect<f64>(allocate(list, 20, 1)).toBe(80);
    expectBlocks(list, "10+5 50+10");
  });

  it("takes the lowest address that fits, not the best", () => {
    freeOnly(list, [0, 5, 10, 30, 50, 8]);
    expect<f64>(allocate(list, 8, 1)).toBe(10);
    expectBlocks(list, "0+5 18+22 50+8");
    expect<f64>(allocate(list, 5, 1)).toBe(0);
    expectBlocks(list, "18+22 50+8");
  });

  it("that fits nowhere changes nothing", () => {
    freeOnly(list, [0, 10, 20, 15, 60, 40]);
    const before = image(list);
    expect<f64>(allocate(list, 41, 1)).toBe(OUT_OF_MEMORY);
    expect<string>(image(list)).toBe(before, "bytes of the list");
    expect<f64>(allocate(list, 40, 1)).toBe(60);
  });

  it("from an empty list changes nothing", () => {
    freeOnly(list, []);
    const before = image(list);
    expect<f64>(allocate(list, 1, 1)).toBe(OUT_OF_MEMORY);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });
});

describe("carving a range out of a block", () => {
  it("at its front, at its end and from its middle", () => {
    const block = list.head!;
    expect<f64>(carve(list, block, 0, 10)).toBe(OK);
    expectBlocks(list, "10+90");
    expect<f64>(carve(list, block, 95, 5)).toBe(OK);
    expectBlocks(list, "10+85");
    ensureNodes(BLOCK_NODE, 1);
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(carve(list, block, 40, 20)).toBe(OK);
    expectBlocks(list, "10+30 60+35");
    expect<usize>(at(list.head)).toBe(at(block), "the front keeps the node");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused - 1, "one node taken");
    expect<f64>(carve(list, block, 10, 30)).toBe(OK);
    expectBlocks(list, "60+35");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused, "and one given back");
  });

  it("from the middle of one between others", () => {
    freeOnly(list, [0, 10, 20, 30, 70, 10]);
    expect<f64>(carve(list, blockAt(list, 1), 30, 5)).toBe(OK);
    expectBlocks(list, "0+10 20+10 35+15 70+10");
    expect<f64>(carve(list, blockAt(list, 3), 71, 8)).toBe(OK);
    expectBlocks(list, "0+10 20+10 35+15 70+1 79+1");
  });

  it("from the middle is refused without a node, and changes not a byte", () => {
    exhaust(BLOCK_NODE);
    const before = image(list);
    expect<f64>(carve(list, list.head!, 1, 98)).toBe(NODE_STORAGE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
    expect<f64>(carve(list, list.head!, 1, 99)).toBe(OK, "at the end it needs none");
    expectBlocks(list, "0+1");
  });
});

describe("reserving", () => {
  it("takes exactly the range, wherever in its block", () => {
    expect<f64>(reserve(list, 10, 20)).toBe(OK);
    expect<f64>(reserve(list, 0, 5)).toBe(OK);
    expect<f64>(reserve(list, 90, 10)).toBe(OK);
    expectBlocks(list, "5+5 30+60");
    expect<f64>(reserve(list, 30, 60)).toBe(OK);
    expectBlocks(list, "5+5");
  });

  it("is refused where any of it is allocated", () => {
    freeOnly(list, [20, 20, 60, 20]);
    const before = image(list);
    expect<f64>(reserve(list, 0, 10)).toBe(NOT_FREE);
    expect<f64>(reserve(list, 19, 5)).toBe(NOT_FREE);
    expect<f64>(reserve(list, 35, 6)).toBe(NOT_FREE);
    expect<f64>(reserve(list, 35, 30)).toBe(NOT_FREE);
    expect<f64>(reserve(list, 80, 20)).toBe(NOT_FREE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });
});

describe("resizing", () => {
  it("in place: shorter, longer, and the same", () => {
    freeOnly(list, [50, 20]);
    expect<f64>(extend(list, 0, 50, 60)).toBe(OK);
    expectBlocks(list, "60+10");
    expect<f64>(extend(list, 0, 60, 70)).toBe(OK, "all of the block after it");
    expectBlocks(list, "");
    expect<f64>(extend(list, 0, 70, 70)).toBe(OK);
    expect<f64>(extend(list, 0, 70, 40)).toBe(OK);
    expectBlocks(list, "40+30");
    expect<f64>(extend(list, 20, 20, 10)).toBe(OK, "merged with what follows");
    expectBlocks(list, "30+40");
  });

  it("in place is refused where there is no room, or nothing allocated", () => {
    freeOnly(list, [50, 20, 80, 5]);
    const before = image(list);
    expect<f64>(extend(list, 0, 50, 71)).toBe(OUT_OF_MEMORY, "one more than is free");
    expect<f64>(extend(list, 0, 40, 60)).toBe(OUT_OF_MEMORY, "the next is allocated");
    expect<f64>(extend(list, 85, 15, 16)).toBe(OUT_OF_MEMORY, "past the capacity");
    expect<f64>(extend(list, 40, 20, 10)).toBe(NOT_ALLOCATED);
    expect<f64>(extend(list, 49, 2, 2)).toBe(NOT_ALLOCATED);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });
});

describe("capacity", () => {
  it("grows at its end, merged with a free tail or not", () => {
    expect<f64>(grow(list, 120)).toBe(OK);
    expectBlocks(list, "0+120");
    expect<f64>(allocate(list, 120, 1)).toBe(0);
    expect<f64>(grow(list, 120)).toBe(OK);
    expectBlocks(list, "");
    expect<f64>(grow(list, 130)).toBe(OK);
    expectBlocks(list, "120+10");
  });

  it("shrinks by free memory only", () => {
    expect<f64>(allocate(list, 30, 1)).toBe(0);
    const before = image(list);
    expect<f64>(shrink(list, 29)).toBe(NOT_FREE);
    expect<f64>(shrink(list, 100)).toBe(OK, "as it is");
    expect<string>(image(list)).toBe(before, "bytes of the list");
    expect<f64>(shrink(list, 31)).toBe(OK);
    expectBlocks(list, "30+1");
    expect<f64>(shrink(list, 30)).toBe(OK);
    expectBlocks(list, "");
    expect<f64>(list.capacity).toBe(30);
  });

  it("does not grow without a node", () => {
    freeOnly(list, []);
    exhaust(BLOCK_NODE);
    const before = image(list);
    expect<f64>(grow(list, 101)).toBe(NODE_STORAGE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });
});

describe("finding room for an aligned range", () => {
  it("passes over blocks that are too small once padded", () => {
    freeOnly(list, [1, 9, 17, 15, 40, 20]);
    expect<usize>(at(firstFit(list, 8, 1))).toBe(at(blockAt(list, 0)));
    expect<usize>(at(firstFit(list, 8, 2))).toBe(at(blockAt(list, 0)), "2 to 10");
    expect<usize>(at(firstFit(list, 8, 8))).toBe(at(blockAt(list, 1)), "24 to 32");
    expect<usize>(at(firstFit(list, 9, 8))).toBe(at(blockAt(list, 2)), "40 to 49");
    expect<usize>(at(firstFit(list, 12, 16))).toBe(at(blockAt(list, 2)), "48 to 60");
    expect<usize>(at(firstFit(list, 13, 16))).toBe(0, "nowhere");
    expect<usize>(at(firstFit(list, 1, 64))).toBe(0, "64 is not free");
  });

  it("finds address 0 for any alignment", () => {
    expect<usize>(at(firstFit(list, 100, 9007199254740991))).toBe(at(list.head));
    expect<usize>(at(firstFit(list, 101, 1))).toBe(0);
  });
});

describe("merge case none", () => {
  it("into an empty list", () => {
    freeOnly(list, [40, 10]);
    expectBlocks(list, "40+10");
    expect<usize>(at(list.head)).toBe(at(list.tail));
  });

  it("before the head", () => {
    freeOnly(list, [40, 10, 20, 10]);
    expectBlocks(list, "20+10 40+10");
  });

  it("between two blocks", () => {
    freeOnly(list, [0, 10, 90, 10]);
    const left = at(list.head);
    const right = at(list.tail);
    ensureNodes(BLOCK_NODE, 1);
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(free(list, 40, 10)).toBe(OK);
    expectBlocks(list, "0+10 40+10 90+10");
    expect<usize>(at(list.head)).toBe(left, "head stays");
    expect<usize>(at(list.tail)).toBe(right, "tail stays");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused - 1, "one node taken");
  });

  it("after the tail", () => {
    freeOnly(list, [40, 10, 99, 1]);
    expectBlocks(list, "40+10 99+1");
  });

  it("a gap of one is not touching", () => {
    freeOnly(list, [10, 10, 30, 10, 21, 8]);
    expectBlocks(list, "10+10 21+8 30+10");
  });
});

describe("merge case left", () => {
  it("grows the tail", () => {
    freeOnly(list, [10, 10, 20, 5]);
    expectBlocks(list, "10+15");
    expect<f64>(free(list, 25, 75)).toBe(OK);
    expectBlocks(list, "10+90");
  });

  it("grows one in the middle, which keeps its node", () => {
    freeOnly(list, [0, 5, 20, 10, 60, 10]);
    const node = at(blockAt(list, 1));
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(free(list, 30, 29)).toBe(OK);
    expectBlocks(list, "0+5 20+39 60+10");
    expect<usize>(at(blockAt(list, 1))).toBe(node);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused, "no node taken or given");
  });
});

describe("merge case right", () => {
  it("grows the head downwards", () => {
    freeOnly(list, [20, 10, 10, 10]);
    expectBlocks(list, "10+20");
    expect<f64>(free(list, 0, 10)).toBe(OK);
    expectBlocks(list, "0+30");
  });

  it("grows one in the middle, which keeps its node", () => {
    freeOnly(list, [0, 5, 40, 10, 60, 10]);
    const node = at(blockAt(list, 1));
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(free(list, 6, 34)).toBe(OK);
    expectBlocks(list, "0+5 6+44 60+10");
    expect<usize>(at(blockAt(list, 1))).toBe(node);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused, "no node taken or given");
  });

  it("grows the tail downwards", () => {
    freeOnly(list, [0, 5, 90, 10, 80, 10]);
    expectBlocks(list, "0+5 80+20");
  });
});

describe("merge case both", () => {
  it("closes the gap between the only two", () => {
    freeOnly(list, [0, 40, 60, 40, 40, 20]);
    expectBlocks(list, "0+100");
    expect<usize>(at(list.head)).toBe(at(list.tail));
  });

  it("closes a gap in the middle; the left node stays, the right one is given back", () => {
    freeOnly(list, [0, 5, 20, 10, 40, 10, 90, 10]);
    const left = at(blockAt(list, 1));
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(free(list, 30, 10)).toBe(OK);
    expectBlocks(list, "0+5 20+30 90+10");
    expect<usize>(at(blockAt(list, 1))).toBe(left);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused + 1, "one node given back");
  });

  it("swallows the tail", () => {
    freeOnly(list, [0, 5, 20, 10, 40, 60, 30, 10]);
    expectBlocks(list, "0+5 20+80");
    expect<usize>(at(list.tail)).toBe(at(blockAt(list, 1)));
  });
});

describe("a range that is not wholly allocated", () => {
  it("is refused wherever it overlaps a free block", () => {
    freeOnly(list, [20, 20, 60, 20]);
    expectNotAllocated(20, 20); // the very block
    expectNotAllocated(25, 5); // inside it
    expectNotAllocated(20, 1); // its first
    expectNotAllocated(39, 1); // its last
    expectNotAllocated(10, 11); // into it from the left
    expectNotAllocated(39, 21); // out of it, up to the next
    expectNotAllocated(40, 21); // from its end into the next
    expectNotAllocated(10, 40); // around it
    expectNotAllocated(0, 100); // around everything
    expectNotAllocated(79, 21); // out of the last
    expectNotAllocated(61, 39); // from within the last to the end
    expectBlocks(list, "20+20 60+20");
    expect<f64>(free(list, 40, 20)).toBe(OK, "just between the two");
    expectBlocks(list, "20+60");
  });

  it("is refused in a list that was never allocated from", () => {
    expectNotAllocated(0, 100);
    expectNotAllocated(0, 1);
    expectNotAllocated(99, 1);
  });
});

describe("queries", () => {
  it("find the largest block wherever it is", () => {
    expect<f64>(largest(list)).toBe(100);
    freeOnly(list, [0, 30, 40, 10, 60, 5]);
    expect<f64>(largest(list)).toBe(30, "head");
    free(list, 50, 9);
    free(list, 66, 34);
    expect<f64>(largest(list)).toBe(34, "tail");
    free(list, 30, 10);
    expect<f64>(largest(list)).toBe(59, "after merging");
  });

  it("find no largest block in an empty list", () => {
    freeOnly(list, []);
    expect<f64>(largest(list)).toBe(0);
  });

  it("find the first block that ends after an address", () => {
    freeOnly(list, [0, 10, 20, 10, 40, 10, 60, 10]);
    expect<usize>(at(seek(list, 0))).toBe(at(blockAt(list, 0)));
    expect<usize>(at(seek(list, 29))).toBe(at(blockAt(list, 1)), "the block still reaches past 29");
    expect<usize>(at(seek(list, 30))).toBe(at(blockAt(list, 2)), "the block at 20 ends at 30");
    expect<usize>(at(seek(list, 69))).toBe(at(blockAt(list, 3)));
    expect<usize>(at(seek(list, 70))).toBe(0);
  });
});

describe("node reuse", () => {
  it("keeps the storage as it is over many cycles", () => {
    freeOnly(list, []);
    for (let i: f64 = 0; i < 100; i += 2) free(list, i, 1); // 50 blocks, the most there can be
    const storage = storageBytes();
    const unused = unusedNodes(BLOCK_NODE);
    for (let cycle = 0; cycle < 200; cycle++) {
      for (let i: f64 = 1; i < 99; i += 2) free(list, i, 1); // merges all but the last
      for (let i = 0; i < 99; i++) allocate(list, 1, 1);
      for (let i: f64 = 0; i < 100; i += 2) free(list, i, 1);
    }
    expect<f64>(storageBytes()).toBe(storage, "storage");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused, "unused nodes");
  });

  it("gives all nodes back when the list is cleared", () => {
    const b = newList(100);
    const records = unusedNodes(LIST_NODE);
    for (let i: f64 = 0; i < 100; i++) allocate(b, 1, 1);
    for (let i: f64 = 0; i < 100; i += 2) free(b, i, 1);
    const storage = storageBytes();
    const free = unusedNodes(BLOCK_NODE);
    clear(b);
    expectBlocks(b, "");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(free + 50, "after clearing");
    clear(b);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(free + 50, "after clearing again");
    expect<f64>(reset(b)).toBe(OK);
    expectBlocks(b, "0+100");
    destroyList(b);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(free + 50, "after destruction");
    expect<u32>(unusedNodes(LIST_NODE)).toBe(records + 1, "the record");
    expect<f64>(storageBytes()).toBe(storage, "storage");
  });

  it("creates and destroys allocators without growth", () => {
    const storage = storageBytes() + nodeBytes(LIST_NODE) + nodeBytes(BLOCK_NODE);
    for (let i = 0; i < 1000; i++) {
      const b = newList(10);
      allocate(b, 3, 1);
      destroyList(b);
    }
    expect<f64>(storageBytes()).toBeLessThanOrEqual(storage);
  });
});

describe("storage exhaustion", () => {
  it("refuses the free that needs a node, and changes not a byte", () => {
    freeOnly(list, [0, 10, 90, 10]);
    exhaust(BLOCK_NODE);
    const before = image(list);
    expect<f64>(free(list, 40, 10)).toBe(NODE_STORAGE, "between");
    expect<f64>(free(list, 11, 1)).toBe(NODE_STORAGE, "after the head");
    expect<f64>(free(list, 80, 9)).toBe(NODE_STORAGE, "before the tail");
    expect<string>(image(list)).toBe(before, "bytes of the list");
    replenish();
    expect<f64>(free(list, 40, 10)).toBe(OK, "with storage again");
    expectBlocks(list, "0+10 40+10 90+10");
  });

  it("into an empty list, too", () => {
    freeOnly(list, []);
    exhaust(BLOCK_NODE);
    const before = image(list);
    expect<f64>(free(list, 40, 10)).toBe(NODE_STORAGE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });

  it("does not stop what needs no node: merging, splitting, exact fits", () => {
    freeOnly(list, [0, 10, 40, 10, 90, 10]);
    exhaust(BLOCK_NODE);
    expect<f64>(free(list, 10, 5)).toBe(OK, "left");
    expect<f64>(free(list, 35, 5)).toBe(OK, "right");
    expectBlocks(list, "0+15 35+15 90+10");
    expect<f64>(allocate(list, 5, 1)).toBe(0, "split");
    expect<f64>(free(list, 15, 20)).toBe(OK, "both");
    expectBlocks(list, "5+45 90+10");
    expect<f64>(free(list, 60, 10)).toBe(OK, "none, with the node that merging gave back");
    expectBlocks(list, "5+45 60+10 90+10");
    expect<f64>(free(list, 52, 3)).toBe(NODE_STORAGE, "none, and no node left");
    expect<f64>(allocate(list, 45, 1)).toBe(5, "exact");
    expect<f64>(free(list, 52, 3)).toBe(OK, "none, with the node of the exact fit");
    expectBlocks(list, "52+3 60+10 90+10");
    clear(list);
    expect<f64>(reset(list)).toBe(OK, "begun anew with a node of its own");
    expectBlocks(list, "0+100");
  });

  it("begins anew without a node, as long as it has a block", () => {
    freeOnly(list, [10, 10, 40, 20]);
    exhaust(BLOCK_NODE);
    expect<f64>(reset(list)).toBe(OK);
    expectBlocks(list, "0+100");
  });

  it("refuses to begin anew without a node or a block, and changes not a byte", () => {
    freeOnly(list, []);
    exhaust(BLOCK_NODE);
    const before = image(list);
    expect<f64>(reset(list)).toBe(NODE_STORAGE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });

  it("refuses a new list, without a node for itself or for its block", () => {
    exhaust(LIST_NODE);
    ensureNodes(BLOCK_NODE, 1);
    expect<bool>(createList(100, false) == null).toBe(true);
    replenish();
    ensureNodes(LIST_NODE, 1);
    exhaust(BLOCK_NODE);
    const unused = unusedNodes(LIST_NODE);
    expect<bool>(createList(100, false) == null).toBe(true);
    expect<u32>(unusedNodes(LIST_NODE)).toBe(unused);
  });
});

describe("a handle", () => {
  it("is told from that of a destroyed list", () => {
    const other = newList(10);
    expect<bool>(isList(changetype<usize>(other))).toBe(true);
    destroyList(other);
    expect<bool>(isList(changetype<usize>(other))).toBe(false);
    expect<bool>(isList(0)).toBe(false, "null");
  });
});

// Three lists at once, each against a plain model: one byte per address, 1 where it is free.

const LISTS: u32 = 3;
const ROOM: u32 = 40;
const STEPS: u32 = 4000;
const SEED: u32 = 20240229;
seedRandom(SEED);

const lists: List[] = [];
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
      lists.push(newList(ROOM));
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
        got = allocate(lists[l], size, 1);
        call = "allocate " + size.toString();
      } else {
        const start = random(ROOM + 1 - size);
        expected = modelFree(l, start, size);
        got = free(lists[l], start, size);
        call = "free " + start.toString() + "+" + size.toString();
      }
      let wrong = got == expected ? "" : "result " + whole(got) + ", not " + whole(expected);
      for (let each: u32 = 0; each < LISTS && !wrong.length; each++) {
        wrong = difference(lists[each], modelBlocks(each));
      }
      // Only then, because as-pect takes its time over each expectation.
      if (wrong.length) {
        expect<string>(wrong).toBe(
          "",
          call + " in list " + l.toString() + " at step " + step.toString(),
        );
      }
      if (got >= 0) done++;
    }
    expect<u32>(done).toBeGreaterThan(STEPS / 4, "steps that were not refused");
    for (let l: u32 = 0; l < LISTS; l++) destroyList(lists[l]);
  });

  it("destroying one leaves the others as they are", () => {
    const b = newList(50);
    const c = newList(60);
    allocate(b, 10, 1);
    allocate(c, 20, 1);
    destroyList(b);
    const d = newList(70);
    allocate(d, 30, 1);
    expectBlocks(list, "0+100");
    expectBlocks(c, "20+40");
    expectBlocks(d, "30+40");
    destroyList(c);
    destroyList(d);
  });
});
