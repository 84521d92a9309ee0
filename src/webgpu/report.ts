// What a pool tells about itself: figures, and text for people.

import type { TrackedAllocator } from "../tracked-allocator.js";
import type { TrackedStats } from "../tracked-stats.js";

/** Figures of one buffer of a pool, as its allocator has them; sizes are in bytes. Slices that wait for
 * {@link GpuBufferPool.submitted} are live blocks too. */
export type GpuBufferStats = TrackedStats;

/** Figures of a pool: sums over its buffers, and the largest free block of any. Sizes are in bytes. */
export interface GpuPoolStats {
  /** Sum of the buffers' sizes. */
  readonly capacity: number;
  /** Sum of all free block sizes. */
  readonly freeMemory: number;
  /** Size of the largest free block, 0 when nothing is free. */
  readonly largestFreeBlock: number;
  /** Number of free blocks. */
  readonly freeBlockCount: number;
  /** Number of slices, those that wait for {@link GpuBufferPool.submitted} included. */
  readonly liveBlockCount: number;
  /** 1 − largest free block / free memory, 0 when nothing is free. */
  readonly externalFragmentation: number;
  /** Size of the scratch buffer that moves go through; not part of `capacity`. */
  readonly scratchSize: number;
  /** The buffers in the order in which they were made. */
  readonly buffers: readonly GpuBufferStats[];
}

/** Figures of a pool with these buffers. */
export function poolStats(homes: readonly TrackedAllocator[], scratchSize: number): GpuPoolStats {
  const buffers = homes.map((home) => home.getStats());
  const sum = { capacity: 0, freeMemory: 0, freeBlockCount: 0, liveBlockCount: 0 };
  let largestFreeBlock = 0;
  for (const stats of buffers) {
    for (const name in sum) sum[name as keyof typeof sum] += stats[name as keyof typeof sum];
    largestFreeBlock = Math.max(largestFreeBlock, stats.largestFreeBlock);
  }
  const externalFragmentation = sum.freeMemory && 1 - largestFreeBlock / sum.freeMemory;
  return { ...sum, largestFreeBlock, externalFragmentation, scratchSize, buffers };
}
