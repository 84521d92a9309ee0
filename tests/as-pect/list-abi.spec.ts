// The exports of the linked-list core: argument checks, disposed handles, entries copied and loaded.

import * as core from "../../assembly/entries/list";
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
    core.freeMemory(plain).toString(),
    core.capacity(plain).toString(),
  ];
  parts.push(results(2 * <i32>core.copyFreeBlocks(tracked, 0, 128)));
  parts.push(results(3 * <i32>core.copyLiveBlocks(tracked, 0, 128)));
  parts.push(core.freeMemory(tracked).toString());
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
    expect<f64>(core.largest(vast)).toBe(MAX_SAFE - 1);
    core.destroy(vast);
  });

  it("tells what it made", () => {
    expect<f64>(core.policy(plain)).toBe(4);
    expect<f64>(core.capacity(plain)).toBe(100);
    expect<f64>(core.freeMemory(plain)).toBe(100);
    expect<f64>(core.freeBlockCount(plain)).toBe(1);
    expect<f64>(core.liveBlockCount(tracked)).toBe(0);
    expect<f64>(core.height(plain)).toBe(1);
    expect<f64>(core.rover(plain)).toBe(0);
    expect<f64>(core.setRover(plain, 5)).toBe(OK);
    expect<f64>(core.rover(plain)).toBe(0);
    expect<f64>(core.metadataBytes(plain)).toBeGreaterThan(0);
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
      expect<f64>(core.allocateAligned(plain, b, 1)).toBe(BAD_ARGUMENT, "allocateAligned size");
      expect<f64>(core.allocateAligned(plain, 1, b)).toBe(
        BAD_ARGUMENT,
        "allocateAligned alignment",
      );
      expect<f64>(core.canAllocate(plain, b, 1)).toBe(BAD_ARGUMENT, "canAllocate size");
      expect<f64>(core.canAllocate(plain, 1, b)).toBe(BAD_ARGUMENT, "canAllocate alignment");
      expect<f64>(core.free(plain, b, 1)).toBe(BAD_ARGUMENT, "free address");
      expect<f64>(core.free(plain, 0, b)).toBe(BAD_ARGUMENT, "free size");
      expect<f64>(core.reserve(plain, b, 1)).toBe(BAD_ARGUMENT, "reserve address");
      expect<f64>(core.reserve(plain, 20, b)).toBe(BAD_ARGUMENT, "reserve size");
      expect<f64>(core.resize(plain, b, 1, 1, 1)).toBe(BAD_ARGUMENT, "resize address");
      expect<f64>(core.resize(plain, 0, b, 1, 1)).toBe(BAD_ARGUMENT, "resize old size");
      expect<f64>(core.resize(plain, 0, 1, b, 1)).toBe(BAD_ARGUMENT, "resize new size");
      expect<f64>(core.resize(plain, 0, 1, 1, b)).toBe(BAD_ARGUMENT, "resize alignment");
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
      expect<f64>(core.resizeBlock(tracked, b, 1, 1)).toBe(BAD_ARGUMENT, "resizeBlock address");
      expect<f64>(core.resizeBlock(tracked, 0, b, 1)).toBe(BAD_ARGUMENT, "resizeBlock size");
      expect<f64>(core.resizeBlock(tracked, 0, 1, b)).toBe(BAD_ARGUMENT, "resizeBlock alignment");
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
    expect<f64>(core.reserve(plain, 100, 1)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.resize(plain, 91, 10, 1, 1)).toBe(OUT_OF_BOUNDS);
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
    expect<f64>(core.reserve(plain, -0.0, 10)).toBe(OK);
    expect<f64>(core.allocateBlock(tracked, 10, 1, 0)).toBe(0);
    expect<f64>(core.moveBlock(tracked, -0.0, -0.0)).toBe(OK);
    core.copyLiveBlocks(tracked, 0, 1);
    expect<f64>(1 / load<f64>(core.resultAddress())).toBe(Infinity);
    expect<f64>(1 / core.resizeBlock(tracked, -0.0, 5, 1)).toBe(Infinity);
  });
});

