// Segregated fit: choice, splitting and merging, resizing, moving, capacity, and random runs against a map of units.

import * as core from "../../assembly/entries/tiling";
import * as field from "../../assembly/kernel/field";
import {
  INSIDE_BLOCK,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../../assembly/kernel/status";
import { classAbove, classOf, greatestOf, wordsFor } from "../../assembly/segregated/classes";
import { pictureOf } from "./support/picture";
import { random, seedRandom } from "./support/random";

const POLICY: u32 = 5;
let handle: usize = 0;

function make(capacity: f64): void {
  handle = <usize>core.create(POLICY, capacity, 1);
}
function take(size: f64): f64 {
  return core.allocateBlock(handle, size, 1, 0);
}

function picture(): string {
  return pictureOf(handle);
}

afterEach(() => {
  expect<f64>(core.validate(handle)).toBe(OK, "valid");
  core.destroy(handle);
});

describe("many free blocks", () => {
  it("marks a bin that was empty, and no longer one that is emptied", () => {
    const holes: f64 = 9000;
    make(4 + 2 * holes);
    const three = take(3);
    let wrong = 0;
    for (let i: f64 = 0; i <= 2 * holes; i++) if (take(1) != 3 + i) wrong++;
    for (let i: f64 = 0; i < holes; i++) core.freeBlock(handle, 4 + 2 * i);
    expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(holes);
    expect<f64>(take(2)).toBe(OUT_OF_MEMORY);
    for (let i = 0; i < 2; i++) {
      expect<f64>(core.freeBlock(handle, three)).toBe(OK);
      expect<f64>(core.validate(handle)).toBe(OK);
      expect<f64>(take(3)).toBe(three);
      expect<f64>(take(2)).toBe(OUT_OF_MEMORY);
    }
    for (let i: f64 = 0; i < holes; i++) if (!(take(1) > three)) wrong++;
    expect<i32>(wrong).toBe(0);
    expect<f64>(take(1)).toBe(OUT_OF_MEMORY);
  });
});

describe("size classes", () => {
  it("has a class for each size below 64, and 32 to a doubling from there", () => {
    make(1);
    for (let size: f64 = 1; size < 64; size++) {
      expect<bool>(classOf(size) < classOf(size + 1)).toBe(true);
      expect<u32>(classAbove(size)).toBe(classOf(size));
    }
    expect<u32>(classOf(64)).toBe(6 * 32);
    expect<u32>(classOf(65)).toBe(6 * 32);
    expect<u32>(classAbove(65)).toBe(6 * 32 + 1);
    expect<u32>(classOf(66)).toBe(6 * 32 + 1);
    expect<u32>(classOf(127)).toBe(6 * 32 + 31);
    expect<u32>(classAbove(127)).toBe(7 * 32);
    expect<u32>(classOf(128)).toBe(7 * 32);
    expect<u32>(classOf(9007199254740991)).toBe(52 * 32 + 31);
    expect<u32>(classAbove(9007199254740991)).toBe(53 * 32);
  });

  it("knows the greatest size of a class, and the words for a capacity", () => {
    make(1);
    expect<f64>(greatestOf(classOf(64))).toBe(65);
    expect<f64>(greatestOf(classOf(1000))).toBe(1007);
    expect<u32>(classOf(1007)).toBe(classOf(1000));
    expect<u32>(classOf(1008)).toBe(classOf(1000) + 1);
    expect<u32>(wordsFor(1)).toBe(1);
    expect<u32>(wordsFor(2)).toBe(2);
    expect<u32>(wordsFor(9007199254740991)).toBe(53);
  });
});

describe("choice", () => {
  it("allocates the whole of any capacity", () => {
    const capacities: f64[] = [1, 2, 3, 63, 64, 65, 1000, 1001, 4294967295, 9007199254740991];
    for (let i = 0; i < capacities.length; i++) {
      make(capacities[i]);
      expect<f64>(core.get(handle, field.LARGEST)).toBe(capacities[i]);
      expect<f64>(core.canAllocate(handle, capacities[i], 1)).toBe(1);
      expect<f64>(take(capacities[i])).toBe(0);
      expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(0);
      expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(0);
      expect<f64>(core.get(handle, field.LARGEST)).toBe(0);
      expect<f64>(take(1)).toBe(OUT_OF_MEMORY);
      expect<f64>(core.canAllocate(handle, 1, 1)).toBe(0);
      expect<f64>(core.freeBlock(handle, 0)).toBe(OK);
      expect<f64>(take(capacities[i] + 1 > 9007199254740991 ? 1 : capacities[i] + 1)).toBe(
        capacities[i] + 1 > 9007199254740991 ? 0 : OUT_OF_MEMORY,
      );
      expect<f64>(core.validate(handle)).toBe(OK);
      if (i < capacities.length - 1) core.destroy(handle);
    }
  });

  it("takes the front, and of a bin the block put in last", () => {
    make(100);
    for (let i = 0; i < 10; i++) expect<f64>(take(10)).toBe(10 * <f64>i);
    core.freeBlock(handle, 20);
    core.freeBlock(handle, 60);
    core.freeBlock(handle, 40);
    expect<f64>(take(10)).toBe(40);
    expect<f64>(take(4)).toBe(60);
    expect<f64>(take(10)).toBe(20);
    expect<f64>(take(6)).toBe(64);
    expect<f64>(take(1)).toBe(OUT_OF_MEMORY);
  });

  it("prefers the smallest class that is large enough", () => {
    make(1000);
    take(100);
    take(1);
    take(40);
    take(1);
    take(50);
    take(1);
    core.freeBlock(handle, 0);
    core.freeBlock(handle, 142);
    core.freeBlock(handle, 101);
    expect<f64>(take(41)).toBe(142);
    expect<f64>(take(41)).toBe(0);
  });

  it("searches the request's own class when all above are empty", () => {
    make(301);
    take(100);
    take(1);
    take(101);
    take(99);
    core.freeBlock(handle, 101);
    core.freeBlock(handle, 0);
    // 100 and 101 are of one class, and 101 is not at its head.
    expect<f64>(core.canAllocate(handle, 102, 1)).toBe(0);
    expect<f64>(take(102)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.canAllocate(handle, 101, 1)).toBe(1);
    expect<f64>(take(101)).toBe(101);
    expect<f64>(take(101)).toBe(OUT_OF_MEMORY);
    expect<f64>(take(100)).toBe(0);
  });

  it("finds the largest of the last bin", () => {
    make(500);
    take(100);
    take(1);
    take(101);
    take(1);
    take(297);
    core.freeBlock(handle, 101);
    expect<f64>(core.get(handle, field.LARGEST)).toBe(101);
    core.freeBlock(handle, 0);
    expect<f64>(core.get(handle, field.LARGEST)).toBe(101);
    core.freeBlock(handle, 202);
    expect<f64>(core.get(handle, field.LARGEST)).toBe(102);
  });
});

describe("alignment", () => {
  it("leaves the padding free", () => {
    make(100);
    take(3);
    expect<f64>(core.allocateBlock(handle, 10, 16, 0)).toBe(16);
    expect<string>(picture()).toBe("[0+3 (3+13 [16+10 (26+74");
    expect<f64>(core.allocateBlock(handle, 13, 3, 0)).toBe(3);
  });

  it("takes the first block of the first bin if it lies well", () => {
    make(512);
    take(256);
    core.freeBlock(handle, 0);
    expect<f64>(core.allocateBlock(handle, 256, 256, 0)).toBe(0);
    expect<f64>(core.allocateBlock(handle, 256, 256, 0)).toBe(256);
    expect<f64>(core.allocateBlock(handle, 1, 256, 0)).toBe(OUT_OF_MEMORY);
  });

  it("otherwise one with room for any padding, otherwise the only one that fits", () => {
    make(100);
    take(5);
    take(20);
    take(1);
    core.freeBlock(handle, 5);
    // (5, 20) is the first that is large enough, and holds no 18 at a multiple of 8.
    expect<f64>(core.allocateBlock(handle, 18, 8, 0)).toBe(32);
    make(40);
    take(5);
    take(20);
    take(15);
    core.freeBlock(handle, 5);
    expect<f64>(core.allocateBlock(handle, 17, 8, 0)).toBe(8);
    expect<f64>(core.allocateBlock(handle, 4, 8, 0)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.allocateBlock(handle, 1, 9007199254740991, 0)).toBe(OUT_OF_MEMORY);
  });

  it("address 0 is a multiple of everything", () => {
    make(40);
    expect<f64>(core.canAllocate(handle, 40, 9007199254740991)).toBe(1);
    expect<f64>(core.allocateBlock(handle, 40, 9007199254740991, 0)).toBe(0);
  });
});

describe("freeing", () => {
  it("merges with neither, either, or both neighbours", () => {
    make(50);
    for (let i = 0; i < 5; i++) take(10);
    core.freeBlock(handle, 10);
    expect<string>(picture()).toBe("[0+10 (10+10 [20+10 [30+10 [40+10");
    core.freeBlock(handle, 20);
    expect<string>(picture()).toBe("[0+10 (10+20 [30+10 [40+10");
    core.freeBlock(handle, 0);
    expect<string>(picture()).toBe("(0+30 [30+10 [40+10");
    core.freeBlock(handle, 40);
    expect<string>(picture()).toBe("(0+30 [30+10 (40+10");
    core.freeBlock(handle, 30);
    expect<string>(picture()).toBe("(0+50");
    expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(1);
    expect<f64>(core.get(handle, field.LIVE_BLOCKS)).toBe(0);
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(50);
  });

  it("tells what it freed, and refuses what is no block", () => {
    make(50);
    core.allocateBlock(handle, 10, 1, 7);
    expect<f64>(core.freeBlock(handle, 5)).toBe(INSIDE_BLOCK);
    expect<f64>(core.freeBlock(handle, 10)).toBe(NOT_ALLOCATED);
    expect<f64>(core.freeBlock(handle, 49)).toBe(NOT_ALLOCATED);
    expect<f64>(core.freeBlock(handle, 0)).toBe(OK);
    expect<f64>(core.foundSize()).toBe(10);
    expect<f64>(core.foundLabel()).toBe(7);
    expect<f64>(core.freeBlock(handle, 0)).toBe(NOT_ALLOCATED);
  });
});

describe("reserving", () => {
  it("takes exactly the range, and what is left stays free", () => {
    make(50);
    expect<f64>(core.reserveBlock(handle, 10, 5, 0)).toBe(OK);
    expect<f64>(core.reserveBlock(handle, 0, 10, 0)).toBe(OK);
    expect<f64>(core.reserveBlock(handle, 40, 10, 0)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 [10+5 (15+25 [40+10");
    expect<f64>(core.reserveBlock(handle, 14, 2, 0)).toBe(NOT_FREE);
    expect<f64>(core.reserveBlock(handle, 20, 21, 0)).toBe(NOT_FREE);
    expect<f64>(core.reserveBlock(handle, 15, 25, 0)).toBe(OK);
  });
});

describe("resizing", () => {
  it("in place, with the free block after it", () => {
    make(50);
    take(10);
    take(10);
    expect<f64>(core.extendBlock(handle, 10, 20)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 [10+20 (30+20");
    expect<f64>(core.extendBlock(handle, 10, 40)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 [10+40");
    expect<f64>(core.extendBlock(handle, 10, 41)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.extendBlock(handle, 10, 40)).toBe(OK);
    expect<f64>(core.extendBlock(handle, 0, 4)).toBe(OK);
    expect<string>(picture()).toBe("[0+4 (4+6 [10+40");
    expect<f64>(core.extendBlock(handle, 0, 2)).toBe(OK);
    expect<string>(picture()).toBe("[0+2 (2+8 [10+40");
    expect<f64>(core.extendBlock(handle, 0, 11)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(8);
    expect<f64>(core.extendBlock(handle, 3, 4)).toBe(NOT_ALLOCATED);
  });
});

describe("moving", () => {
  it("slides into the free block before it, over itself, and elsewhere", () => {
    make(60);
    take(10);
    core.allocateBlock(handle, 10, 1, 9);
    take(10);
    core.freeBlock(handle, 0);
    expect<f64>(core.moveBlock(handle, 10, 4)).toBe(OK);
    expect<string>(picture()).toBe("(0+4 [4+10 (14+6 [20+10 (30+30");
    expect<f64>(core.moveBlock(handle, 4, 8)).toBe(OK);
    expect<string>(picture()).toBe("(0+8 [8+10 (18+2 [20+10 (30+30");
    expect<f64>(core.moveBlock(handle, 8, 0)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 (10+10 [20+10 (30+30");
    expect<f64>(core.moveBlock(handle, 0, 50)).toBe(OK);
    expect<string>(picture()).toBe("(0+20 [20+10 (30+20 [50+10");
    core.findBlock(handle, 50);
    expect<f64>(core.foundLabel()).toBe(9);
    expect<f64>(core.moveBlock(handle, 50, 25)).toBe(NOT_FREE);
    expect<f64>(core.moveBlock(handle, 50, 12)).toBe(NOT_FREE);
    expect<f64>(core.moveBlock(handle, 50, 51)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.moveBlock(handle, 51, 0)).toBe(INSIDE_BLOCK);
    expect<f64>(core.moveBlock(handle, 50, 50)).toBe(OK);
    expect<f64>(core.moveBlock(handle, 50, 45)).toBe(OK);
    expect<string>(picture()).toBe("(0+20 [20+10 (30+15 [45+10 (55+5");
    // Elsewhere, leaving memory that was free on both sides.
    expect<f64>(core.moveBlock(handle, 45, 0)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 (10+10 [20+10 (30+30");
    expect<f64>(core.validate(handle)).toBe(OK);
    expect<f64>(take(30)).toBe(30);
  });
});

describe("capacity", () => {
  it("grows by a free block, or lengthens the last one", () => {
    make(10);
    take(10);
    expect<f64>(core.grow(handle, 15)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 (10+5");
    expect<f64>(core.grow(handle, 5000)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 (10+4990");
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(4990);
    expect<f64>(take(4990)).toBe(10);
    expect<f64>(core.grow(handle, 9007199254740991)).toBe(OK);
    expect<f64>(take(9007199254735991)).toBe(5000);
  });

  it("shrinks as far as the end is free", () => {
    make(100);
    take(10);
    expect<f64>(core.shrink(handle, 9)).toBe(NOT_FREE);
    expect<f64>(core.shrink(handle, 40)).toBe(OK);
    expect<string>(picture()).toBe("[0+10 (10+30");
    expect<f64>(core.shrink(handle, 10)).toBe(OK);
    expect<string>(picture()).toBe("[0+10");
    expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(0);
    expect<f64>(core.shrink(handle, 9)).toBe(NOT_FREE);
    core.freeBlock(handle, 0);
    expect<f64>(core.shrink(handle, 1)).toBe(OK);
    expect<string>(picture()).toBe("(0+1");
  });
});

describe("resetting", () => {
  it("frees everything", () => {
    make(100000);
    for (let i = 0; i < 1000; i++) take(50);
    for (let i = 0; i < 1000; i += 2) core.freeBlock(handle, 50 * <f64>i);
    expect<f64>(core.reset(handle)).toBe(OK);
    expect<string>(picture()).toBe("(0+100000");
    expect<f64>(core.get(handle, field.LIVE_BLOCKS)).toBe(0);
    expect<f64>(take(100000)).toBe(0);
  });
});

// Random runs -------------------------------------------------------------------------------------------------

/** Each unit: 0 if it is free, otherwise the number of its block. */
const UNITS = 96;
const units = new StaticArray<u32>(UNITS);

function holds(size: u32, alignment: u32): bool {
  for (let at: u32 = 0; at + size <= <u32>UNITS; at += alignment) {
    let i = at;
    while (i < at + size && !units[i]) i++;
    if (i == at + size) return true;
  }
  return false;
}
function paint(at: u32, size: u32, value: u32): bool {
  for (let i = at; i < at + size; i++) {
    if ((value == 0) == (units[i] == 0)) return false;
    units[i] = value;
  }
  return true;
}
function lengthAt(at: u32): u32 {
  let end = at;
  while (end < <u32>UNITS && units[end] == units[at]) end++;
  return end - at;
}

/** What went wrong first. An `expect` for each step would take most of the time. */
let wrong = "";
function check(holdsTrue: bool, what: string): void {
  if (!holdsTrue && wrong == "") wrong = what;
}

describe("random runs", () => {
  it("hand out free memory, refuse only what fits nowhere, and stay valid", () => {
    seedRandom(20240229);
    make(<f64>UNITS);
    let number: u32 = 0;
    let refused = 0;
    for (let i = 0; i < 6000; i++) {
      const size = 1 + random(random(4) ? 8 : 40);
      const alignment = random(2) ? 1 : 1 + random(9);
      const at = random(UNITS);
      const kind = random(8);
      if (kind < 4) {
        const address = core.allocateBlock(handle, <f64>size, <f64>alignment, number + 1);
        if (address < 0) {
          refused++;
          check(address == OUT_OF_MEMORY, "refuses with another status");
          check(!holds(size, alignment), "refuses what fits");
        } else {
          check(paint(<u32>address, size, ++number), "hands out what is live");
          check(<u32>address % alignment == 0, "does not align");
        }
      } else if (kind < 7) {
        const starts = units[at] != 0 && (at == 0 || units[at - 1] != units[at]);
        const status = core.freeBlock(handle, <f64>at);
        check(status == (starts ? OK : units[at] ? INSIDE_BLOCK : NOT_ALLOCATED), "frees wrongly");
        if (starts) {
          check(<u32>core.foundLabel() == units[at], "loses a label");
          paint(at, lengthAt(at), 0);
        }
      } else if (core.reserveBlock(handle, <f64>at, 1, number + 1) == OK) {
        check(paint(at, 1, ++number), "reserves what is live");
      } else {
        check(units[at] != 0, "does not reserve what is free");
      }
      if (i % 16 == 0) check(core.validate(handle) == OK, "is not valid");
    }
    expect<string>(wrong).toBe("");
    expect<bool>(refused > 300).toBe(true);
  });
});
