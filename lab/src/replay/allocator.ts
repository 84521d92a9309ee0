// What a replay needs of an allocator, and how it gets one of a policy.

import { type AllocatorStats, MemoryAllocator, type Policy } from "suballoc";

export type ReplayAllocator = Pick<
  MemoryAllocator,
  "tryAllocate" | "free" | "getFreeMemory" | "getLargestFreeBlock" | "freeBlocks" | "dispose"
> & {
  getStats(): Pick<AllocatorStats, "largestFreeBlock" | "freeBlockCount">;
};

/** Makes an empty allocator of one policy with the given capacity. */
export type AllocatorFactory = (capacity: number) => ReplayAllocator;

export function factoryOf(policy: Policy): AllocatorFactory {
  return (capacity) => new MemoryAllocator(capacity, { policy });
}
