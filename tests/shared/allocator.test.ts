// SharedAllocator on one thread: two attachments do what one TrackedAllocator does, and every error is as documented and
// leaves the allocator as it was.

import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { TrackedAllocator } from "../../src/index.js";
import { POLICIES } from "../../src/policy.js";
import { SharedAllocator, type SharedBlockOptions } from "../../src/shared/index.js";
import { AT } from "../../src/shared/layout.js";
import { randomFrom, seed } from "../support/seed.js";

/** What a call returned, or the code of what it threw. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return code;
  }
}

const attach = (to: SharedAllocator, lockTimeout = 0) =>
  SharedAllocator.attach(to.handle, { lockTimeout });

test.each(POLICIES)("%s: as TrackedAllocator, whichever attachment is called", (policy) => {
  const random = randomFrom(seed);
  const capacity = 6000;
  const one = SharedAllocator.create({ capacity, policy });
  const attachments = [one, attach(one)];
  const tracked = new TrackedAllocator(capacity, { policy });
  const expected = new Map<number, Required<SharedBlockOptions> & { owner: number }>();
  const anyAddress = () => {
    const addresses = [...expected.keys()];
    return random(8) === 0
      ? random(capacity + 5)
      : (addresses[random(addresses.length)] ?? random(capacity));
  };
  for (let step = 0; step < 3000; step++) {
    const shared = attachments[random(2)] as SharedAllocator;
    const kind = random(10);
    const size = random(40) === 0 ? 0 : 1 + random(120);
    const address = anyAddress();
    const options = { alignment: 2 ** random(5), tag: random(2) * random(2 ** 31) };
    const { alignment } = options;
    const note = (at: unknown) => {
      if (typeof at === "number") expected.set(at, { ...options, owner: shared.id });
      return at;
    };
    const both = (
      onShared: (shared: SharedAllocator) => unknown,
      onTracked: (tracked: TrackedAllocator) => unknown,
    ) => {
      const result = outcome(() => onShared(shared));
      expect(result, `step ${step}, kind ${kind}`).toEqual(outcome(() => onTracked(tracked)));
      return result;
    };
    if (kind < 4)
      note(
        both(
          (x) => x.allocate(size, options),
          (x) => x.allocate(size, { alignment }),
        ),
      );
    else if (kind < 7) {
      const status = both(
        (x) => x.free(address),
        (x) => x.free(address),
      );
      if (status === undefined) expected.delete(address);
    } else if (kind === 7) {
      const moved = both(
        (x) => x.resize(address, size),
        (x) => x.resize(address, size),
      );
      const block = expected.get(address);
      if (typeof moved === "number" && block !== undefined) {
        expected.delete(address);
        expected.set(moved, block);
      }
    } else if (kind === 8)
      both(
        (x) => x.tryExtend(address, size),
        (x) => x.tryExtend(address, size),
      );
    else {
      const at = address - (address % alignment);
      const status = both(
        (x) => x.reserve(at, size, options),
        (x) => x.reserve(at, size, { alignment }),
      );
      if (status === undefined) note(at);
    }
    if (step % 100 !== 0) continue;
    const [reader] = attachments;
    reader?.validate();
    expect([...one.freeBlocks()]).toEqual([...tracked.freeBlocks()]);
    const blocks = [...one.blocks()];
    expect(blocks.map(({ start, size }) => ({ start, size }))).toEqual(
      [...tracked.blocks()].map(({ start, size }) => ({ start, size })),
    );
    for (const { start, owner, tag, alignment } of blocks)
      expect({ owner, tag, alignment }).toEqual(expected.get(start));
  }
});

describe("errors leave everything as it was", () => {
  const make = (options: object = {}) =>
    SharedAllocator.create({ capacity: 1000, policy: "best-fit", lockTimeout: 0, ...options });

  test("the lock is held: the error names the owner; several calls are one", async () => {
    const one = make();
    const two = attach(one);
    one.lock(() => {
      const held = expect.objectContaining({ code: "ERR_LOCKED", owner: one.id });
      one.allocate(10);
      expect(() => two.allocate(10)).toThrow(held);
      expect(() => two.free(0)).toThrow(held);
      expect(() => two.getStats()).toThrow(held);
      one.free(0);
    });
    expect(two.allocate(10)).toBe(0);
    const pending = one.lock(() => two.allocateAsync(20));
    expect(await pending).toBe(10);
    const refused = one.lock(() => two.freeAsync(0, 0));
    await expect(refused).rejects.toMatchObject({ code: "ERR_LOCKED" });
    await two.freeAsync(0);
    expect(one.getStats()).toMatchObject({ freeMemory: 980, liveBlockCount: 1 });
  });

  test("the records have reached their limit", () => {
    const one = make({ capacity: 1e9, maxMetadataBytes: 20_000 });
    let count = 0;
    const limit = expect.objectContaining({ code: "ERR_NODE_STORAGE", maxMetadataBytes: 20_000 });
    const fill = () => {
      for (;;) {
        one.allocate(8, { alignment: 16, tag: 1 });
        count++;
      }
    };
    expect(fill).toThrow(limit);
    const { liveBlockCount, freeMemory } = one.getStats();
    expect([liveBlockCount, freeMemory]).toEqual([count, 1e9 - 8 * count]);
    one.validate();
    expect(one.reclaim(one.id)).toBe(count);
    expect(one.getStats()).toMatchObject({ freeMemory: 1e9, freeBlockCount: 1 });
  });

  test.each([1e9, 2 ** 40])(
    "and what is live can be freed all the same, in any order, also by reclaim: capacity %d",
    (capacity) => {
      for (const dies of [false, true]) {
        const one = make({ capacity, policy: "best-fit", maxMetadataBytes: 50_000 });
        const two = attach(one);
        const kept: number[] = [];
        const fill = () => {
          for (;;) {
            kept.push(one.allocate(10));
            two.allocate(10);
          }
        };
        expect(outcome(fill)).toBe("ERR_NODE_STORAGE");
        const first = kept[0] as number;
        expect(outcome(() => one.resize(first, 5))).toBe("ERR_NODE_STORAGE");
        expect(outcome(() => one.tryExtend(first, 5))).toBe("ERR_NODE_STORAGE");
        const others = [...one.blocks()].filter(({ owner }) => owner === two.id);
        // No two of them are neighbours.
        if (dies) expect(one.reclaim(two.id)).toBe(others.length);
        else for (const { start } of others) one.free(start);
        expect(one.getStats().liveBlockCount).toBe(kept.length);
        for (const address of kept) one.free(address);
        one.validate();
        expect(one.getStats()).toMatchObject({ freeMemory: capacity, freeBlockCount: 1 });
      }
    },
  );

  test("too many calls inside one lock: the last one is taken back", () => {
    const one = make({ capacity: 1e6 });
    let count = 0;
    const many = () =>
      one.lock(() => {
        for (;;) {
          one.allocate(3);
          count++;
        }
      });
    expect(many).toThrow(expect.objectContaining({ code: "ERR_LOG_FULL" }));
    expect(count).toBeGreaterThan(300);
    one.validate();
    expect(one.getStats().liveBlockCount).toBe(count);
    expect(attach(one).allocate(3)).toBe(3 * count);
  });

  test("disposed of, in every attachment", async () => {
    const one = make();
    const two = attach(one);
    two.allocate(10);
    one.dispose();
    one.dispose();
    const disposed = expect.objectContaining({ code: "ERR_DISPOSED" });
    for (const x of [one, two])
      for (const call of [
        () => x.allocate(1),
        () => x.free(0),
        () => x.resize(0, 5),
        () => x.getStats(),
        () => x.reclaim(two.id),
        () => [...x.blocks()],
        () => x.lock(() => 0),
      ])
        expect(call).toThrow(disposed);
    await expect(two.allocateAsync(1)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  });

  test("handles of something else, options and ids that are none", async () => {
    const one = make();
    const { handle } = one;
    const code = (call: () => unknown) => outcome(call);
    const plain = new WebAssembly.Memory({ initial: 1, maximum: 32, shared: true });
    for (const wrong of [
      undefined,
      null,
      {},
      7,
      { ...handle, kind: "x" },
      { ...handle, memory: plain },
      { ...handle, memory: new WebAssembly.Memory({ initial: 20 }) },
      { ...handle, module: {} },
      { ...handle, address: 8 },
    ])
      expect(code(() => SharedAllocator.attach(wrong as never))).toBe("ERR_NOT_SHARED");
    expect(code(() => SharedAllocator.attach({ ...handle, version: 9 }))).toBe(
      "ERR_SHARED_VERSION",
    );
    expect(code(() => make({ capacity: 0 }))).toBe("ERR_CAPACITY_NOT_POSITIVE");
    expect(code(() => make({ policy: "no-fit" }))).toBe("ERR_UNKNOWN_POLICY");
    for (const wrong of [{ maxMetadataBytes: 10 }, { recovery: 1 }, { lockTimeout: -1 }])
      expect(code(() => make(wrong))).toBe("ERR_BAD_OPTIONS");
    expect(code(() => one.allocate(1, { tag: -1 }))).toBe("ERR_BAD_OPTIONS");
    expect(code(() => one.recover(one.id))).toBe("ERR_BAD_OPTIONS");
    for (const wrong of [0, -1, 1.5, 2 ** 31])
      expect(code(() => one.recover(wrong))).toBe("ERR_OUT_OF_BOUNDS");
    await expect(one.watch({} as never, 2)).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
    expect(one.getStats()).toMatchObject({ freeMemory: 1000, freeBlockCount: 1 });
  });
});

test("a worker's end is heard of, and what it held goes back", async () => {
  const one = SharedAllocator.create({ capacity: 100 });
  const two = attach(one);
  two.allocate(30);
  const worker = new EventEmitter();
  const watched = one.watch(worker as never, two.id);
  worker.emit("exit", 1);
  expect(await watched).toEqual({ held: false, undone: 0 });
  expect(one.reclaim(two.id)).toBe(1);
  expect(one.getStats().freeMemory).toBe(100);
});

describe("the undo log has room for a call", () => {
  /** Entries that any call has used. */
  function entriesUsed({ handle }: SharedAllocator): number {
    const log = AT.scratch + 4096;
    const words = new Uint32Array(handle.memory.buffer, log, (AT.engine - log) / 4);
    return words.findLastIndex((word, i) => i % 8 === 0 && word !== 0) / 8 + 1;
  }
  const HALF = (AT.engine - AT.scratch) / 64;

  test("however many blocks there are", () => {
    const allocator = SharedAllocator.create({ capacity: 100_000_000 });
    const random = randomFrom(seed);
    const addresses = Array.from({ length: 200_000 }, () => allocator.allocate(1 + random(300)));
    for (let i = 0; i < addresses.length; i += 2) allocator.free(addresses[i] as number);
    // No block finds room after it: each moves.
    for (let i = 1; i < 100; i += 2) {
      const address = addresses[i] as number;
      expect(allocator.resize(address, 1000)).not.toBe(address);
    }
    expect(entriesUsed(allocator)).toBeGreaterThan(10);
    expect(entriesUsed(allocator)).toBeLessThan(1000);
    allocator.validate();
  });

  test("however much a dead worker held", () => {
    const allocator = SharedAllocator.create({ capacity: 2 ** 40, policy: "best-fit" });
    const random = randomFrom(seed);
    const dead = attach(allocator);
    const addresses = Array.from({ length: 10_000 }, () => dead.allocate(1 + random(1000)));
    for (let i = 0; i < addresses.length; i++) {
      const at = random(addresses.length);
      dead.free(addresses[at] as number);
      addresses[at] = dead.allocate(1 + random(1000));
    }
    expect(allocator.reclaim(dead.id)).toBe(10_000);
    expect(entriesUsed(allocator)).toBeGreaterThan(HALF);
    expect(entriesUsed(allocator)).toBeLessThan(1.1 * HALF);
    expect(allocator.getStats().freeMemory).toBe(2 ** 40);
    // Inside one lock the log is not emptied in between.
    const another = attach(allocator);
    for (let i = 0; i < 10_000; i++) another.allocate(1 + random(1000));
    const inOneLock = () => allocator.lock(() => allocator.reclaim(another.id));
    expect(outcome(inOneLock)).toBe("ERR_LOG_FULL");
    allocator.validate();
    allocator.reclaim(another.id);
    expect(allocator.getStats().freeMemory).toBe(2 ** 40);
  });
});
