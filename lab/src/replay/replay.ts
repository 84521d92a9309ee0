// Replays a trace through an allocator, checking every step and taking a time series on the way.

import { originOf, type Trace } from "../trace/trace.ts";
import type { AllocatorFactory, ReplayAllocator, Rounding } from "./allocator.ts";
import { joined, LiveRanges, ReplayFault } from "./live-ranges.ts";

/** The state of the block after some operations, one entry a sample. */
export interface Series {
  readonly operation: Float64Array;
  /** As asked for; with what policies round up to, they and the free memory are the capacity. */
  readonly liveBytes: Float64Array;
  readonly freeMemory: Float64Array;
  readonly largestFreeBlock: Float64Array;
  readonly freeBlockCount: Float64Array;
  /** One past the highest live address. */
  readonly end: Float64Array;
}

/** The block at one moment. */
export interface Picture {
  /** The operation just done, or the one that failed. */
  readonly operation: number;
  readonly liveBytes: number;
  readonly freeMemory: number;
  readonly largestFreeBlock: number;
  /** 1 − largest free block / free memory; 0 when nothing is free. */
  readonly externalFragmentation: number;
  readonly freeBlocks: readonly { readonly start: number; readonly size: number }[];
}

export interface Replay {
  readonly capacity: number;
  /** Operations done: all of them, or those before the first allocation that did not fit. */
  readonly operations: number;
  /** The allocation that did not fit: its size, and the line of the trace it comes from. */
  readonly failure: { readonly size: number; readonly line: number } | undefined;
  /** At the trace's peak of live bytes, or at the failure if that comes first. */
  readonly peak: Picture;
  /** Where each block was placed, by id; -1 if the replay did not get to it. */
  readonly addresses: Float64Array;
  readonly series: Series;
}

export interface ReplayOptions {
  /** How many samples the series has at most. */
  readonly samples?: number;
  /** How many bytes blocks take, if that is more than they asked for. */
  readonly rounding?: Rounding | undefined;
  readonly onProgress?: (operations: number) => void;
}

/**
 * Checks that each allocation lies inside the block, is aligned and touches no live range; at every sample that
 * live and free memory add up to the capacity; at the peak and at the end that the free blocks are
 * exactly the gaps between live ranges; and that one free block is left when the rest is freed too.
 * @throws {ReplayFault} if the allocator breaks any of that.
 */
export function replay(
  trace: Trace,
  createAllocator: AllocatorFactory,
  capacity: number,
  { samples = 1000, rounding, onProgress = () => {} }: ReplayOptions = {},
): Replay {
  const { operations, sizes, alignments } = trace;
  const addresses = new Float64Array(sizes.length).fill(-1);
  const live = new LiveRanges(capacity);
  const check: Check = { live, liveBytes: 0, mayTouch: rounding !== undefined };
  const allocator = createAllocator(capacity);
  const sampler = new Sampler(operations.length, samples);
  let peak: Picture | undefined;
  let failure: Replay["failure"];
  let done = 0;
  try {
    for (; done < operations.length; done++) {
      const operation = operations[done]!;
      if (operation >= 0) {
        const size = sizes[operation]!;
        const address = allocator.tryAllocate(size, alignments[operation]);
        if (address === undefined) {
          failure = { size, line: trace.lines[done]! };
          break;
        }
        live.add(address, rounding?.(size) ?? size);
        check.liveBytes += size;
        if (address % alignments[operation]! !== 0)
          throw new ReplayFault(`${address} is not a multiple of ${alignments[operation]}`);
        addresses[operation] = address;
      } else {
        const address = addresses[~operation]!;
        live.remove(address);
        check.liveBytes -= sizes[~operation]!;
        allocator.free(address, sizes[~operation]!);
      }
      if (done === trace.peakOperation) peak = picture(allocator, check, done);
      if (sampler.isDue(done)) {
        sampler.take(done, allocator, check);
        onProgress(done);
      }
    }
    peak ??= picture(allocator, check, done);
    checkBooks(allocator, check);
    freeTheRest(trace, done, addresses, allocator, capacity);
  } catch (error) {
    const origin = originOf(trace, Math.min(done, operations.length - 1));
    throw new ReplayFault(`operation ${done} (${origin}): ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    allocator.dispose();
  }
  onProgress(operations.length);
  return { capacity, operations: done, failure, peak, addresses, series: sampler.series() };
}

/** What the replay knows without the allocator. */
interface Check {
  readonly live: LiveRanges;
  /** As asked for. */
  liveBytes: number;
  readonly mayTouch: boolean;
}

function checkBooks(allocator: ReplayAllocator, { live, mayTouch }: Check): void {
  live.checkFreeBlocks(allocator.freeBlocks(), mayTouch);
  live.checkFreeMemory(allocator.getFreeMemory());
}

function picture(allocator: ReplayAllocator, check: Check, operation: number): Picture {
  checkBooks(allocator, check);
  const freeMemory = allocator.getFreeMemory();
  const largestFreeBlock = allocator.getLargestFreeBlock();
  return {
    operation,
    liveBytes: check.liveBytes,
    freeMemory,
    largestFreeBlock,
    externalFragmentation: freeMemory === 0 ? 0 : 1 - largestFreeBlock / freeMemory,
    freeBlocks: [...allocator.freeBlocks()],
  };
}

/** What the program never freed; then the whole block must be one free block again. */
function freeTheRest(
  trace: Trace,
  done: number,
  addresses: Float64Array,
  allocator: ReplayAllocator,
  capacity: number,
): void {
  const isLive = new Uint8Array(trace.sizes.length);
  for (const operation of trace.operations.subarray(0, done)) {
    if (operation >= 0) isLive[operation] = 1;
    else isLive[~operation] = 0;
  }
  let freed = 0;
  for (let id = 0; id < isLive.length; id++) {
    if (isLive[id] === 0) continue;
    allocator.free(addresses[id]!, trace.sizes[id]!);
    freed++;
  }
  const blocks = [...joined(allocator.freeBlocks())];
  if (
    blocks.length !== 1 ||
    blocks[0]!.size !== capacity ||
    allocator.getFreeMemory() !== capacity
  ) {
    throw new ReplayFault(
      `the last ${freed} blocks freed, ${blocks.length} free blocks are left instead of one of ${capacity}`,
    );
  }
}

class Sampler {
  readonly #every: number;
  readonly #last: number;
  readonly #rows: number[][] = [];

  constructor(operations: number, samples: number) {
    this.#every = Math.max(1, Math.ceil(operations / samples));
    this.#last = operations - 1;
  }

  isDue(done: number): boolean {
    return (done + 1) % this.#every === 0 || done === this.#last;
  }

  take(done: number, allocator: ReplayAllocator, { live, liveBytes }: Check): void {
    let count = 0;
    let free = 0;
    let largest = 0;
    for (const { size } of allocator.freeBlocks()) {
      count++;
      free += size;
      largest = Math.max(largest, size);
    }
    live.checkFreeMemory(free);
    live.checkFreeMemory(allocator.getFreeMemory());
    if (largest !== allocator.getLargestFreeBlock()) {
      throw new ReplayFault(
        `largest free block ${allocator.getLargestFreeBlock()}, not ${largest}`,
      );
    }
    this.#rows.push([done, liveBytes, free, largest, count, live.end]);
  }

  series(): Series {
    const column = (index: number) => Float64Array.from(this.#rows, (row) => row[index]!);
    return {
      operation: column(0),
      liveBytes: column(1),
      freeMemory: column(2),
      largestFreeBlock: column(3),
      freeBlockCount: column(4),
      end: column(5),
    };
  }
}
