// What a replay needs of an allocator: the part of suballoc's MemoryAllocator it calls.

import type { AllocatorStats, MemoryAllocator } from "suballoc";

export type ReplayAllocator = Pick<
  MemoryAllocator,
  "tryAllocate" | "free" | "getFreeMemory" | "getLargestFreeBlock" | "freeBlocks" | "dispose"
> & {
  getStats(): Pick<AllocatorStats, "largestFreeBlock" | "freeBlockCount">;
};

/** Makes an empty allocator of one policy with the given capacity. */
export type AllocatorFactory = (capacity: number) => ReplayAllocator;
