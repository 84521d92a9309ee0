import { inspect } from "node:util";
import { expect, test } from "vitest";
import { SharedAllocator, SharedHeap } from "../../src/shared/index.js";

test("smoke", () => {
  const a = SharedAllocator.create({ capacity: 1000, policy: "linked-list" });
  const b = SharedAllocator.attach(
    structuredClone({ ...a.handle, module: undefined, memory: undefined }) && a.handle,
  );
  expect([a.id, b.id]).toEqual([1, 2]);
  expect(a.allocate(10)).toBe(0);
  expect(b.allocate(10, { alignment: 64, tag: 7 })).toBe(64);
  expect(a.ownerOf(64)).toBe(2);
  expect([...a.blocks()]).toEqual([
    { start: 0, size: 10, owner: 1, tag: 0, alignment: 1 },
    { start: 64, size: 10, owner: 2, tag: 7, alignment: 64 },
  ]);
  expect(a.reclaim(2)).toBe(1);
  expect(() => b.free(64)).toThrow(/double free/);
  b.validate();
  expect(b.getStats()).toMatchObject({ freeMemory: 990, liveBlockCount: 1 });
});

test("lock refuses what is no function, and is not held afterwards", () => {
  const a = SharedAllocator.create({ capacity: 10, policy: "first-fit" });
  expect(() => a.lock(7 as never)).toThrow(
    expect.objectContaining({ code: "ERR_BAD_OPTIONS", argument: "fn", value: 7 }),
  );
  const b = SharedAllocator.attach(a.handle, { lockTimeout: 0 });
  expect(b.allocate(1)).toBe(0);
});

test("console.log prints figures, and does not wait for the lock", () => {
  const a = SharedAllocator.create({ capacity: 1000, policy: "best-fit" });
  a.allocate(250);
  const b = SharedAllocator.attach(a.handle, { lockTimeout: 0 });
  const line =
    'SharedAllocator "best-fit" 250 of 1000 allocated (25.0 %), live blocks: 1, free blocks: 1, attachment 2';
  expect(a.lock(() => inspect(b))).toBe(line);
  expect(inspect(SharedHeap.create({ maximum: 10 }))).toMatch(
    /^SharedHeap at \d+ of a memory of \d+ pages, attachment 1: stats\(\) has its figures$/,
  );
});
