// The tracked allocator's contract, method by method, and every way a call can be refused: class, code, words and
// fields of the error, and an allocator that is exactly what it was before.

import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  AllocatorRangeError,
  MemoryAllocator,
  NotAllocatedError,
  NotFreeError,
  OutOfMemoryError,
  TRACKED_POLICIES,
  TrackedAllocator,
  WrongBlockError,
} from "../../src/index.ts";
import { errorOf } from "../support/state.ts";

// Buddy has other sizes: buddy.test.ts.
describe.each(TRACKED_POLICIES.filter((policy) => policy !== "buddy"))("%s", (policy) => {
  const full = () => {
    const allocator = new TrackedAllocator(100, { policy });
    allocator.allocate(30, { label: "a" });
    allocator.allocate(20, { label: "b" });
    allocator.allocate(50);
    return allocator;
  };

  test("blocks are known by their address", () => {
    using allocator = full();
    expect([...allocator.blocks()]).toEqual([
      { start: 0, size: 30, label: "a" },
      { start: 30, size: 20, label: "b" },
      { start: 50, size: 50, label: "" },
    ]);
    expect(allocator.has(30)).toBe(true);
    expect([31, 99, 100, 2 ** 53 - 1].map((address) => allocator.has(address))).toEqual(
      [31, 99, 100, 2 ** 53 - 1].map(() => false),
    );
    expect(allocator.sizeOf(30)).toBe(20);
    expect(allocator.labelOf(30)).toBe("b");
    expect(allocator.labelOf(50)).toBe("");
    expect(allocator.getStats()).toMatchObject({ capacity: 100, liveBlockCount: 3, freeMemory: 0 });
    allocator.free(30);
    allocator.free(0, 30);
    expect(allocator.has(30)).toBe(false);
    expect(allocator.getLargestFreeBlock()).toBe(50);
    allocator.free(50);
    expect(allocator.allocate(100)).toBe(0);
    allocator.reset();
    expect(allocator.getStats()).toMatchObject({ liveBlockCount: 0, freeMemory: 100 });
  });

  test("every refusal leaves everything as it was", () => {
    using allocator = full();
    allocator.free(30);
    const before = allocator.snapshot();
    const refusals: [() => unknown, new (...args: never[]) => Error, string, object, RegExp][] = [
      [
        () => allocator.free(30),
        NotAllocatedError,
        "ERR_DOUBLE_FREE",
        { address: 30, size: 1, freeBlock: { start: 30, size: 20 } },
        /free\(30\).*not allocated.*\[30, 50\).*double free/,
      ],
      [() => allocator.free(49, 1), NotAllocatedError, "ERR_DOUBLE_FREE", { address: 49 }, /49/],
      [
        () => allocator.free(29),
        WrongBlockError,
        "ERR_INSIDE_BLOCK",
        { address: 29, block: { start: 0, size: 30 }, argument: "address", value: 29 },
        /free\(29\): it lies inside the block \[0, 30\)/,
      ],
      [
        () => allocator.free(0, 29),
        WrongBlockError,
        "ERR_WRONG_SIZE",
        { address: 0, size: 29, block: { start: 0, size: 30 }, argument: "size", value: 29 },
        /the size of the block is 30/,
      ],
      [() => allocator.free(0, 1000), WrongBlockError, "ERR_WRONG_SIZE", { size: 1000 }, /30/],
      [() => allocator.free(100), AllocatorRangeError, "ERR_OUT_OF_BOUNDS", {}, /out of bounds/],
      [() => allocator.free(2 ** 32), AllocatorRangeError, "ERR_OUT_OF_BOUNDS", {}, /bounds/],
      [() => allocator.free(-1), AllocatorRangeError, "ERR_OUT_OF_BOUNDS", {}, /out of bounds/],
      [() => allocator.sizeOf(30), NotAllocatedError, "ERR_NOT_ALLOCATED", {}, /sizeOf\(30\)/],
      [() => allocator.sizeOf(51), WrongBlockError, "ERR_INSIDE_BLOCK", {}, /\[50, 100\)/],
      [() => allocator.labelOf(30), NotAllocatedError, "ERR_NOT_ALLOCATED", {}, /labelOf\(30\)/],
      [() => allocator.setLabel(1, "x"), WrongBlockError, "ERR_INSIDE_BLOCK", {}, /setLabel/],
      [() => allocator.resize(30, 5), NotAllocatedError, "ERR_NOT_ALLOCATED", {}, /resize\(30\)/],
      [() => allocator.resize(5, 5), WrongBlockError, "ERR_INSIDE_BLOCK", {}, /resize\(5\)/],
      [() => allocator.tryExtend(30, 5), NotAllocatedError, "ERR_NOT_ALLOCATED", {}, /tryExtend/],
      [() => allocator.tryExtend(5, 5), WrongBlockError, "ERR_INSIDE_BLOCK", {}, /tryExtend/],
      [
        () => allocator.resize(0, 60, { alignment: 2, label: "never" }),
        OutOfMemoryError,
        "ERR_OUT_OF_MEMORY",
        { requested: 60, alignment: 2, largest: 20, free: 20 },
        /insufficient/,
      ],
      [
        () => allocator.allocate(21, { label: "never" }),
        OutOfMemoryError,
        "ERR_OUT_OF_MEMORY",
        { requested: 21, largest: 20 },
        /insufficient/,
      ],
      [
        () => allocator.reserve(45, 10, { label: "never" }),
        NotFreeError,
        "ERR_NOT_FREE",
        { blocking: { start: 50, size: 5 } },
        /not free/,
      ],
      [
        () => allocator.reserve(30, 5, { alignment: 4 }),
        AllocatorRangeError,
        "ERR_NOT_ALIGNED",
        { argument: "address", value: 30 },
        /must be a multiple of the alignment 4, got 30/,
      ],
      [() => allocator.reserve(90, 11), AllocatorRangeError, "ERR_OUT_OF_BOUNDS", {}, /bounds/],
      [() => allocator.shrink(60), NotFreeError, "ERR_TAIL_IN_USE", {}, /tail/],
    ];
    for (const [call, type, code, fields, words] of refusals) {
      const error = errorOf(call);
      expect(error, String(call)).toBeInstanceOf(type);
      expect(error.name).toBe(type.name);
      expect(error).toMatchObject({ code, ...fields });
      expect(error.message).toMatch(words);
      expect(allocator.snapshot()).toEqual(before);
      allocator.validate();
    }
    expect(allocator.tryAllocate(21)).toBe(undefined);
    expect(allocator.tryExtend(0, 51)).toBe(false);
    expect(allocator.snapshot()).toEqual(before);
  });

  test("resize keeps label and alignment unless told otherwise", () => {
    using allocator = new TrackedAllocator(1000, { policy });
    allocator.allocate(1);
    const block = allocator.allocate(10, { alignment: 64, label: "mesh" });
    expect(allocator.resize(block, 20)).toBe(block);
    allocator.reserve(block + 20, 5);
    const moved = allocator.resize(block, 100);
    expect(moved).not.toBe(block);
    expect(moved % 64).toBe(0);
    expect(allocator.labelOf(moved)).toBe("mesh");
    const again = allocator.resize(moved, 100, { alignment: 128, label: "" });
    expect(again % 128).toBe(0);
    expect(allocator.labelOf(again)).toBe("");
    allocator.free(0);
    allocator.defragment();
    for (const { start, size } of allocator.blocks()) if (size === 100) expect(start % 128).toBe(0);
    allocator.validate();
  });

  test.each([1, { alignment: 1 }])(
    "resize(…, %o) takes the alignment away, not the label",
    (one) => {
      using allocator = new TrackedAllocator(1000, { policy });
      allocator.allocate(1);
      const block = allocator.allocate(1, { alignment: 64, label: "mesh" });
      const same = allocator.resize(block, 1, one);
      expect(same).toBe(block);
      expect(allocator.labelOf(same)).toBe("mesh");
      expect(allocator.defragment().moves).toMatchObject([{ from: block, to: 1, size: 1 }]);
    },
  );
});

