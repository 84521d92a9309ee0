// What a pool tells about itself: figures, and text for people. Everything is in bytes unless it says otherwise.

import type { PoolBuffer } from "./pool-buffer.js";

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

/** Figures of a pool: sums over its buffers. Sizes are in bytes. */
export interface GpuPoolStats extends GpuBufferStats {
  /** Every offset is a multiple of it. */
  readonly unit: number;
  /** Size of the scratch buffer that moves go through; not part of `size`. */
  readonly scratchSize: number;
  /** The buffers in the order in which they were made. */
  readonly buffers: readonly GpuBufferStats[];
}

const fragmentation = (free: number, largest: number) => (free === 0 ? 0 : 1 - largest / free);

export function bufferStats(buffer: PoolBuffer): GpuBufferStats {
  const { unit, figures } = buffer;
  const { freeMemory, largestFreeBlock, freeBlockCount, liveBlockCount } = figures;
  return {
    size: buffer.size,
    freeMemory: freeMemory * unit,
    largestFreeBlock: largestFreeBlock * unit,
    freeBlockCount,
    liveBlockCount,
    externalFragmentation: fragmentation(freeMemory, largestFreeBlock),
  };
}

export function poolStats(
  buffers: readonly PoolBuffer[],
  unit: number,
  scratchSize: number,
): GpuPoolStats {
  const all = buffers.map(bufferStats);
  const sum = (of: (stats: GpuBufferStats) => number) =>
    all.reduce((total, stats) => total + of(stats), 0);
  const freeMemory = sum((stats) => stats.freeMemory);
  const largestFreeBlock = Math.max(0, ...all.map((stats) => stats.largestFreeBlock));
  return {
    size: sum((stats) => stats.size),
    freeMemory,
    largestFreeBlock,
    freeBlockCount: sum((stats) => stats.freeBlockCount),
    liveBlockCount: sum((stats) => stats.liveBlockCount),
    externalFragmentation: fragmentation(freeMemory, largestFreeBlock),
    unit,
    scratchSize,
    buffers: all,
  };
}

/** One line for the pool, then a text for each buffer. */
export function writePool(
  label: string,
  stats: GpuPoolStats,
  bufferTexts: Iterable<string>,
): string {
  const { size, freeMemory, buffers, liveBlockCount } = stats;
  const used = size - freeMemory;
  const share = size === 0 ? 0 : (100 * used) / size;
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
  const lines = [
    `GpuBufferPool ${JSON.stringify(label)} ${used} of ${size} bytes allocated (${share.toFixed(1)} %) ` +
      `in ${count(liveBlockCount, "slice")}, ${count(buffers.length, "buffer")}`,
  ];
  for (const text of bufferTexts) lines.push(text);
  return lines.join("\n");
}
