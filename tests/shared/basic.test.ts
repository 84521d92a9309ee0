import { expect, test } from "vitest";
import { SharedAllocator } from "../../src/shared/index.js";

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
