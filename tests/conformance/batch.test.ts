// Batches: what single calls would do, all or nothing. What is refused is refused with the element's
// index and with the numbers of the single call, after the elements before it.

import { describe, expect, test } from "vitest";
import { MemoryAllocator, POLICIES } from "../../src/index.ts";
import { Pair } from "../support/pair.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf, stateOf } from "../support/state.ts";

const ARRAYS: readonly { from(values: ArrayLike<number>): ArrayLike<number> & Iterable<number> }[] =
  [Uint8Array, Uint8ClampedArray, Int16Array, Uint32Array, Float32Array, Float64Array, Array];

const NOT_ARRAYS: readonly unknown[] = [
  undefined,
  null,
  5,
  "123",
  5n,
  {},
  { length: 1, 0: 5 },
  new Set([5]),
  new Map(),
  [5].values(),
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  () => 5,
];

describe.each(POLICIES)("batches: %s", (policy) => {
  /** [0, 30) allocated, [30, 40) free, [40, 50) allocated, [50, 60) free, the rest allocated. */
  const inUse = (capacity = 100) => {
    const pair = new Pair(policy, capacity);
    pair.run(["reserve", 0, capacity]);
    pair.run(["free", 30, 10]);
    pair.run(["free", 50, 10]);
    return pair;
  };

  test("any kind of array", () => {
    for (const Kind of ARRAYS) {
      const allocator = new MemoryAllocator(100, { policy });
      const sizes = Kind.from([1, 20, 3]);
      const addresses = allocator.allocateMany(sizes);
      expect(addresses).toEqual(new Float64Array([0, 1, 21]));
      expect([...sizes]).toEqual([1, 20, 3]);
      allocator.freeMany(Kind.from(addresses), sizes);
      expect([...allocator.freeBlocks()]).toEqual([{ start: 0, size: 100 }]);
      allocator.dispose();
    }
  });

  test("an empty batch does nothing", () => {
    const { allocator } = inUse();
    const before = stateOf(allocator);
    expect(allocator.allocateMany([])).toEqual(new Float64Array(0));
    allocator.freeMany([], new Uint8Array(0));
    expect(stateOf(allocator)).toEqual(before);
  });

  test.each([100, 2 ** 40])("capacity %d: what fails at any index changes nothing", (capacity) => {
    for (let length = 1; length <= 8; length++) {
      for (let index = 0; index < length; index++) {
        const pair = inUse(capacity);
        const sizes = Array.from({ length }, (_, i) => (i === index ? 11 : 1 + (i % 2)));
        expect(pair.run(["allocate many", sizes])).toBe("ERR_OUT_OF_MEMORY");
        pair.check();
        const last = [capacity, -1, 25, 28, 36, 47][(length + index) % 6]!;
        const addresses = sizes.map((_, i) => (i === index ? last : 3 * i));
        expect(pair.run(["free many", addresses, sizes])).toMatch(/ERR_/);
        pair.check();
        // Next fit goes on where it would have gone on before.
        pair.run(["allocate many", [1, 1]]);
        pair.check();
        pair.allocator.dispose();
      }
    }
  });

  test("ranges that overlap others of the batch", () => {
    const pair = inUse();
    for (const [address, size] of [
      [0, 5],
      [2, 3],
      [4, 2],
      [9, 3],
      [3, 5],
      [8, 23],
      [0, 31],
    ] as const) {
      expect(pair.run(["free many", [0, 5, 20, address], [5, 5, 10, size]])).toMatch(/ERR_/);
      pair.check();
    }
    expect(pair.run(["free many", [0, 20, 5], [5, 10, 5]])).toBe(undefined);
    pair.check();
  });

  test("the error has the element's index, and the numbers as the elements before it left them", () => {
    const { allocator } = inUse();
    const error = errorOf(() => allocator.allocateMany([10, 9, 2, 9]));
    expect(error).toMatchObject({ index: 2, requested: 2, largest: 1, free: 1 });
    expect(error.message).toBe(
      "allocateMany, element 2: insufficient contiguous memory: requested 2, largest free block 1, free 1 in all",
    );
    expect(errorOf(() => allocator.freeMany([25, 20, 22], [5, 5, 3]))).toMatchObject({
      code: "ERR_DOUBLE_FREE",
      index: 2,
      freeBlock: { start: 20, size: 20 },
    });
  });

  test("types are checked before anything else, elements in their order", () => {
    const { allocator } = inUse();
    const before = stateOf(allocator);
    expect(errorOf(() => allocator.allocateMany([0, "1" as never]))).toMatchObject({
      code: "ERR_NOT_A_NUMBER",
      argument: "sizes[1]",
    });
    expect(errorOf(() => allocator.freeMany([0, -1], [1, null as never]))).toMatchObject({
      code: "ERR_NOT_A_NUMBER",
      argument: "sizes[1]",
    });
    expect(errorOf(() => allocator.freeMany([0, 0.5], [1, 1]))).toMatchObject({
      code: "ERR_NOT_AN_INTEGER",
      index: 1,
      value: 0.5,
    });
    expect(errorOf(() => allocator.freeMany([0, 1], [1]))).toMatchObject({
      code: "ERR_LENGTHS_DIFFER",
    });
    expect(stateOf(allocator)).toEqual(before);
  });

  test("what is no array, or has holes, is refused", () => {
    const { allocator } = inUse();
    const before = stateOf(allocator);
    for (const value of NOT_ARRAYS as readonly number[][]) {
      for (const call of [
        () => allocator.allocateMany(value),
        () => allocator.freeMany(value, [1]),
        () => allocator.freeMany([0], value),
      ])
        expect(errorOf(call)).toMatchObject({
          name: "ArgumentTypeError",
          code: "ERR_NOT_AN_ARRAY",
        });
    }
    const holes = [1, 1, 1];
    delete holes[1];
    for (const call of [
      () => allocator.allocateMany(holes),
      () => allocator.freeMany([0, 1, 2], holes),
      () => allocator.allocateMany(new BigInt64Array(1) as never),
    ])
      expect(errorOf(call).code).toBe("ERR_NOT_A_NUMBER");
    expect(errorOf(() => allocator.allocateMany(new Array(2 ** 32 - 1))).code).toBe(
      "ERR_NODE_STORAGE",
    );
    expect(stateOf(allocator)).toEqual(before);
  });

  test("a getter among the elements is read once, and what it does comes before the batch", () => {
    const pair = inUse();
    let reads = 0;
    const sizes = Object.defineProperty([1, 2], 1, {
      get: () => {
        reads++;
        for (const start of [30, 50]) pair.run(["reserve", start, 5]);
        return 7;
      },
    });
    expect(errorOf(() => pair.allocator.allocateMany(sizes))).toMatchObject({ index: 1 });
    expect(reads).toBe(1);
    pair.check();
  });

  test("a getter that disposes of the allocator does not pass the batch on to its successor", () => {
    const allocator = new MemoryAllocator(100, { policy });
    let successor: MemoryAllocator | undefined;
    const sizes = Object.defineProperty([0, 5], 0, {
      get: () => {
        allocator.dispose();
        successor = new MemoryAllocator(100, { policy });
        return 5;
      },
    });
    expect(errorOf(() => allocator.allocateMany(sizes))).toMatchObject({ code: "ERR_DISPOSED" });
    expect(successor?.getFreeMemory()).toBe(100);
    successor?.dispose();
  });

  test("−0 is the address 0", () => {
    for (const capacity of [100, 2 ** 40]) {
      const allocator = new MemoryAllocator(capacity, { policy });
      allocator.reserve(0, capacity);
      allocator.freeMany([-0], [5]);
      expect([...allocator.freeBlocks()]).toEqual([{ start: 0, size: 5 }]);
      allocator.dispose();
    }
  });

  test("100,000 at once, in one piece, scattered, and one too many", () => {
    const n = 100_000;
    const random = randomFrom(seed);
    // The list would take minutes to free them in any other order than its own.
    const order = Float64Array.from({ length: n }, (_, i) =>
      policy === "linked-list" ? n - 1 - i : (i * 70_001) % n,
    );
    const capacity = 2 * n;
    const allocator = new MemoryAllocator(capacity, { policy });
    const sizes = new Float64Array(n).fill(2);
    const addresses = allocator.allocateMany(sizes);
    expect(addresses.length).toBe(n);
    expect(addresses.every((address, i) => address === 2 * i)).toBe(true);
    expect(errorOf(() => allocator.allocateMany([1])).code).toBe("ERR_OUT_OF_MEMORY");

    const ones = new Uint8Array(n).fill(1);
    const holes = order.map((i) => addresses[i]!);
    const twice = random(n);
    const bad = holes.slice();
    bad[n - 1] = bad[twice]!;
    if (twice < n - 1)
      expect(errorOf(() => allocator.freeMany(bad, ones))).toMatchObject({
        code: "ERR_DOUBLE_FREE",
        index: n - 1,
      });
    expect(allocator.getFreeMemory()).toBe(0);
    allocator.validate();
    allocator.freeMany(holes, ones);
    allocator.validate();
    expect(allocator.getStats()).toMatchObject({ freeMemory: n, freeBlockCount: n });

    const tooMany = new Uint8Array(n + 1).fill(1);
    expect(errorOf(() => allocator.allocateMany(tooMany))).toMatchObject({
      code: "ERR_OUT_OF_MEMORY",
      index: n,
    });
    allocator.validate();
    expect(allocator.getStats()).toMatchObject({ freeMemory: n, freeBlockCount: n });
    const taken = allocator.allocateMany(ones);
    expect(new Set(taken).size).toBe(n);
    expect(allocator.getFreeMemory()).toBe(0);
    allocator.dispose();
  });
});
