// What is different under "buddy": what a block takes, what is refused and why, and what the statistics say of it.

import { describe, expect, test } from "vitest";
import {
  AllocatorRangeError,
  MemoryAllocator,
  NotAllocatedError,
  NotFreeError,
  OutOfMemoryError,
  TrackedAllocator,
  WrongBlockError,
} from "../../src/index.ts";
import { errorOf } from "../support/state.ts";

const buddy = (capacity: number, granularity = 1) =>
  new TrackedAllocator(capacity, { policy: "buddy", granularity });

describe("what a block takes", () => {
  test("is the power of two that holds it, at a multiple of that", () => {
    using allocator = buddy(100);
    const a = allocator.allocate(30, { label: "a" });
    const b = allocator.allocate(33);
    expect(a % 32).toBe(0);
    expect(b % 64).toBe(0);
    expect(allocator.sizeOf(a)).toBe(30);
    expect([...allocator.blocks()]).toContainEqual({ start: a, size: 30, label: "a" });
    expect(allocator.getFreeMemory()).toBe(4);
    expect(allocator.getStats().internalFragmentation).toBeCloseTo(1 - 63 / 96);
    expect(allocator.report()).toContain("34.4 % of what is allocated was not asked for");
    allocator.free(a, 30);
    allocator.free(b);
    expect(allocator.getStats().internalFragmentation).toBe(0);
    expect([...allocator.freeBlocks()]).toEqual([
      { start: 0, size: 64 },
      { start: 64, size: 32 },
      { start: 96, size: 4 },
    ]);
    allocator.validate();
  });

  test("is a power of two times the granularity", () => {
    using allocator = buddy(1000, 10);
    expect(allocator.allocate(21)).toBe(960);
    expect(allocator.sizeOf(960)).toBe(30);
    expect(allocator.getFreeMemory()).toBe(960);
    expect(allocator.getStats().internalFragmentation).toBe(0.25);
  });

  test("no other policy loses anything within blocks", () => {
    using allocator = new TrackedAllocator(100, { policy: "segregated-fit" });
    allocator.allocate(33);
    expect(allocator.getStats().internalFragmentation).toBe(0);
    expect(allocator.report()).not.toContain("not asked for");
  });
});

describe("refusals say why, and change nothing", () => {
  const state = () => {
    const allocator = buddy(100);
    allocator.reserve(0, 30, { label: "a" });
    allocator.reserve(64, 5);
    return allocator;
  };
  const refusals: [
    name: string,
    call: (allocator: TrackedAllocator) => unknown,
    type: new (...args: never[]) => Error,
    code: string,
    fields: object,
    words: RegExp,
  ][] = [
    [
      "reserve at no multiple of what it takes",
      (a) => a.reserve(36, 5),
      AllocatorRangeError,
      "ERR_NOT_A_BUDDY_BLOCK",
      { argument: "address", value: 36 },
      /a block of 5, which takes 8.*multiple of that.*got 36/,
    ],
    [
      "reserve what takes more than there is",
      (a) => a.reserve(64, 33),
      AllocatorRangeError,
      "ERR_NOT_A_BUDDY_BLOCK",
      {},
      /takes 64.*capacity of 100/,
    ],
    [
      "reserve what is free, but not all that it takes",
      (a) => a.reserve(72, 20),
      AllocatorRangeError,
      "ERR_NOT_A_BUDDY_BLOCK",
      {},
      /32/,
    ],
    [
      "reserve what is not free",
      (a) => a.reserve(16, 5),
      NotFreeError,
      "ERR_NOT_FREE",
      { address: 16, size: 8, blocking: { start: 16, size: 8 } },
      /not free/,
    ],
    [
      "free inside a block",
      (a) => a.free(29),
      WrongBlockError,
      "ERR_INSIDE_BLOCK",
      { block: { start: 0, size: 30 } },
      /\[0, 30\)/,
    ],
    [
      "free in what a block takes beyond its size",
      (a) => a.free(31),
      WrongBlockError,
      "ERR_INSIDE_BLOCK",
      { block: { start: 0, size: 32 } },
      /\[0, 32\)/,
    ],
    [
      "free with what it takes instead of its size",
      (a) => a.free(0, 32),
      WrongBlockError,
      "ERR_WRONG_SIZE",
      { block: { start: 0, size: 30 } },
      /the size of the block is 30/,
    ],
    [
      "free what is free",
      (a) => a.free(40),
      NotAllocatedError,
      "ERR_DOUBLE_FREE",
      { freeBlock: { start: 32, size: 32 } },
      /double free/,
    ],
    [
      "shrink into what a block takes",
      (a) => a.shrink(70),
      NotFreeError,
      "ERR_TAIL_IN_USE",
      { blocking: { start: 70, size: 2 } },
      /tail/,
    ],
    [
      "allocate more than any power of two that is free",
      (a) => a.allocate(33),
      OutOfMemoryError,
      "ERR_OUT_OF_MEMORY",
      { requested: 33, largest: 32 },
      /insufficient/,
    ],
  ];

  test.each(refusals)("%s", (_, call, type, code, fields, words) => {
    using allocator = state();
    const before = allocator.snapshot();
    const error = errorOf(() => call(allocator));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, ...fields });
    expect(error.message).toMatch(words);
    expect(allocator.snapshot()).toEqual(before);
    allocator.validate();
  });
});