describe("a handle", () => {
  it("of the other kind is a bad argument", () => {
    expect<f64>(core.allocate(tracked, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.allocateAligned(tracked, 1, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.free(tracked, 0, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.reserve(tracked, 0, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.resize(tracked, 0, 1, 1, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.extend(tracked, 0, 1, 1)).toBe(BAD_ARGUMENT);
    expect<f64>(core.allocateBlock(plain, 1, 1, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.freeBlock(plain, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.reserveBlock(plain, 0, 1, 0)).toBe(BAD_ARGUMENT);
    expect<f64>(core.resizeBlock(plain, 0, 1, 1)).toBe(BAD_ARGUMENT);
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
      expect<f64>(core.allocateAligned(h, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.free(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.reserve(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.resize(h, 0, 1, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.extend(h, 0, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.allocateBlock(h, 1, 1, 0)).toBe(DISPOSED);
      expect<f64>(core.freeBlock(h, 0)).toBe(DISPOSED);
      expect<f64>(core.reserveBlock(h, 0, 1, 0)).toBe(DISPOSED);
      expect<f64>(core.resizeBlock(h, 0, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.extendBlock(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.moveBlock(h, 0, 0)).toBe(DISPOSED);
      expect<f64>(core.setLabel(h, 0, 0)).toBe(DISPOSED);
      expect<f64>(core.findBlock(h, 0)).toBe(DISPOSED);
      expect<f64>(core.liveBlockCount(h)).toBe(DISPOSED);
      expect<f64>(core.copyLiveBlocks(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.canAllocate(h, 1, 1)).toBe(DISPOSED);
      expect<f64>(core.grow(h, 100)).toBe(DISPOSED);
      expect<f64>(core.shrink(h, 1)).toBe(DISPOSED);
      expect<f64>(core.capacity(h)).toBe(DISPOSED);
      expect<f64>(core.policy(h)).toBe(DISPOSED);
      expect<f64>(core.freeMemory(h)).toBe(DISPOSED);
      expect<f64>(core.largest(h)).toBe(DISPOSED);
      expect<f64>(core.freeBlockCount(h)).toBe(DISPOSED);
      expect<f64>(core.copyFreeBlocks(h, 0, 1)).toBe(DISPOSED);
      expect<f64>(core.version(h)).toBe(DISPOSED);
      expect<f64>(core.height(h)).toBe(DISPOSED);
      expect<f64>(core.metadataBytes(h)).toBe(DISPOSED);
      expect<f64>(core.rover(h)).toBe(DISPOSED);
      expect<f64>(core.setRover(h, 0)).toBe(DISPOSED);
      expect<f64>(core.validate(h)).toBe(DISPOSED);
      expect<f64>(core.beginLoad(h)).toBe(DISPOSED);
      expect<f64>(core.load(h, 0)).toBe(DISPOSED);
      expect<f64>(core.endLoad(h)).toBe(DISPOSED);
    }
  });
});

describe("calls that succeed", () => {
  it("on ranges", () => {
    expect<f64>(core.allocate(plain, 10)).toBe(0);
    expect<f64>(core.allocateAligned(plain, 10, 16)).toBe(16);
    expect<f64>(core.reserve(plain, 50, 10)).toBe(OK);
    expect<f64>(core.reserve(plain, 50, 10)).toBe(NOT_FREE);
    expect<f64>(core.extend(plain, 50, 10, 20)).toBe(OK);
    expect<f64>(core.resize(plain, 0, 10, 40, 1)).toBe(OUT_OF_MEMORY);
    expect<f64>(core.resize(plain, 0, 10, 20, 1)).toBe(26);
    expect<f64>(core.canAllocate(plain, 30, 1)).toBe(1);
    expect<f64>(core.canAllocate(plain, 31, 1)).toBe(0);
    expect<f64>(core.free(plain, 16, 10)).toBe(OK);
    expect<f64>(core.free(plain, 16, 10)).toBe(NOT_ALLOCATED);
    expect<f64>(core.copyFreeBlocks(plain, 0, 128)).toBe(3);
    expect<string>(results(6)).toBe("0 26 46 4 70 30");
    expect<f64>(core.shrink(plain, 71)).toBe(OK);
    expect<f64>(core.grow(plain, 200)).toBe(OK);
    expect<f64>(core.largest(plain)).toBe(130);
    expect<f64>(core.reset(plain)).toBe(OK);
    expect<f64>(core.largest(plain)).toBe(200);
  });

  it("on blocks", () => {
    expect<f64>(core.allocateBlock(tracked, 10, 1, 4294967295)).toBe(0);
    expect<f64>(core.reserveBlock(tracked, 50, 10, 5)).toBe(OK);
    expect<f64>(core.findBlock(tracked, 0)).toBe(OK);
    expect<f64>(core.foundSize()).toBe(10);
    expect<u32>(core.foundLabel()).toBe(4294967295);
    expect<f64>(core.findBlock(tracked, 5)).toBe(INSIDE_BLOCK);
    expect<f64>(core.resizeBlock(tracked, 0, 30, 1)).toBe(0);
    expect<f64>(core.extendBlock(tracked, 0, 20)).toBe(OK);
    expect<f64>(core.moveBlock(tracked, 50, 90)).toBe(OK);
    expect<f64>(core.moveBlock(tracked, 0, 81)).toBe(OUT_OF_BOUNDS);
    expect<f64>(core.setLabel(tracked, 90, 6)).toBe(OK);
    expect<f64>(core.liveBlockCount(tracked)).toBe(2);
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

describe("loading", () => {
  it("replaces the free blocks of an untracked allocator", () => {
    expect<f64>(core.beginLoad(plain)).toBe(OK);
    put([10, 20, 40, 5]);
    expect<f64>(core.load(plain, 2)).toBe(OK);
    put([99, 1]);
    expect<f64>(core.load(plain, 1)).toBe(OK);
    expect<f64>(core.endLoad(plain)).toBe(OK);
    expect<f64>(core.copyFreeBlocks(plain, 0, 128)).toBe(3);
    expect<string>(results(6)).toBe("10 20 40 5 99 1");
    expect<f64>(core.freeMemory(plain)).toBe(26);
    expect<f64>(core.validate(plain)).toBe(OK);
  });

  it("replaces the blocks of a tracked allocator", () => {
    expect<f64>(core.beginLoad(tracked)).toBe(OK);
    put([10, 20, 1, 30, 5, 4294967295]);
    expect<f64>(core.load(tracked, 2)).toBe(OK);
    expect<f64>(core.endLoad(tracked)).toBe(OK);
    expect<f64>(core.copyLiveBlocks(tracked, 0, 128)).toBe(2);
    expect<string>(results(6)).toBe("10 20 1 30 5 4294967295");
    expect<f64>(core.freeMemory(tracked)).toBe(75);
    expect<f64>(core.validate(tracked)).toBe(OK);
  });

  it("refuses what is no block", () => {
    core.beginLoad(plain);
    core.beginLoad(tracked);
    expect<f64>(core.load(plain, 129)).toBe(BAD_ARGUMENT, "too many");
    const bad: f64[] = [-1, 0.5, NaN, Infinity, MAX_SAFE + 1];
    for (let i = 0; i < bad.length; i++) {
      put([bad[i], 1]);
      expect<f64>(core.load(plain, 1)).toBe(BAD_ARGUMENT, "start");
      put([0, bad[i]]);
      expect<f64>(core.load(plain, 1)).toBe(BAD_ARGUMENT, "size");
      put([0, 1, bad[i]]);
      expect<f64>(core.load(tracked, 1)).toBe(BAD_ARGUMENT, "label");
    }
    put([0, 1, 4294967296]);
    expect<f64>(core.load(tracked, 1)).toBe(BAD_ARGUMENT, "label past 32 bits");
    put([0, 0]);
    expect<f64>(core.load(plain, 1)).toBe(BAD_ARGUMENT, "size 0");
    put([-0.0, 1]);
    expect<f64>(core.load(plain, 1)).toBe(OK);
    core.copyFreeBlocks(plain, 0, 1);
    expect<f64>(1 / load<f64>(core.resultAddress())).toBe(Infinity);
    core.endLoad(tracked);
  });
});
