// The exports of the linked-list core: argument checks, disposed handles, entries copied and loaded.

import * as core from "../../assembly/entries/list";
import * as field from "../../assembly/kernel/field";
import {
  BAD_ARGUMENT,
  DISPOSED,
  INSIDE_BLOCK,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../../assembly/kernel/status";
import { numbersAt, putNumbers } from "./support/results";

const LINKED_LIST: u32 = 4;
const MAX_SAFE: f64 = 9007199254740991;

let plain: usize = 0;
let tracked: usize = 0;

beforeEach(() => {
  plain = <usize>core.create(LINKED_LIST, 100, 0);
  tracked = <usize>core.create(LINKED_LIST, 100, 1);
});

afterEach(() => {
  core.destroy(plain);
  core.destroy(tracked);
});

/** The `count` numbers at the result address. */
function results(count: i32): string {
  return numbersAt(core.resultAddress(), count);
}

function put(numbers: f64[]): void {
  putNumbers(core.resultAddress(), numbers);
}

/** Everything that can be read of both allocators. */
function state(): string {
  const free = core.copyFreeBlocks(plain, 0, 128);
  const parts = [
    results(2 * <i32>free),
    core.get(plain, field.FREE_MEMORY).toString(),
    core.get(plain, field.CAPACITY).toString(),
  ];
  parts.push(results(2 * <i32>core.copyFreeBlocks(tracked, 0, 128)));
  parts.push(results(3 * <i32>core.copyLiveBlocks(tracked, 0, 128)));
  parts.push(core.get(tracked, field.FREE_MEMORY).toString());
  parts.push(core.validate(plain).toString());
  parts.push(core.validate(tracked).toString());
  return parts.join(" | ");
}

describe("creating", () => {
  it("takes its own policy, whole capacities up to 2^53 - 1, and 0 or 1", () => {
    expect<f64>(core.create(0, 100, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.create(5, 100, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.create(LINKED_LIST, 100, 2)).toBe(BAD_ARGUMENT);
    const bad: f64[] = [0, -1, 0.5, NaN, Infinity, MAX_SAFE + 1];
    for (let i = 0; i < bad.length; i++)
      expect<f64>(core.create(LINKED_LIST, bad[i], 0)).toBe(BAD_ARGUMENT);
    const vast = <usize>core.create(LINKED_LIST, MAX_SAFE, 0);
    expect<f64>(core.allocate(vast, MAX_SAFE)).toBe(0);
    expect<f64>(core.free(vast, 1, MAX_SAFE - 1)).toBe(OK);
    expect<f64>(core.get(vast, field.LARGEST)).toBe(MAX_SAFE - 1);
    core.destroy(vast);
  });

  it("tells what it made", () => {
    expect<f64>(core.get(plain, field.CAPACITY)).toBe(100);
    expect<f64>(core.get(plain, field.FREE_MEMORY)).toBe(100);
    expect<f64>(core.get(plain, field.FREE_BLOCKS)).toBe(1);
    expect<f64>(core.get(tracked, field.LIVE_BLOCKS)).toBe(0);
    expect<f64>(core.get(plain, field.HEIGHT)).toBe(1);
    expect<f64>(core.get(plain, 9)).toBe(BAD_ARGUMENT);
    expect<f64>(core.get(plain, field.ROVER)).toBe(0);
    expect<f64>(core.setRover(plain, 5)).toBe(OK);
    expect<f64>(core.get(plain, field.ROVER)).toBe(0);
    expect<f64>(core.get(plain, field.METADATA_BYTES)).toBeGreaterThan(0);
    expect<f64>(core.storageBytes()).toBeGreaterThan(0);
  });
});

describe("bad numbers", () => {
  it("are refused by every call, and change nothing", () => {
    core.allocate(plain, 10);
    core.allocateBlock(tracked, 10, 1, 7);
    const before = state();
    const bad: f64[] = [-1, 0.5, NaN, Infinity, -Infinity, MAX_SAFE + 1];
    for (let i = 0; i < bad.length; i++) {
      const b = bad[i];
      expect<f64>(core.allocate(plain, b)).toBe(BAD_ARGUMENT, "allocate");
      expect<f64>(core.allocateBlock(plain, b, 1, 0)).toBe(BAD_ARGUMENT, "allocateBlock size");
      expect<f64>(core.allocateBlock(plain, 1, b, 0)).toBe(BAD_ARGUMENT, "allocateBlock alignment");
      expect<f64>(core.canAllocate(plain, b, 1)).toBe(BAD_ARGUMENT, "canAllocate size");
      expect<f64>(core.canAllocate(plain, 1, b)).toBe(BAD_ARGUMENT, "canAllocate alignment");
      expect<f64>(core.free(plain, b, 1)).toBe(BAD_ARGUMENT, "free address");
      expect<f64>(core.free(plain, 0, b)).toBe(BAD_ARGUMENT, "free size");
      expect<f64>(core.reserveBlock(plain, b, 1, 0)).toBe(BAD_ARGUMENT, "reserve address");
      expect<f64>(core.reserveBlock(plain, 20, b, 0)).toBe(BAD_ARGUMENT, "reserve size");
      expect<f64>(core.extend(plain, b, 1, 1)).toBe(BAD_ARGUMENT, "extend address");
      expect<f64>(core.extend(plain, 0, b, 1)).toBe(BAD_ARGUMENT, "extend old size");
      expect<f64>(core.extend(plain, 0, 1, b)).toBe(BAD_ARGUMENT, "extend new size");
      expect<f64>(core.allocateBlock(tracked, b, 1, 0)).toBe(BAD_ARGUMENT, "allocateBlock size");
      expect<f64>(core.allocateBlock(tracked, 1, b, 0)).toBe(
        BAD_ARGUMENT,
        "allocateBlock alignment",
      );
      expect<f64>(core.freeBlock(tracked, b)).toBe(BAD_ARGUMENT, "freeBlock");
      expect<f64>(core.reserveBlock(tracked, b, 1, 0)).toBe(BAD_ARGUMENT, "reserveBlock address");
      expect<f64>(core.reserveBlock(tracked, 20, b, 0)).toBe(BAD_ARGUMENT, "reserveBlock size");
      expect<f64>(core.extendBlock(tracked, b, 1)).toBe(BAD_ARGUMENT, "extendBlock address");
      expect<f64>(core.extendBlock(tracked, 0, b)).toBe(BAD_ARGUMENT, "extendBlock size");
      expect<f64>(core.moveBlock(tracked, b, 0)).toBe(BAD_ARGUMENT, "moveBlock from");
      expect<f64>(core.moveBlock(tracked, 0, b)).toBe(BAD_ARGUMENT, "moveBlock to");
      expect<f64>(core.setLabel(tracked, b, 0)).toBe(BAD_ARGUMENT, "setLabel");
      expect<f64>(core.findBlock(tracked, b)).toBe(BAD_ARGUMENT, "findBlock");
      expect<f64>(core.grow(plain, b)).toBe(BAD_ARGUMENT, "grow");
      expect<f64>(core.shrink(plain, b)).toBe(BAD_ARGUMENT, "shrink");
      expect<f64>(core.copyFreeBlocks(plain, b, 1)).toBe(BAD_ARGUMENT, "copyFreeBlocks");
      expect<f64>(core.copyLiveBlocks(tracked, b, 1)).toBe(BAD_ARGUMENT, "copyLiveBlocks");
    }
    expect<f64>(core.allocate(plain, 0)).toBe(BAD_ARGUMENT, "size 0");
    expect<f64>(core.grow(plain, 99)).toBe(BAD_ARGUMENT, "grow to less");
    expect<f64>(core.shrink(plain, 101)).toBe(BAD_ARGUMENT, "shrink to more");
    expect<string>(state()).toBe(before);
  });

  it("past the capacity are out of bounds", () => {
    expect<f64>(core.free(plain, 91, 10)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.reserveBlock(plain, 100, 1, 0)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.extend(plain, 91, 10, 1)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.reserveBlock(tracked, 91, 10, 0)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.freeBlock(tracked, 100)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.allocate(plain, 101)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.allocate(plain, MAX_SAFE)).toBe(OUT_OF_MEMORY);
  });

  it("-0 is 0", () => {
    core.allocate(plain, 100);
    expect<f64>(core.free(plain, -0.0, 10)).toBe(OK);
    expect<f64>(1 / core.allocate(plain, 10)).toBe(Infinity);
    core.free(plain, 0, 10);
    expect<f64>(core.reserveBlock(plain, -0.0, 10, 0)).toBe(OK);
    expect<f64>(core.allocateBlock(tracked, 10, 1, 0)).toBe(0);
    expect<f64>(core.moveBlock(tracked, -0.0, -0.0)).toBe(OK);
    core.copyLiveBlocks(tracked, 0, 1);
    expect<f64>(1 / load<f64>(core.resultAddress())).toBe(Infinity);
  });
});

describe("a handle", () => {
  it("of the other kind is a bad argument", () => {
    expect<f64>(core.allocate(tracked, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.free(tracked, 0, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.extend(tracked, 0, 1, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.freeBlock(plain, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.extendBlock(plain, 0, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.moveBlock(plain, 0, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.setLabel(plain, 0, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.findBlock(plain, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.copyLiveBlocks(plain, 0, 1)).toBe(BAD_ARGUMENT);
  });

  it("of none is DISPOSED in every call", () => {
    const old = <usize>core.create(LINKED_LIST, 10, 0);
    expect<f64>(core.destroy(old)).toBe(OK);
    const handles: usize[] = [old, 0];
    for (let i = 0; i < 2; i++) {
      const h = handles[i];
      expect<f64>(core.destroy(h)).toBe(DISPOSED);
      expect<f64>(core.reset(h)).toBe(DISPOSED);
      expect<f64>(core.allocate(h, 1)).toBe(DISPOSED);
      expect<f64>(core.allocateBlock(h, 1, 1, 0)).toBe(DISPOSED);
      expect<f64>(core.free(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.reserveBlock(h, 0, 1, 0)).toBe(DISPOSED);
      expect<f64>(core.extend(h, 0, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.freeBlock(h, 0)).toBe(DISPOSED);
      expect<f64>(core.extendBlock(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.moveBlock(h, 0, 0)).toBe(DISPOSED);
      expect<f64>(core.setLabel(h, 0, 0)).toBe(DISPOSED);
      expect<f64>(core.findBlock(h, 0)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.LIVE_BLOCKS)).toBe(DISPOSED);
      expect<f64>(core.copyLiveBlocks(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.canAllocate(h, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.grow(h, 100)).toBe(DISPOSED);
      expect<f64>(core.shrink(h, 1)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.CAPACITY)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.FREE_MEMORY)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.LARGEST)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.FREE_BLOCKS)).toBe(DISPOSED);
      expect<f64>(core.copyFreeBlocks(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.VERSION)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.HEIGHT)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.METADATA_BYTES)).toBe(DISPOSED);
      expect<f64>(core.get(h, field.ROVER)).toBe(DISPOSED);
      expect<f64>(core.setRover(h, 0)).toBe(DISPOSED);
      expect<f64>(core.validate(h)).toBe(DISPOSED);
    }
  });
});

describe("calls that succeed", () => {
  it("on ranges", () => {
    expect<f64>(core.allocate(plain, 10)).toBe(0);
    expect<f64>(core.allocateBlock(plain, 10, 16, 0)).toBe(16);
    expect<f64>(core.reserveBlock(plain, 50, 10, 0)).toBe(OK);
    expect<f64>(core.reserveBlock(plain, 50, 10, 0)).toBe(NOT_FREE);
    expect<f64>(core.extend(plain, 50, 10, 20)).toBe(OK);
    expect<f64>(core.extend(plain, 0, 10, 20)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.allocate(plain, 20)).toBe(26);
    expect<f64>(core.free(plain, 0, 10)).toBe(OK);
    expect<f64>(core.canAllocate(plain, 30, 1)).toBe(1);
    expect<f64>(core.canAllocate(plain, 31, 1)).toBe(0);
    expect<f64>(core.free(plain, 16, 10)).toBe(OK);
    expect<f64>(core.free(plain, 16, 10)).toBe(NOT_ALLOCATED);
    expect<f64>(core.copyFreeBlocks(plain, 0, 128)).toBe(3);
    expect<string>(results(6)).toBe("0 26 46 4 70 30");
    expect<f64>(core.shrink(plain, 71)).toBe(OK);
    expect<f64>(core.grow(plain, 200)).toBe(OK);
    expect<f64>(core.get(plain, field.LARGEST)).toBe(130);
    expect<f64>(core.reset(plain)).toBe(OK);
    expect<f64>(core.get(plain, field.LARGEST)).toBe(200);
  });

  it("on blocks", () => {
    expect<f64>(core.allocateBlock(tracked, 10, 1, 4294967295)).toBe(0);
    expect<f64>(core.reserveBlock(tracked, 50, 10, 5)).toBe(OK);
    expect<f64>(core.findBlock(tracked, 0)).toBe(OK);
    expect<f64>(core.foundSize()).toBe(10);
    expect<f64>(core.foundLabel()).toBe(4294967295);
    expect<f64>(core.findBlock(tracked, 5)).toBe(INSIDE_BLOCK);
    expect<f64>(core.extendBlock(tracked, 0, 30)).toBe(OK);
    expect<f64>(core.extendBlock(tracked, 0, 20)).toBe(OK);
    expect<f64>(core.moveBlock(tracked, 50, 90)).toBe(OK);
    expect<f64>(core.moveBlock(tracked, 0, 81)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.setLabel(tracked, 90, 6)).toBe(OK);
    expect<f64>(core.get(tracked, field.LIVE_BLOCKS)).toBe(2);
    expect<f64>(core.copyLiveBlocks(tracked, 0, 128)).toBe(2);
    expect<string>(results(6)).toBe("0 20 4294967295 90 10 6");
    expect<f64>(core.copyLiveBlocks(tracked, 20, 128)).toBe(1);
    expect<string>(results(3)).toBe("90 10 6");
    expect<f64>(core.copyFreeBlocks(tracked, 0, 128)).toBe(1);
    expect<string>(results(2)).toBe("20 70");
    expect<f64>(core.freeBlock(tracked, 0)).toBe(OK);
    expect<f64>(core.foundSize()).toBe(20);
    expect<f64>(core.freeBlock(tracked, 0)).toBe(NOT_ALLOCATED);
  });

  it("copy no more than asked for, and at most 128 entries", () => {
    core.grow(tracked, 1000);
    for (let i = 0; i < 200; i++) core.reserveBlock(tracked, 5 * i, 3, i);
    put([0, 0, 0, 77, 77]);
    expect<f64>(core.copyLiveBlocks(tracked, 5, 1)).toBe(1);
    expect<string>(results(5)).toBe("5 3 1 77 77");
    put([0, 0, 77]);
    expect<f64>(core.copyFreeBlocks(tracked, 4, 1)).toBe(1);
    expect<string>(results(3)).toBe("3 2 77");
    expect<f64>(core.copyLiveBlocks(tracked, 0, 1000)).toBe(128);
    expect<f64>(core.copyFreeBlocks(tracked, 0, 1000)).toBe(128);
    expect<f64>(core.copyFreeBlocks(tracked, 0, 0)).toBe(0);
  });
});