describe("in place", () => {
  test("a block grows as far as it is the lower half and the upper one is free", () => {
    using allocator = buddy(128);
    allocator.reserve(0, 5);
    allocator.reserve(24, 8);
    expect(allocator.tryExtend(0, 8)).toBe(true);
    expect(allocator.tryExtend(0, 16)).toBe(true);
    expect(allocator.tryExtend(0, 17)).toBe(false);
    expect(allocator.tryExtend(24, 9)).toBe(false);
    expect(allocator.sizeOf(0)).toBe(16);
    expect(allocator.resize(0, 3)).toBe(0);
    expect(allocator.getFreeMemory()).toBe(128 - 4 - 8);
    allocator.validate();
  });
});

describe("defragmentation", () => {
  test("moves blocks to multiples of what they take, never over themselves, at once for both kinds", () => {
    for (const noOverlap of [false, true]) {
      using allocator = buddy(256);
      allocator.reserve(8, 1, { label: "one" });
      allocator.reserve(64, 30, { label: "thirty" });
      allocator.reserve(128, 64, { alignment: 128, label: "aligned" });
      allocator.reserve(192, 5, { alignment: 3, label: "of three" });
      const { moves, done, movedBytes } = allocator.defragment({ noOverlap });
      expect(done).toBe(true);
      expect(moves).toEqual([
        { from: 8, to: 0, size: 1, overlaps: false },
        { from: 64, to: 32, size: 30, overlaps: false },
      ]);
      expect(movedBytes).toBe(31);
      expect([...allocator.blocks()].map(({ start }) => start)).toEqual([0, 32, 128, 192]);
      allocator.validate();
    }
  });

  test("sees a hole that begins below what was freed last", () => {
    using allocator = buddy(64);
    allocator.reserve(0, 8);
    allocator.reserve(16, 16);
    allocator.reserve(32, 8);
    expect(allocator.defragment()).toMatchObject({ moves: [], done: true });
    allocator.free(16);
    // [8, 16) is free as well: the block goes there, not to 16.
    expect(allocator.defragment().moves).toMatchObject([{ from: 32, to: 8, size: 8 }]);
  });
});

test("MemoryAllocator refuses both, and says what to use instead", () => {
  for (const policy of ["buddy", "segregated-fit"]) {
    const error = errorOf(() => new MemoryAllocator(10, { policy: policy as never }));
    expect(error).toMatchObject({ code: "ERR_UNKNOWN_POLICY", argument: "policy", value: policy });
    expect(error.message).toContain(`(otherwise, use TrackedAllocator), got "${policy}"`);
  }
});
