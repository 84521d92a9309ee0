// The checker of the linked list: a list damaged on purpose, one field at a time, is reported with the right
// code and place. Fields are overwritten where linked-list.ts and record.ts say that they lie.

import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_LINKS,
  BAD_ORDER,
  BAD_SIZE,
  BAD_SUM,
  damageAt,
} from "../../assembly/damage";
import { freeToList, validateList } from "../../assembly/engines/linked-list";
import { Handle, blocksOf } from "../../assembly/record";
import { OK } from "../../assembly/status";
import { ALLOCATOR_NODE, LIST_NODE, nodeBytes } from "../../assembly/storage";
import { dropList, newList, nodeAt, take } from "./support/list";

// Offsets in a node …
const START: usize = 0;
const SIZE: usize = 8;
const PREV: usize = 16;
const NEXT: usize = 20;
// … and in the record.
const FREE_MEMORY: usize = 16;
const HEAD: usize = 32;
const TAIL: usize = 36;
const BLOCKS: usize = 40;

let a: Handle = 0;
let first: usize = 0;
let second: usize = 0;
let third: usize = 0;
let saved: usize = 0;

/** Expect this damage at this place. */
function expectDamage(code: f64, at: f64): void {
  expect<f64>(validateList(a)).toBe(code, "damage");
  expect<f64>(damageAt()).toBe(at, "where");
}

/** The list 10+10 40+20 70+30 of capacity 100, and a copy of its bytes. */
beforeEach(() => {
  a = newList(100);
  take(a, 100);
  freeToList(a, 10, 10);
  freeToList(a, 40, 20);
  freeToList(a, 70, 30);
  first = nodeAt(a, 0);
  second = nodeAt(a, 1);
  third = nodeAt(a, 2);
  const node = nodeBytes(LIST_NODE);
  saved = heap.alloc(3 * node + nodeBytes(ALLOCATOR_NODE));
  memory.copy(saved, first, node);
  memory.copy(saved + node, second, node);
  memory.copy(saved + 2 * node, third, node);
  memory.copy(saved + 3 * node, a, nodeBytes(ALLOCATOR_NODE));
  expect<f64>(validateList(a)).toBe(OK, "undamaged");
});

/** Every damage is undone, and nothing else was wrong. */
afterEach(() => {
  const node = nodeBytes(LIST_NODE);
  memory.copy(first, saved, node);
  memory.copy(second, saved + node, node);
  memory.copy(third, saved + 2 * node, node);
  memory.copy(a, saved + 3 * node, nodeBytes(ALLOCATOR_NODE));
  heap.free(saved);
  expect<f64>(validateList(a)).toBe(OK, "restored");
  dropList(a);
});

describe("links", () => {
  it("a predecessor that is not the node before", () => {
    store<u32>(second + PREV, <u32>third);
    expectDamage(BAD_LINKS, 40);
  });

  it("no predecessor in the middle", () => {
    store<u32>(third + PREV, 0);
    expectDamage(BAD_LINKS, 70);
  });

  it("a head with a predecessor", () => {
    store<u32>(first + PREV, <u32>third);
    expectDamage(BAD_LINKS, 10);
  });

  it("a node skipped by its predecessor", () => {
    store<u32>(first + NEXT, <u32>third);
    expectDamage(BAD_LINKS, 70);
  });

  it("a list cut short", () => {
    store<u32>(second + NEXT, 0);
    expectDamage(BAD_LINKS, 60);
  });

  it("a list bent into a ring", () => {
    store<u32>(third + NEXT, <u32>first);
    expectDamage(BAD_LINKS, 10);
  });

  it("a tail that is not the last", () => {
    store<u32>(a + TAIL, <u32>second);
    expectDamage(BAD_LINKS, 100);
  });

  it("a head that is not the first", () => {
    store<u32>(a + HEAD, <u32>second);
    expectDamage(BAD_LINKS, 40);
  });

  it("no head", () => {
    store<u32>(a + HEAD, 0);
    expectDamage(BAD_LINKS, -1);
  });
});

describe("sizes", () => {
  it("zero", () => {
    store<f64>(second + SIZE, 0);
    expectDamage(BAD_SIZE, 40);
  });

  it("below zero", () => {
    store<f64>(first + SIZE, -10);
    expectDamage(BAD_SIZE, 10);
  });

  it("not a number", () => {
    store<f64>(third + SIZE, NaN);
    expectDamage(BAD_SIZE, 70);
  });
});

describe("bounds", () => {
  it("a block that ends past the capacity", () => {
    store<f64>(third + SIZE, 31);
    expectDamage(BAD_BOUNDS, 70);
  });

  it("a block that starts past the capacity", () => {
    store<f64>(third + START, 100);
    expectDamage(BAD_BOUNDS, 100);
  });

  it("a block that starts below zero", () => {
    store<f64>(first + START, -1);
    expectDamage(BAD_BOUNDS, -1);
  });
});

describe("order", () => {
  it("touching blocks", () => {
    store<f64>(second + START, 20);
    expectDamage(BAD_ORDER, 20);
  });

  it("overlapping blocks", () => {
    store<f64>(first + SIZE, 35);
    expectDamage(BAD_ORDER, 40);
  });

  it("blocks in descending order", () => {
    store<f64>(second + START, 0);
    store<f64>(second + SIZE, 5);
    expectDamage(BAD_ORDER, 0);
  });

  it("two blocks at the same start", () => {
    store<f64>(second + START, 10);
    store<f64>(second + SIZE, 10);
    expectDamage(BAD_ORDER, 10);
  });
});

describe("count", () => {
  it("more nodes than recorded", () => {
    store<u32>(a + BLOCKS, 2);
    expectDamage(BAD_COUNT, 70);
  });

  it("fewer nodes than recorded", () => {
    store<u32>(a + BLOCKS, blocksOf(a) + 1);
    expectDamage(BAD_COUNT, 100);
  });
});

describe("sum", () => {
  it("more free memory recorded than there is", () => {
    store<f64>(a + FREE_MEMORY, 61);
    expectDamage(BAD_SUM, 60);
  });

  it("less", () => {
    store<f64>(a + FREE_MEMORY, 59);
    expectDamage(BAD_SUM, 60);
  });

  it("a block that is larger than when it was freed", () => {
    store<f64>(second + SIZE, 21);
    expectDamage(BAD_SUM, 61);
  });
});
