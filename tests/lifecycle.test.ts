// The life of allocators: thousands at once on one core, disposal, reuse of their storage, the
// storage running out, and what the console shows.

import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { type Block, DisposedError, MemoryAllocator, POLICIES, type Policy } from "../src/index.ts";
import { storageBytes } from "./support/cores.ts";
import { Pair } from "./support/pair.ts";
import { randomFrom, seed } from "./support/seed.ts";
import { errorOf, publicMethods, stateOf } from "./support/state.ts";

/** The library with a core of its own, whose storage no other test has touched. */
async function freshCore(policy: Policy) {
  vi.resetModules();
  const library = await import("../src/index.ts");
  new library.MemoryAllocator(1, { policy }).dispose();
  const { engineFor } = await import("../src/engine.ts");
  const { ENGINES } = await import("../src/engines.ts");
  const { abi } = engineFor(ENGINES, policy, 1, 1).core;
  return { ...library, storageBytes: abi.storageBytes, limitStorage: abi.limitStorage };
}

describe.each(POLICIES)("life: %s", (policy) => {
  const make = (capacity: number) => new MemoryAllocator(capacity, { policy });

  test("10,000 allocators at once, used in turns, keep out of each other's way", () => {
    const random = randomFrom(seed);
    const pairs = Array.from({ length: 10_000 }, (_, i) => ({
      pair: new Pair(policy, 100 + i),
      held: [] as Block[],
    }));
    for (let turn = 0; turn < 60_000; turn++) {
      const { pair, held } = pairs[random(pairs.length)]!;
      if (held.length > 0 && random(3) === 0) {
        const { start, size } = held.splice(random(held.length), 1)[0]!;
        pair.run(["free", start, size]);
      } else {
        const size = 1 + random(30);
        const start = pair.run(["try", size]);
        if (typeof start === "number") held.push({ start, size });
      }
    }
    for (const { pair } of pairs) {
      pair.check();
      pair.allocator.dispose();
    }
  });

  test("storage of disposed allocators is used again", () => {
    const liveOnce = () => {
      const allocators = Array.from({ length: 200 }, () => make(1000));
      for (const allocator of allocators) {
        allocator.allocate(1000);
        for (let address = 0; address < 1000; address += 20) allocator.free(address, 10);
      }
      for (const allocator of allocators) allocator.dispose();
    };
    liveOnce();
    const bytes = storageBytes();
    for (let round = 0; round < 20; round++) liveOnce();
    expect(storageBytes()).toBe(bytes);
  });

  test("reset and merging give storage back", () => {
    const allocator = make(1000);
    const fillAndEmpty = () => {
      allocator.allocate(1000);
      for (let address = 0; address < 1000; address += 2) allocator.free(address, 1);
      for (let address = 1; address < 1000; address += 2) allocator.free(address, 1);
      allocator.allocate(1000);
      for (let address = 0; address < 1000; address += 2) allocator.free(address, 1);
      allocator.reset();
    };
    fillAndEmpty();
    const bytes = storageBytes();
    for (let round = 0; round < 20; round++) fillAndEmpty();
    expect(storageBytes()).toBe(bytes);
    allocator.validate();
    allocator.dispose();
  });

  test("a disposed allocator refuses every call, and disposing again does nothing", () => {
    const allocator = make(100);
    const other = make(100);
    allocator.allocate(10);
    const unfinished = allocator.freeBlocks();
    allocator.dispose();
    expect(allocator.disposed).toBe(true);
    expect(allocator.capacity).toBe(100);
    expect(allocator.policy).toBe(policy);
    allocator.dispose();

    // Its storage may already serve somebody else.
    const successor = make(50);
    const before = [stateOf(other), stateOf(successor)];
    const methods = publicMethods().filter((name) => name !== "dispose");
    expect(methods).toEqual(expect.arrayContaining(["allocate", "free", "freeBlocks", "validate"]));
    for (const name of methods) {
      const call = () => {
        const method = allocator[name as keyof MemoryAllocator] as (...args: unknown[]) => unknown;
        const result = method.apply(allocator, name.endsWith("Many") ? [[1], [1]] : [1, 1, 1]);
        // A generator only starts when its first value is asked for.
        if (typeof result === "object") (result as Iterator<unknown>).next();
      };
      const error = errorOf(call);
      expect(error, name).toBeInstanceOf(DisposedError);
      expect(error).toMatchObject({ code: "ERR_DISPOSED" });
      expect(error.message).toContain("disposed");
    }
    expect(errorOf(() => unfinished.next())).toBeInstanceOf(DisposedError);
    expect([stateOf(other), stateOf(successor)]).toEqual(before);
    other.dispose();
    successor.dispose();
  });

  test("using disposes at the end of the block", () => {
    const held: MemoryAllocator[] = [];
    {
      using allocator = make(100);
      held.push(allocator);
      expect(allocator.allocate(10)).toBe(0);
    }
    expect(held[0]!.disposed).toBe(true);
  });

  test("allocators that are dropped without dispose() give their storage back", async () => {
    const { MemoryAllocator, storageBytes } = await freshCore(policy);
    const dropMany = async () => {
      for (let i = 0; i < 1000; i++) {
        const allocator = new MemoryAllocator(100, { policy });
        allocator.allocate(100);
        for (let address = 0; address < 100; address += 10) allocator.free(address, 1);
      }
      for (let i = 0; i < 3; i++) {
        globalThis.gc!();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await dropMany();
    const bytes = storageBytes();
    for (let round = 0; round < 5; round++) await dropMany();
    // Six times as much, were nothing given back.
    expect(storageBytes()).toBeLessThan(3 * bytes);
  });

  test("when the storage cannot grow, the call is refused and has changed nothing", async () => {
    const { MemoryAllocator, NodeStorageError, storageBytes, limitStorage } =
      await freshCore(policy);
    const allocator = new MemoryAllocator(10_000, { policy });
    const other = new MemoryAllocator(10_000, { policy });
    for (const each of [allocator, other]) each.allocate(10_000);
    for (let address = 0; address < 10_000; address += 2) other.free(address, 1);
    const full = stateOf(other);

    limitStorage(storageBytes());
    let freed = 0;
    let before = stateOf(allocator);
    const error = errorOf(() => {
      for (;;) {
        allocator.free(2 * freed, 1);
        freed++;
        before = stateOf(allocator);
      }
    });
    expect(error).toBeInstanceOf(NodeStorageError);
    expect(error).toMatchObject({ code: "ERR_NODE_STORAGE", storageBytes: storageBytes() });
    expect(error.message).toContain("node storage");
    expect(stateOf(allocator)).toEqual(before);
    expect(errorOf(() => allocator.free(2 * freed, 1))).toBeInstanceOf(NodeStorageError);
    allocator.validate();
    other.validate();
    expect(stateOf(other)).toEqual(full);

    // What another allocator gives back is enough to go on with.
    other.dispose();
    for (; freed < 5000; freed++) allocator.free(2 * freed, 1);
    allocator.validate();
    expect(stateOf(allocator)).toEqual({ ...full, freeMemory: 5000 });
  });

  test("a new allocator that the storage has no room for is refused, the others live on", async () => {
    const { MemoryAllocator, NodeStorageError, storageBytes, limitStorage } =
      await freshCore(policy);
    const first = new MemoryAllocator(100, { policy });
    first.allocate(10);
    const before = stateOf(first);
    limitStorage(storageBytes() + 10_000);
    const made: Disposable[] = [];
    const error = errorOf(() => {
      for (;;) made.push(new MemoryAllocator(100, { policy }));
    });
    expect(error).toBeInstanceOf(NodeStorageError);
    made.pop()![Symbol.dispose]();
    made.push(new MemoryAllocator(100, { policy }));
    expect(stateOf(first)).toEqual(before);
    first.validate();
  });

  test("the console shows figures and a map", () => {
    const allocator = make(96);
    allocator.allocate(96);
    allocator.free(0, 24);
    allocator.free(49, 1);
    const shown = inspect(allocator);
    expect(shown).toContain(`MemoryAllocator "${policy}"`);
    for (const figure of ["71 of 96 allocated", "free blocks: 2", "largest 24"])
      expect(shown).toContain(figure);
    expect(shown).toContain(`[${"░".repeat(12)}${"█".repeat(12)}▒${"█".repeat(23)}]`);
    allocator.dispose();
    expect(inspect(allocator)).toContain("disposed");
  });

  test("the console's map of a whole capacity of 2^53 − 1 is all free", () => {
    const allocator = make(Number.MAX_SAFE_INTEGER);
    expect(inspect(allocator)).toContain(`[${"░".repeat(48)}]`);
    allocator.dispose();
  });
});
