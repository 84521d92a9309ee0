// The checker of the linked list: a list damaged on purpose, one field at a time, is reported with the right
// code and place.

import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_LINKS,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SIZE,
  BAD_SUM,
  corruptionAt,
} from "../../assembly/kernel/corruption";
import { OK } from "../../assembly/kernel/status";
import { Block, destroyList, List } from "../../assembly/list/list";
import { reserveBlock } from "../../assembly/list/tracked";
import { validateList } from "../../assembly/list/validate";
import { blockAt, freeOnly, newList } from "./support/linked-list";

let list: List = newList(100);
let first: Block = blockAt(list, 0);
let second: Block = first;
let third: Block = first;
let saved: usize = 0;

/** Expect this corruption at this place. */
function expectCorruption(code: f64, at: f64): void {
  expect<f64>(validateList(list)).toBe(code, "corruption");
  expect<f64>(corruptionAt()).toBe(at, "where");
}

function copyNodes(save: bool): void {
  copyNode(0, changetype<usize>(first), offsetof<Block>(), save);
  copyNode(1, changetype<usize>(second), offsetof<Block>(), save);
  copyNode(2, changetype<usize>(third), offsetof<Block>(), save);
  copyNode(3, changetype<usize>(list), offsetof<List>(), save);
}

function copyNode(slot: usize, node: usize, bytes: usize, save: bool): void {
  const copy = saved + slot * 64;
  if (save) memory.copy(copy, node, bytes);
  else memory.copy(node, copy, bytes);
}

/** Begin with this list, and remember its bytes. */
function begin(): void {
  first = blockAt(list, 0);
  second = blockAt(list, 1);
  third = blockAt(list, 2);
  saved = heap.alloc(256);
  copyNodes(true);
  expect<f64>(validateList(list)).toBe(OK, "sound");
}

/** The untracked list 10+10 40+20 70+30 of 100. */
beforeEach(() => {
  list = newList(100);
  freeOnly(list, [10, 10, 40, 20, 70, 30]);
  begin();
});

/** Every corruption is undone, and nothing else was wrong. */
afterEach(() => {
  copyNodes(false);
  heap.free(saved);
  expect<f64>(validateList(list)).toBe(OK, "restored");
  destroyList(list);
});

describe("links", () => {
  it("a predecessor that is not the node before", () => {
    second.prev = third;
    expectCorruption(BAD_LINKS, 40);
  });

  it("no predecessor in the middle", () => {
    third.prev = null;
    expectCorruption(BAD_LINKS, 70);
  });

  it("a head with a predecessor", () => {
    first.prev = third;
    expectCorruption(BAD_LINKS, 10);
  });

  it("a node skipped by its predecessor", () => {
    first.next = third;
    expectCorruption(BAD_LINKS, 70);
  });

  it("a list cut short", () => {
    second.next = null;
    expectCorruption(BAD_LINKS, 60);
  });

  it("a list bent into a ring", () => {
    third.next = first;
    expectCorruption(BAD_LINKS, 10);
  });

  it("a tail that is not the last", () => {
    list.tail = second;
    expectCorruption(BAD_LINKS, 100);
  });

  it("a head that is not the first", () => {
    list.head = second;
    expectCorruption(BAD_LINKS, 40);
  });

  it("no head", () => {
    list.head = null;
    expectCorruption(BAD_LINKS, 0);
  });
});

describe("sizes", () => {
  it("zero", () => {
    second.size = 0;
    expectCorruption(BAD_SIZE, 40);
  });

  it("below zero", () => {
    first.size = -10;
    expectCorruption(BAD_SIZE, 10);
  });

  it("not a number", () => {
    third.size = NaN;
    expectCorruption(BAD_SIZE, 70);
  });
});

describe("bounds", () => {
  it("a block that ends past the capacity", () => {
    third.size = 31;
    expectCorruption(BAD_BOUNDS, 70);
  });

  it("a block that starts past the capacity", () => {
    third.start = 100;
    expectCorruption(BAD_BOUNDS, 100);
  });

  it("a block that starts below zero", () => {
    first.start = -1;
    expectCorruption(BAD_BOUNDS, -1);
  });
});

describe("order", () => {
  it("touching blocks", () => {
    second.start = 20;
    expectCorruption(BAD_ORDER, 20);
  });

  it("overlapping blocks", () => {
    first.size = 35;
    expectCorruption(BAD_ORDER, 40);
  });

  it("blocks in descending order", () => {
    second.start = 0;
    second.size = 5;
    expectCorruption(BAD_ORDER, 0);
  });

  it("two blocks at the same start", () => {
    second.start = 10;
    second.size = 10;
    expectCorruption(BAD_ORDER, 10);
  });
});

describe("count", () => {
  it("more nodes than recorded", () => {
    list.freeBlocks = 2;
    expectCorruption(BAD_COUNT, 70);
  });

  it("fewer nodes than recorded", () => {
    list.freeBlocks = 4;
    expectCorruption(BAD_COUNT, 100);
  });
});

describe("sum", () => {
  it("more free memory recorded than there is", () => {
    list.freeMemory = 61;
    expectCorruption(BAD_SUM, 60);
  });

  it("less", () => {
    list.freeMemory = 59;
    expectCorruption(BAD_SUM, 60);
  });

  it("a block that is larger than when it was freed", () => {
    second.size = 21;
    expectCorruption(BAD_SUM, 61);
  });
});

describe("live blocks in an untracked list", () => {
  it("recorded where there is none", () => {
    list.liveBlocks = 1;
    expectCorruption(BAD_COUNT, 100);
  });

  it("marked where there is none", () => {
    second.live = 1;
    expectCorruption(BAD_LIVE, 40);
  });
});

describe("a tracked list, 0=10 10+30 40=60 of 100", () => {
  beforeEach(() => {
    heap.free(saved);
    destroyList(list);
    list = newList(100, true);
    reserveBlock(list, 0, 10, 1);
    reserveBlock(list, 40, 60, 2);
    begin();
  });

  it("a gap", () => {
    second.size = 29;
    expectCorruption(BAD_LIVE, 40);
  });

  it("a gap at the beginning", () => {
    first.start = 1;
    first.size = 9;
    expectCorruption(BAD_LIVE, 1);
  });

  it("a gap at the end", () => {
    third.size = 59;
    expectCorruption(BAD_LIVE, 99);
  });

  it("an overlap", () => {
    second.size = 31;
    expectCorruption(BAD_ORDER, 40);
  });

  it("two free blocks that touch", () => {
    first.live = 0;
    list.freeBlocks = 2;
    expectCorruption(BAD_ORDER, 10);
  });

  it("a block neither free nor live", () => {
    third.live = 2;
    expectCorruption(BAD_LIVE, 40);
  });

  it("a wrong number of live blocks", () => {
    list.liveBlocks = 1;
    expectCorruption(BAD_COUNT, 40);
    list.liveBlocks = 3;
    expectCorruption(BAD_COUNT, 100);
  });

  it("a wrong number of free blocks", () => {
    list.freeBlocks = 0;
    expectCorruption(BAD_COUNT, 10);
  });

  it("a live block counted as free memory", () => {
    list.freeMemory = 40;
    expectCorruption(BAD_SUM, 30);
  });
});
