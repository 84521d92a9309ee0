// The README's example, word for word, with the default policy.

import { expect, test } from "vitest";
import { MemoryAllocator } from "../../src/index.ts";

test("the README's example", () => {
  const allocator = new MemoryAllocator(100);
  const a = allocator.allocate(20);
  const b = allocator.allocate(30);
  const c = allocator.allocate(40);
  expect([a, b, c]).toEqual([0, 20, 50]);
  allocator.free(20, 30);
  expect(allocator.allocate(25)).toBe(20);
  allocator.free(0, 20);
  allocator.free(20, 25);
  expect(allocator.getFreeMemory()).toBe(60);
  expect(allocator.getLargestFreeBlock()).toBe(50);
  expect([...allocator.freeBlocks()]).toEqual([
    { start: 0, size: 50 },
    { start: 90, size: 10 },
  ]);
});
