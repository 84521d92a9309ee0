// What a replay needs of an allocator: the part of suballoc's MemoryAllocator it calls.

import type { MemoryAllocator } from "suballoc";

export type ReplayAllocator = Pick<
  MemoryAllocator,
  "tryAllocate" | "free" | "getFreeMemory" | "getLargestFreeBlock" | "freeBlocks" | "dispose"
>;

/** Makes an empty allocator of one policy with the given capacity. */
export type AllocatorFactory = (capacity: number) => ReplayAllocator;
