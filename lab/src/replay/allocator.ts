// What a replay needs of an allocator, and how it gets one of a policy: MemoryAllocator where that has the policy, and
// TrackedAllocator for the others.

import {
  type AllocatorStats,
  MemoryAllocator,
  POLICIES,
  type Policy,
  TrackedAllocator,
  type TrackedPolicy,
} from "suballoc";

export type ReplayAllocator = Pick<
  MemoryAllocator,
  "tryAllocate" | "free" | "getFreeMemory" | "getLargestFreeBlock" | "freeBlocks" | "dispose"
> & {
  getStats(): Pick<AllocatorStats, "largestFreeBlock" | "freeBlockCount">;
};

/** Makes an empty allocator of one policy with the given capacity. */
export type AllocatorFactory = (capacity: number) => ReplayAllocator;

export function factoryOf(policy: TrackedPolicy): AllocatorFactory {
  if (isUntracked(policy)) return (capacity) => new MemoryAllocator(capacity, { policy });
  return (capacity) => new TrackedAllocator(capacity, { policy });
}

/**
 * How many bytes a block of `size` takes: a buddy system rounds it up to a power of two, and its free blocks may touch.
 */
export type Rounding = (size: number) => number;

export function roundingOf(policy: string): Rounding | undefined {
  return policy === "buddy" ? powerOfTwo : undefined;
}

function powerOfTwo(size: number): number {
  const power = 2 ** Math.ceil(Math.log2(size));
  return power < size ? power * 2 : power / 2 >= size ? power / 2 : power; // log2 may be a little off
}

/** Whether MemoryAllocator has the policy, too. */
export function isUntracked(policy: TrackedPolicy): policy is Policy {
  return (POLICIES as readonly string[]).includes(policy);
}
