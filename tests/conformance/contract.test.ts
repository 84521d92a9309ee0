// The contract, by example: what the README shows, and each rule on cases worked out by hand.

import { describe, expect, test } from "vitest";
import { MemoryAllocator, POLICIES } from "../../src/index.ts";

const blocksOf = (allocator: MemoryAllocator) =>
  [...allocator.freeBlocks()].map(({ start, size }) => [start, size]);

describe.each(POLICIES)("contract: %s", (policy) => {
  const make = (capacity: number) => new MemoryAllocator(capacity, { policy });

  test("an empty allocator is one free block", () => {
    const allocator = make(100);
    expect(allocator.capacity).toBe(100);
    expect(allocator.policy).toBe(policy);
    expect(allocator.disposed).toBe(false);
    expect(allocator.getFreeMemory()).toBe(100);
    expect(allocator.getLargestFreeBlock()).toBe(100);
    expect(blocksOf(allocator)).toEqual([[0, 100]]);
    allocator.validate();
  });

  test("fresh allocations follow each other", () => {
    const allocator = make(100);
    expect([20, 30, 40].map((size) => allocator.allocate(size))).toEqual([0, 20, 50]);
    expect(blocksOf(allocator)).toEqual([[90, 10]]);
  });

  test.each([1, 2, 3, 100, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 2 ** 53 - 1])(
    "the whole of %d can be taken and given back",
    (capacity) => {
      const allocator = make(capacity);
      expect(allocator.allocate(capacity)).toBe(0);
      expect(allocator.getFreeMemory()).toBe(0);
      expect(allocator.getLargestFreeBlock()).toBe(0);
      expect(blocksOf(allocator)).toEqual([]);
      expect(allocator.tryAllocate(1)).toBe(undefined);
      allocator.validate();
      allocator.free(0, capacity);
      expect(blocksOf(allocator)).toEqual([[0, capacity]]);
      allocator.validate();
    },
  );

  test("addresses near 2^53 are exact", () => {
    const capacity = 2 ** 53 - 1;
    const allocator = make(capacity);
    expect(allocator.allocate(capacity - 3)).toBe(0);
    expect([1, 1, 1].map((size) => allocator.allocate(size))).toEqual([
      capacity - 3,
      capacity - 2,
      capacity - 1,
    ]);
    allocator.free(capacity - 2, 1);
    expect(blocksOf(allocator)).toEqual([[capacity - 2, 1]]);
    expect(allocator.allocate(1)).toBe(capacity - 2);
  });

  test("the end of a block of 2^32 - 1, in a deep structure, in storage used before", () => {
    const capacity = 2 ** 32 - 1;
    const withHoles = (size: number, holes: number) => {
      const allocator = make(size);
      allocator.allocate(size);
      for (let i = 0; i < holes; i++) allocator.free(i * Math.floor(size / holes), 1);
      return allocator;
    };
    withHoles(1_000_000, 5000).dispose();
    for (const holes of [17, 256, 300, 1000]) {
      const allocator = withHoles(capacity, holes);
      expect(allocator.allocate(1)).toBe(0);
      allocator.free(capacity - 1, 1);
      expect(blocksOf(allocator)).toHaveLength(holes);
      expect(blocksOf(allocator).at(-1)).toEqual([capacity - 1, 1]);
      allocator.validate();
      allocator.dispose();
    }
  });

  test("an aligned allocation skips blocks that lie badly, and its padding stays free", () => {
    const allocator = make(100);
    allocator.allocate(100);
    allocator.free(1, 14);
    allocator.free(30, 6);
    expect(allocator.canAllocate(5, 16)).toBe(false);
    expect(allocator.tryAllocate(5, 16)).toBe(undefined);
    expect(allocator.canAllocate(4, 16)).toBe(true);
    expect(allocator.allocate(4, 16)).toBe(32);
    expect(blocksOf(allocator)).toEqual([
      [1, 14],
      [30, 2],
    ]);
    allocator.free(32, 68);
    allocator.validate();
    expect(blocksOf(allocator)).toEqual([
      [1, 14],
      [30, 70],
    ]);
  });

  test("tryAllocate returns undefined when it does not fit", () => {
    const allocator = make(10);
    expect(allocator.tryAllocate(11)).toBe(undefined);
    expect(allocator.tryAllocate(10)).toBe(0);
    expect(allocator.tryAllocate(1)).toBe(undefined);
  });

  test("memory that is free but not in one piece does not fit", () => {
    const allocator = make(30);
    allocator.allocate(30);
    allocator.free(0, 10);
    allocator.free(20, 10);
    expect(allocator.getFreeMemory()).toBe(20);
    expect(allocator.getLargestFreeBlock()).toBe(10);
    expect(allocator.tryAllocate(11)).toBe(undefined);
  });

  // Four cases of coalescing: with neither neighbour, the left, the right, both.
  describe.each([100, 2 ** 40])("merging, capacity %d", (capacity) => {
    const withHoles = (...holes: [number, number][]) => {
      const allocator = make(capacity);
      allocator.allocate(capacity);
      for (const [start, size] of holes) allocator.free(start, size);
      allocator.validate();
      return allocator;
    };
    test.each([
      ["neither", [], [40, 20], [[40, 20]]],
      [
        "neither, others further off",
        [
          [10, 10],
          [80, 10],
        ],
        [40, 20],
        [
          [10, 10],
          [40, 20],
          [80, 10],
        ],
      ],
      [
        "the left",
        [
          [30, 10],
          [80, 10],
        ],
        [40, 20],
        [
          [30, 30],
          [80, 10],
        ],
      ],
      [
        "the right",
        [
          [10, 10],
          [60, 10],
        ],
        [40, 20],
        [
          [10, 10],
          [40, 30],
        ],
      ],
      [
        "both",
        [
          [30, 10],
          [60, 10],
        ],
        [40, 20],
        [[30, 40]],
      ],
      [
        "both, others further off",
        [
          [0, 5],
          [30, 10],
          [60, 10],
          [90, 5],
        ],
        [40, 20],
        [
          [0, 5],
          [30, 40],
          [90, 5],
        ],
      ],
      [
        "the left, one unit short of the right",
        [
          [30, 10],
          [61, 10],
        ],
        [40, 20],
        [
          [30, 30],
          [61, 10],
        ],
      ],
      [
        "the right, one unit short of the left",
        [
          [30, 9],
          [60, 10],
        ],
        [40, 20],
        [
          [30, 9],
          [40, 30],
        ],
      ],
      ["at address 0", [[10, 10]], [0, 10], [[0, 20]]],
      [
        "a single unit",
        [
          [30, 10],
          [41, 10],
        ],
        [40, 1],
        [[30, 21]],
      ],
    ] as [string, [number, number][], [number, number], [number, number][]][])(
      "with %s",
      (_, holes, [address, size], expected) => {
        const allocator = withHoles(...holes);
        allocator.free(address, size);
        expect(blocksOf(allocator)).toEqual(expected);
        expect(allocator.getFreeMemory()).toBe(expected.reduce((sum, [, n]) => sum + n, 0));
        expect(allocator.getLargestFreeBlock()).toBe(Math.max(...expected.map(([, n]) => n)));
        allocator.validate();
      },
    );

    test("at the end of the block", () => {
      const allocator = withHoles([capacity - 20, 10]);
      allocator.free(capacity - 10, 10);
      expect(blocksOf(allocator)).toEqual([[capacity - 20, 20]]);
    });
  });

  test("any wholly allocated range can be freed: a part of one block, or several at once", () => {
    const allocator = make(100);
    for (let i = 0; i < 10; i++) allocator.allocate(10);
    allocator.free(12, 3);
    allocator.free(35, 40);
    expect(blocksOf(allocator)).toEqual([
      [12, 3],
      [35, 40],
    ]);
    allocator.free(15, 20);
    expect(blocksOf(allocator)).toEqual([[12, 63]]);
    allocator.validate();
  });

  test("reset frees everything", () => {
    const allocator = make(100);
    for (let i = 0; i < 10; i++) allocator.allocate(10);
    for (let i = 0; i < 10; i += 2) allocator.free(10 * i, 10);
    allocator.reset();
    expect(blocksOf(allocator)).toEqual([[0, 100]]);
    allocator.validate();
    expect(allocator.allocate(100)).toBe(0);
    allocator.reset();
    expect(blocksOf(allocator)).toEqual([[0, 100]]);
  });

  test("one large hole appears out of thousands of one-unit blocks freed in any order", () => {
    const n = 3000;
    const orders: Record<string, (i: number) => number> = {
      forwards: (i) => i,
      backwards: (i) => n - 1 - i,
      "even ones first": (i) => (i < n / 2 ? 2 * i : 2 * (i - n / 2) + 1),
      scattered: (i) => (i * 1009) % n,
    };
    for (const [name, order] of Object.entries(orders)) {
      const allocator = make(n);
      for (let i = 0; i < n; i++) expect(allocator.allocate(1)).toBe(i);
      for (let i = 0; i < n; i++) {
        allocator.free(order(i), 1);
        if (i % 500 === 0) allocator.validate();
      }
      allocator.validate();
      expect([name, blocksOf(allocator)]).toEqual([name, [[0, n]]]);
      allocator.dispose();
    }
  });

  test("freeBlocks is lazy: it reads on only as far as it is asked to", () => {
    const allocator = make(10);
    allocator.allocate(10);
    for (const address of [1, 4, 7]) allocator.free(address, 1);
    const blocks = allocator.freeBlocks();
    expect(blocks.next().value).toEqual({ start: 1, size: 1 });
    allocator.free(8, 2);
    allocator.free(5, 1);
    expect([...blocks]).toEqual([
      { start: 4, size: 2 },
      { start: 7, size: 3 },
    ]);
  });

  test("freeBlocks over more blocks than one batch", () => {
    const allocator = make(2000);
    allocator.allocate(2000);
    for (let i = 0; i < 1000; i++) allocator.free(2 * i, 1);
    const blocks = blocksOf(allocator);
    expect(blocks).toEqual(Array.from({ length: 1000 }, (_, i) => [2 * i, 1]));
  });

  test("freeBlocks shows each block as it is when its turn comes", () => {
    const allocator = make(1000);
    allocator.allocate(1000);
    for (let i = 0; i < 500; i++) allocator.free(2 * i, 1);
    const blocks = allocator.freeBlocks();
    for (const start of [0, 2, 4]) expect(blocks.next().value).toEqual({ start, size: 1 });
    allocator.reset();
    expect([...blocks]).toEqual([{ start: 0, size: 1000 }]);
  });
});