describe("blocks()", () => {
  test("goes on as things are at each step, labels too", () => {
    using allocator = new TrackedAllocator(100);
    for (let i = 0; i < 5; i++) allocator.allocate(10, { label: `${i}` });
    const seen: string[] = [];
    for (const { start, label } of allocator.blocks()) {
      seen.push(`${start}:${label}`);
      if (start === 0) allocator.setLabel(10, "new");
      if (start === 10) allocator.free(20);
      if (start === 30) allocator.resize(40, 60, { label: "longer" });
    }
    expect(seen).toEqual(["0:0", "10:new", "30:3", "40:longer"]);
    expect([...allocator.blocks()].at(-1)).toEqual({ start: 40, size: 60, label: "longer" });
  });

  test("many, and in a wide allocator", () => {
    using allocator = new TrackedAllocator(2 ** 53 - 1);
    const starts = Array.from({ length: 1000 }, () => allocator.allocate(2 ** 40));
    expect(Array.from(allocator.blocks(), ({ start }) => start)).toEqual(starts);
  });

  test("of an empty one is empty, and of one disposed of throws", () => {
    const allocator = new TrackedAllocator(10);
    expect([...allocator.blocks()]).toEqual([]);
    const blocks = allocator.blocks();
    allocator.dispose();
    expect(errorOf(() => blocks.next()).code).toBe("ERR_DISPOSED");
  });
});

