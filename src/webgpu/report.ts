// What a pool tells about itself: figures, and text for people.

/** Figures of one buffer of a pool. Sizes are in bytes. */
export interface GpuBufferStats {
  /** The buffer's own size. */
  readonly size: number;
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
}

/** Figures of a pool: sums over its buffers, and the largest free block of any. Sizes are in bytes. */
export interface GpuPoolStats extends GpuBufferStats {
  /** Size of the scratch buffer that moves go through; not part of `size`. */
  readonly scratchSize: number;
  /** The buffers in the order in which they were made. */
  readonly buffers: readonly GpuBufferStats[];
}

export function poolStats(
  buffers: readonly { readonly stats: GpuBufferStats }[],
  scratchSize: number,
): GpuPoolStats {
  const all = buffers.map((buffer) => buffer.stats);
  const sum = { size: 0, freeMemory: 0, freeBlockCount: 0, liveBlockCount: 0 };
  let largestFreeBlock = 0;
  for (const stats of all) {
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += stats[name];
    largestFreeBlock = Math.max(largestFreeBlock, stats.largestFreeBlock);
  }
  const externalFragmentation = sum.freeMemory && 1 - largestFreeBlock / sum.freeMemory;
  return { ...sum, largestFreeBlock, externalFragmentation, scratchSize, buffers: all };
}

/** A line for the pool, then a text for each buffer. */
export function writePool(label: string, stats: GpuPoolStats, texts: readonly string[]): string {
  const { size, freeMemory, liveBlockCount } = stats;
  const used = size - freeMemory;
  const share = size && (100 * used) / size;
  return [
    `GpuBufferPool "${label}" ${used} of ${size} bytes allocated (${share.toFixed(1)} %), ` +
      `slices: ${liveBlockCount}, buffers: ${texts.length}`,
    ...texts,
  ].join("\n");
}
