// Buddy: orders, splitting and merging, capacities that are no power of two, reserving, resizing, moving, and random
// runs against a map of units.

import { isMultiple, orderFor, orderOf, sizeOf } from "../../assembly/buddy/orders";
import * as core from "../../assembly/entries/tiling";
import * as field from "../../assembly/kernel/field";
import {
  INSIDE_BLOCK,
  NOT_ALIGNED,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../../assembly/kernel/status";
import { pictureOf } from "./support/picture";
import { random, seedRandom } from "./support/random";

const POLICY: u32 = 6;
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

describe("orders", () => {
  it("are exponents", () => {
    make(1);
    expect<u32>(orderOf(1)).toBe(0);
    expect<u32>(orderFor(1)).toBe(0);
    expect<u32>(orderOf(7)).toBe(2);
    expect<u32>(orderFor(7)).toBe(3);
    expect<u32>(orderFor(8)).toBe(3);
    expect<u32>(orderFor(9)).toBe(4);
    expect<u32>(orderFor(9007199254740991)).toBe(53);
    expect<f64>(sizeOf(0)).toBe(1);
    expect<f64>(sizeOf(52)).toBe(4503599627370496);
    expect<bool>(isMultiple(24, 8)).toBe(true);
    expect<bool>(isMultiple(20, 8)).toBe(false);
    expect<bool>(isMultiple(0, 4503599627370496)).toBe(true);
  });
});

describe("capacity", () => {
  it("is a sum of powers of two, the largest first", () => {
    make(13);
    expect<string>(picture()).toBe("(0+8 (8+4 (12+1");
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(13);
    expect<f64>(core.get(handle, field.LARGEST)).toBe(8);
    expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(3);
    core.destroy(handle);
    make(9007199254740991);
    expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(53);
    expect<f64>(take(4503599627370496)).toBe(0);
    expect<f64>(take(4503599627370496)).toBe(OUT_OF_MEMORY);
  });

  it("grows by pieces, which merge", () => {
    make(3);
    expect<string>(picture()).toBe("(0+2 (2+1");
    expect<f64>(core.grow(handle, 13)).toBe(OK);
    expect<string>(picture()).toBe("(0+8 (8+4 (12+1");
    expect<f64>(core.grow(handle, 16)).toBe(OK);
    expect<string>(picture()).toBe("(0+16");
    expect<f64>(take(16)).toBe(0);
    expect<f64>(core.grow(handle, 24)).toBe(OK);
    expect<string>(picture()).toBe("[0+16 (16+8");
    expect<f64>(core.get(handle, field.CAPACITY)).toBe(24);
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(8);
  });

  it("shrinks as far as the end is free, and cuts the block there", () => {
    make(32);
    expect<f64>(core.shrink(handle, 21)).toBe(OK);
    expect<string>(picture()).toBe("(0+16 (16+4 (20+1");
    expect<f64>(take(3)).toBe(16);
    expect<f64>(core.shrink(handle, 19)).toBe(NOT_FREE);
    expect<f64>(core.shrink(handle, 20)).toBe(OK);
    expect<string>(picture()).toBe("(0+16 [16+3");
    expect<f64>(core.freeBlock(handle, 16)).toBe(OK);
    expect<f64>(core.shrink(handle, 1)).toBe(OK);
    expect<string>(picture()).toBe("(0+1");
    expect<f64>(core.grow(handle, 2)).toBe(OK);
    expect<string>(picture()).toBe("(0+2");
    expect<f64>(core.shrink(handle, 2)).toBe(OK);
  });

  it("is free again after a reset", () => {
    make(13);
    take(3);
    take(1);
    expect<f64>(core.reset(handle)).toBe(OK);
    expect<string>(picture()).toBe("(0+8 (8+4 (12+1");
    expect<f64>(core.requestedMemory(handle)).toBe(0);
    expect<f64>(core.get(handle, field.LIVE_BLOCKS)).toBe(0);
  });
});

describe("allocating and freeing", () => {
  it("splits to the smallest power of two, and merges buddies", () => {
    make(16);
    expect<f64>(take(3)).toBe(0);
    expect<string>(picture()).toBe("[0+3 (4+4 (8+8");
    expect<f64>(take(2)).toBe(4);
    expect<f64>(take(1)).toBe(6);
    expect<string>(picture()).toBe("[0+3 [4+2 [6+1 (7+1 (8+8");
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(9);
    expect<f64>(core.requestedMemory(handle)).toBe(6);
    expect<f64>(core.freeBlock(handle, 4)).toBe(OK);
    expect<string>(picture()).toBe("[0+3 (4+2 [6+1 (7+1 (8+8");
    expect<f64>(core.freeBlock(handle, 6)).toBe(OK);
    expect<f64>(core.foundSize()).toBe(1);
    expect<string>(picture()).toBe("[0+3 (4+4 (8+8");
    expect<f64>(core.freeBlock(handle, 0)).toBe(OK);
    expect<string>(picture()).toBe("(0+16");
    expect<f64>(core.requestedMemory(handle)).toBe(0);
  });

  it("does not merge neighbours that are no buddies, nor buddies of which a half is live", () => {
    make(16);
    for (let i = 0; i < 4; i++) take(4);
    core.freeBlock(handle, 4);
    core.freeBlock(handle, 8);
    expect<string>(picture()).toBe("[0+4 (4+4 (8+4 [12+4");
    expect<f64>(take(8)).toBe(OUT_OF_MEMORY);
    core.freeBlock(handle, 12);
    expect<f64>(take(1)).toBe(4);
    core.freeBlock(handle, 0);
    expect<string>(picture()).toBe("(0+4 [4+1 (5+1 (6+2 (8+8");
  });

  it("takes of a bin the block put in last, and the smallest that will do", () => {
    make(16);
    for (let i = 0; i < 4; i++) take(4);
    core.freeBlock(handle, 0);
    core.freeBlock(handle, 8);
    expect<f64>(take(4)).toBe(8);
    core.freeBlock(handle, 12);
    core.freeBlock(handle, 8);
    expect<f64>(take(3)).toBe(0);
    expect<f64>(take(3)).toBe(8);
  });

  it("refuses addresses of no live block", () => {
    make(16);
    take(3);
    expect<f64>(core.freeBlock(handle, 1)).toBe(INSIDE_BLOCK);
    // The rest of what a block takes belongs to it.
    expect<f64>(core.freeBlock(handle, 3)).toBe(INSIDE_BLOCK);
    expect<f64>(core.freeBlock(handle, 4)).toBe(NOT_ALLOCATED);
    expect<f64>(core.freeBlock(handle, 5)).toBe(NOT_ALLOCATED);
    expect<f64>(core.freeBlock(handle, 8)).toBe(NOT_ALLOCATED);
    expect<f64>(core.freeBlock(handle, 15)).toBe(NOT_ALLOCATED);
  });
});

describe("alignment", () => {
  it("to a power of two up to what is taken comes by itself", () => {
    make(64);
    take(1);
    expect<f64>(core.allocateBlock(handle, 7, 8, 0)).toBe(8);
    expect<f64>(core.allocateBlock(handle, 5, 2, 0)).toBe(16);
  });

  it("to others is found if it is there", () => {
    make(16);
    take(1);
    expect<f64>(core.allocateBlock(handle, 1, 8, 0)).toBe(8);
    expect<string>(picture()).toBe("[0+1 (1+1 (2+2 (4+4 [8+1 (9+1 (10+2 (12+4");
    expect<f64>(core.allocateBlock(handle, 2, 6, 0)).toBe(12);
    expect<f64>(core.canAllocate(handle, 2, 6)).toBe(1);
    expect<f64>(core.allocateBlock(handle, 2, 6, 0)).toBe(6);
    expect<f64>(core.canAllocate(handle, 2, 6)).toBe(0);
    expect<f64>(core.allocateBlock(handle, 2, 6, 0)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.allocateBlock(handle, 1, 9007199254740991, 0)).toBe(OUT_OF_MEMORY);
    core.freeBlock(handle, 0);
    expect<f64>(core.allocateBlock(handle, 1, 9007199254740991, 0)).toBe(0);
  });
});

describe("reserving", () => {
  it("takes the power of two at a multiple of it", () => {
    make(13);
    expect<f64>(core.reserveBlock(handle, 4, 3, 5)).toBe(OK);
    expect<string>(picture()).toBe("(0+4 [4+3 (8+4 (12+1");
    expect<f64>(core.reserveBlock(handle, 12, 1, 5)).toBe(OK);
    expect<f64>(core.reserveBlock(handle, 2, 2, 0)).toBe(OK);
    expect<string>(picture()).toBe("(0+2 [2+2 [4+3 (8+4 [12+1");
  });

  it("refuses what is no buddy, does not fit, or is not free", () => {
    make(13);
    expect<f64>(core.reserveBlock(handle, 0, 1, 0)).toBe(OK);
    expect<f64>(core.reserveBlock(handle, 2, 3, 0)).toBe(NOT_ALIGNED);
    expect<f64>(core.reserveBlock(handle, 1, 2, 0)).toBe(NOT_ALIGNED);
    expect<f64>(core.reserveBlock(handle, 8, 5, 0)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.reserveBlock(handle, 0, 8, 0)).toBe(NOT_FREE);
    expect<f64>(core.reserveBlock(handle, 0, 1, 0)).toBe(NOT_FREE);
    expect<string>(picture()).toBe("[0+1 (1+1 (2+2 (4+4 (8+4 (12+1");
    core.freeBlock(handle, 0);
    expect<f64>(core.reserveBlock(handle, 2, 1, 0)).toBe(OK);
    // A free block of 2 starts there.
    expect<f64>(core.reserveBlock(handle, 0, 4, 0)).toBe(NOT_FREE);
    expect<string>(picture()).toBe("(0+2 [2+1 (3+1 (4+4 (8+4 (12+1");
  });
});

describe("resizing", () => {
  it("in place within what it takes, by halves given back, or by the upper buddy", () => {
    make(16);
    take(5);
    expect<f64>(core.extendBlock(handle, 0, 8)).toBe(OK);
    expect<string>(picture()).toBe("[0+8 (8+8");
    expect<f64>(core.requestedMemory(handle)).toBe(8);
    expect<f64>(core.extendBlock(handle, 0, 2)).toBe(OK);
    expect<string>(picture()).toBe("[0+2 (2+2 (4+4 (8+8");
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(14);
    expect<f64>(core.extendBlock(handle, 0, 7)).toBe(OK);
    expect<string>(picture()).toBe("[0+7 (8+8");
    expect<f64>(core.extendBlock(handle, 0, 17)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.extendBlock(handle, 0, 9007199254740991)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.extendBlock(handle, 0, 16)).toBe(OK);
    expect<string>(picture()).toBe("[0+16");
    expect<f64>(core.get(handle, field.FREE_MEMORY)).toBe(0);
    expect<f64>(core.requestedMemory(handle)).toBe(16);
  });

  it("not if it is the upper half, or part of the upper half is live", () => {
    make(16);
    take(2);
    take(2);
    expect<f64>(core.extendBlock(handle, 2, 4)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.extendBlock(handle, 0, 4)).toBe(OUT_OF_MEMORY);
    expect<string>(picture()).toBe("[0+2 [2+2 (4+4 (8+8");
    expect<f64>(core.reserveBlock(handle, 6, 1, 0)).toBe(OK);
    core.freeBlock(handle, 2);
    expect<f64>(core.extendBlock(handle, 0, 5)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.extendBlock(handle, 0, 4)).toBe(OK);
    expect<string>(picture()).toBe("[0+4 (4+2 [6+1 (7+1 (8+8");
  });

  it("not over a neighbour of the same size that is no buddy", () => {
    make(16);
    core.reserveBlock(handle, 4, 4, 0);
    core.reserveBlock(handle, 12, 4, 0);
    expect<f64>(core.extendBlock(handle, 4, 5)).toBe(OUT_OF_MEMORY);
    expect<string>(picture()).toBe("(0+4 [4+4 (8+4 [12+4");
  });
});

describe("moving", () => {
  it("to a multiple of what it takes", () => {
    make(16);
    take(4);
    core.allocateBlock(handle, 3, 1, 9);
    core.freeBlock(handle, 0);
    expect<f64>(core.moveBlock(handle, 4, 2)).toBe(NOT_ALIGNED);
    expect<f64>(core.moveBlock(handle, 4, 16)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.moveBlock(handle, 4, 4)).toBe(OK);
    expect<f64>(core.moveBlock(handle, 4, 12)).toBe(OK);
    expect<string>(picture()).toBe("(0+8 (8+4 [12+3");
    expect<f64>(core.moveBlock(handle, 12, 0)).toBe(OK);
    expect<string>(picture()).toBe("[0+3 (4+4 (8+8");
    core.findBlock(handle, 0);
    expect<f64>(core.foundLabel()).toBe(9);
    expect<f64>(core.foundSize()).toBe(3);
    take(4);
    expect<f64>(core.moveBlock(handle, 0, 4)).toBe(NOT_FREE);
    expect<f64>(core.moveBlock(handle, 1, 8)).toBe(INSIDE_BLOCK);
  });
});

// Random runs -------------------------------------------------------------------------------------------------

/** Each unit: 0 if it is free, otherwise the number of the block that takes it. */
const UNITS = 109;
const units = new StaticArray<u32>(UNITS);

function powerFor(size: u32): u32 {
  let power: u32 = 1;
  while (power < size) power *= 2;
  return power;
}
function isFree(at: u32, size: u32): bool {
  if (at + size > <u32>UNITS) return false;
  for (let i = at; i < at + size; i++) if (units[i]) return false;
  return true;
}
function holds(taken: u32, alignment: u32): bool {
  for (let at: u32 = 0; at < <u32>UNITS; at += taken)
    if (at % alignment == 0 && isFree(at, taken)) return true;
  return false;
}
function paint(at: u32, size: u32, value: u32): void {
  for (let i = at; i < at + size; i++) units[i] = value;
}
function lengthAt(at: u32): u32 {
  let end = at;
  while (end < <u32>UNITS && units[end] == units[at]) end++;
  return end - at;
}

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
      const taken = powerFor(size);
      const alignment = random(2) ? 1 : 1 + random(9);
      const at = random(UNITS);
      const kind = random(8);
      if (kind < 4) {
        const address = core.allocateBlock(handle, <f64>size, <f64>alignment, number + 1);
        if (address < 0) {
          refused++;
          check(address == OUT_OF_MEMORY, "refuses with another status");
          check(!holds(taken, alignment), "refuses what fits");
        } else {
          check(isFree(<u32>address, taken), "hands out what is live");
          check(<u32>address % alignment == 0 && <u32>address % taken == 0, "does not align");
          paint(<u32>address, taken, ++number);
        }
      } else if (kind < 7) {
        const starts = units[at] != 0 && (at == 0 || units[at - 1] != units[at]);
        const status = core.freeBlock(handle, <f64>at);
        check(status == (starts ? OK : units[at] ? INSIDE_BLOCK : NOT_ALLOCATED), "frees wrongly");
        if (starts) {
          check(<u32>core.foundLabel() == units[at], "loses a label");
          paint(at, lengthAt(at), 0);
        }
      } else {
        const status = core.reserveBlock(handle, <f64>at, 1, number + 1);
        check((status == OK) == (units[at] == 0), "reserves wrongly");
        if (status == OK) paint(at, 1, ++number);
      }
      if (i % 16 == 0) check(core.validate(handle) == OK, "is not valid");
    }
    expect<string>(wrong).toBe("");
    expect<bool>(refused > 300).toBe(true);
  });
});