describe("labels", () => {
  test("any string is one, and comes back as it was, also from a snapshot", () => {
    using allocator = new TrackedAllocator(1000);
    const labels = ["", " ", "größe 💾", "\ud800", "\0", '"\\\n', "__proto__", "x".repeat(10_000)];
    const addresses = labels.map((label) => allocator.allocate(1, { label }));
    using restored = TrackedAllocator.restore(allocator.snapshot());
    expect(addresses.map((address) => allocator.labelOf(address))).toEqual(labels);
    expect(addresses.map((address) => restored.labelOf(address))).toEqual(labels);
  });

  test("those that no block has any more are forgotten: a snapshot does not grow with their number", () => {
    using allocator = new TrackedAllocator(1000);
    const length = () => allocator.snapshot().length;
    allocator.free(allocator.allocate(10, { label: "first" }));
    const before = length();
    for (let i = 0; i < 2000; i++) {
      const address = allocator.allocate(10, { label: `number ${i}` });
      allocator.setLabel(address, `other ${i}`);
      const moved = allocator.resize(address, 20, { label: `third ${i}`, alignment: 1 + (i % 50) });
      allocator.free(moved);
    }
    expect(length()).toBeLessThan(before + 8);
    for (let i = 0; i < 10; i++) allocator.allocate(1, { label: `${i}` });
    allocator.reset();
    allocator.allocate(1);
    expect(new TextDecoder().decode(allocator.snapshot())).not.toContain('"');
  });

  test("options may come from any realm and may be sparse", () => {
    using allocator = new TrackedAllocator(100);
    expect(allocator.allocate(1, {})).toBe(0);
    expect(allocator.allocate(1, Object.create(null))).toBe(1);
    expect(allocator.allocate(1, undefined)).toBe(2);
    expect(allocator.allocate(1, { alignment: 8 })).toBe(8);
  });
});

test("clone and original go their own ways", () => {
  using allocator = new TrackedAllocator(100);
  allocator.allocate(10, { label: "a", alignment: 2 });
  allocator.allocate(10, { label: "b" });
  using copy = allocator.clone();
  expect(copy.snapshot()).toEqual(allocator.snapshot());
  allocator.setLabel(0, "changed");
  allocator.free(10);
  expect([...copy.blocks()]).toEqual([
    { start: 0, size: 10, label: "a" },
    { start: 10, size: 10, label: "b" },
  ]);
  copy.free(0);
  copy.defragment();
  expect([...allocator.blocks()]).toEqual([{ start: 0, size: 10, label: "changed" }]);
  expect([...copy.blocks()]).toEqual([{ start: 0, size: 10, label: "b" }]);
});

test("console.log shows figures and a map", () => {
  const allocator = new TrackedAllocator(48);
  allocator.allocate(24);
  expect(inspect(allocator)).toBe(
    'TrackedAllocator "first-fit" 24 of 48 allocated (50.0 %), free blocks: 1, largest 24, fragmentation 0.0 %\n' +
      `[${"█".repeat(24)}${"░".repeat(24)}]`,
  );
  allocator.dispose();
  expect(inspect(allocator)).toBe('TrackedAllocator "first-fit" (disposed)');
});

test("neither kind of allocator restores the other's snapshot", () => {
  using tracked = new TrackedAllocator(10);
  using plain = new MemoryAllocator(10);
  expect(errorOf(() => MemoryAllocator.restore(tracked.snapshot())).code).toBe("ERR_SNAPSHOT_KIND");
  expect(errorOf(() => TrackedAllocator.restore(plain.snapshot())).code).toBe("ERR_SNAPSHOT_KIND");
  expect(() => MemoryAllocator.restore(tracked.snapshot())).toThrow("is of a TrackedAllocator");
});

test("every method throws after dispose()", () => {
  const allocator = new TrackedAllocator(10);
  allocator.dispose();
  allocator.dispose();
  expect(allocator.disposed).toBe(true);
  const calls: Record<string, () => unknown> = {
    allocate: () => allocator.allocate(1),
    tryAllocate: () => allocator.tryAllocate(1, { label: "x" }),
    free: () => allocator.free(0),
    reserve: () => allocator.reserve(0, 1),
    resize: () => allocator.resize(0, 1),
    tryExtend: () => allocator.tryExtend(0, 1),
    has: () => allocator.has(0),
    sizeOf: () => allocator.sizeOf(0),
    labelOf: () => allocator.labelOf(0),
    setLabel: () => allocator.setLabel(0, ""),
    blocks: () => allocator.blocks().next(),
    defragment: () => allocator.defragment(),
    getStats: () => allocator.getStats(),
    report: () => allocator.report(),
    toJSON: () => allocator.toJSON(),
    reset: () => allocator.reset(),
    clone: () => allocator.clone(),
    snapshot: () => allocator.snapshot(),
  };
  const own = Object.getOwnPropertyNames(Object.getPrototypeOf(TrackedAllocator.prototype));
  const internal = ["blockAround", "constructor", "copyFrom", "engines", "live", "refuseReserve"];
  internal.push("order", "step", "take");
  expect(new Set(own)).toEqual(new Set([...internal, ...Object.keys(calls)]));
  for (const call of Object.values(calls)) expect(errorOf(call).code).toBe("ERR_DISPOSED");
});
