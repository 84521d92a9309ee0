// The smallest capacity at which a whole trace fits.
//
// First fit takes the lowest address that fits, whatever lies above it: in a larger block it places
// everything the same. So it fits exactly from its footprint on, and one replay tells.
//
// The other policies see the size of the free block at the end (the tail), which grows with the capacity,
// so a larger block may turn out worse: fitting at one capacity says nothing about the next. Here the
// search goes up from the peak of live bytes, below which nothing can fit. Each failed replay also
// yields the least growth of the tail that would have changed any of its choices; up to there every
// capacity fails in the same way and is skipped. The first success is the smallest capacity of all.
// Where that is too much work, the answer is the capacity found by halving: it fits, one less
// does not, and `noneBelow` says how far smaller ones are excluded.

import FlatQueue from "flatqueue";
import type { Trace } from "../trace/trace.ts";
import type { AllocatorFactory, ReplayAllocator } from "./allocator.ts";

export interface SmallestCapacity {
  /** The whole trace fits in this. */
  readonly capacity: number;
  /** It is known to fit in nothing smaller than this. */
  readonly noneBelow: number;
  /** Whether no smaller capacity fits: `noneBelow` equals `capacity`. */
  readonly exact: boolean;
}

export interface SearchOptions {
  /** How many operations may be replayed to exclude smaller capacities. */
  readonly budget?: number;
  /** Told how much of the search is done, 0 … 1. */
  readonly onProgress?: (done: number) => void;
}

const defaultBudget = 20e6;

export function smallestCapacity(
  trace: Trace,
  policy: string,
  createAllocator: AllocatorFactory,
  { budget = defaultBudget, onProgress = () => {} }: SearchOptions = {},
): SmallestCapacity {
  const least = trace.peakLiveBytes;
  let upper = least;
  let footprint = footprintAt(trace, createAllocator, upper);
  while (footprint === undefined) {
    upper = Math.min(upper * 2, Number.MAX_SAFE_INTEGER);
    footprint = footprintAt(trace, createAllocator, upper);
  }
  if (ignoresTail(policy)) return { capacity: footprint, noneBelow: footprint, exact: true };

  let lower = least - 1; // does not fit
  while (upper - lower > 1) {
    const middle = lower + Math.floor((upper - lower) / 2);
    if (footprintAt(trace, createAllocator, middle) === undefined) lower = middle;
    else upper = middle;
  }

  const sweep = new Sweep(trace, policy, createAllocator);
  let candidate = least;
  while (candidate < upper) {
    const next = sweep.attempt(candidate);
    if (next === undefined) break;
    candidate = Math.min(next, upper);
    const done = Math.max(sweep.work / budget, (candidate - least) / (upper - least));
    onProgress(Math.min(done, 1));
    if (sweep.work > budget && candidate < upper) {
      return { capacity: upper, noneBelow: candidate, exact: false };
    }
  }
  return { capacity: candidate, noneBelow: candidate, exact: true };
}

/** One past the highest address used, or undefined if the trace does not fit. */
function footprintAt(
  { operations, sizes }: Trace,
  createAllocator: AllocatorFactory,
  capacity: number,
): number | undefined {
  const addresses = new Float64Array(sizes.length);
  const allocator = createAllocator(capacity);
  let end = 0;
  try {
    for (const operation of operations) {
      if (operation >= 0) {
        const address = allocator.tryAllocate(sizes[operation]!);
        if (address === undefined) return undefined;
        addresses[operation] = address;
        end = Math.max(end, address + sizes[operation]!);
      } else {
        allocator.free(addresses[~operation]!, sizes[~operation]!);
      }
    }
    return end;
  } finally {
    allocator.dispose();
  }
}

function ignoresTail(policy: string): boolean {
  return policy === "first-fit" || policy === "linked-list";
}

/** One allocation as it happened: what was asked, what was chosen, and the tail at that time. */
interface Choice {
  readonly size: number;
  readonly address: number;
  readonly tailStart: number;
  readonly tail: number;
  /** The largest free block before the allocation. */
  readonly largest: number;
  /** Where the allocation before this one ended. */
  readonly previousEnd: number;
}

/** By how much the tail must grow, at least, for the policy to choose another block. */
function growthToChange(policy: string, choice: Choice, allocator: ReplayAllocator): number {
  const { size, address, tailStart, tail, largest, previousEnd } = choice;
  const choseTail = address === tailStart;
  if (policy === "best-fit") {
    if (choseTail) {
      // The tail loses to a larger hole once it is as large (the lower address wins).
      return largest > tail ? smallestHoleAbove(tail, address + size, allocator) - tail : Infinity;
    }
    // The tail wins as soon as it fits, being smaller; never against an exact fit.
    return tail >= size || fitsExactly(address + size, allocator) ? Infinity : size - tail;
  }
  if (policy === "worst-fit") {
    return choseTail ? Infinity : largest - tail + 1;
  }
  if (policy === "next-fit") {
    const wrapped = address < previousEnd;
    return !choseTail && wrapped && tail < size ? size - tail : Infinity;
  }
  return 1; // an unknown policy: every capacity is tried
}

function smallestHoleAbove(tail: number, tailStart: number, allocator: ReplayAllocator): number {
  let smallest = Infinity;
  for (const { start, size } of allocator.freeBlocks()) {
    if (start !== tailStart && size > tail) smallest = Math.min(smallest, size);
  }
  return smallest;
}

function fitsExactly(end: number, allocator: ReplayAllocator): boolean {
  for (const { start } of allocator.freeBlocks()) {
    if (start >= end) return start !== end;
  }
  return true;
}

/** The state before the first choice that a larger capacity could change; common to all of those. */
interface Checkpoint {
  readonly operation: number;
  readonly holes: readonly { readonly start: number; readonly size: number }[];
  readonly tailStart: number;
  readonly live: Uint8Array;
  readonly queue: FlatQueue<number>;
}

/** Replays at rising capacities, starting from what they have in common. */
class Sweep {
  /** Operations replayed so far. */
  work = 0;
  readonly #trace: Trace;
  readonly #policy: string;
  readonly #createAllocator: AllocatorFactory;
  readonly #addresses: Float64Array;
  #checkpoint: Checkpoint | undefined;

  constructor(trace: Trace, policy: string, createAllocator: AllocatorFactory) {
    this.#trace = trace;
    this.#policy = policy;
    this.#createAllocator = createAllocator;
    this.#addresses = new Float64Array(trace.sizes.length);
  }

  /** Undefined if the trace fits; otherwise the next capacity at which anything could differ. */
  attempt(capacity: number): number | undefined {
    const { operations, sizes } = this.#trace;
    const addresses = this.#addresses;
    const restored = this.#checkpoint;
    const live = restored?.live.slice() ?? new Uint8Array(sizes.length);
    const queue = restored === undefined ? new FlatQueue<number>() : copyOf(restored.queue);
    const allocator = this.#createAllocator(capacity);
    let growth = Infinity;
    let previousEnd = 0;
    try {
      if (restored !== undefined) this.#restore(restored, allocator, capacity);
      for (let i = restored?.operation ?? 0; i < operations.length; i++) {
        this.work++;
        const operation = operations[i]!;
        if (operation < 0) {
          live[~operation] = 0;
          allocator.free(addresses[~operation]!, sizes[~operation]!);
          continue;
        }
        const size = sizes[operation]!;
        while (queue.length > 0 && live[queue.peek()!] === 0) queue.pop();
        const tailStart = -(queue.peekValue() ?? 0);
        const tail = capacity - tailStart;
        const largest = allocator.getLargestFreeBlock();
        const address = allocator.tryAllocate(size);
        if (address === undefined) return capacity + Math.min(growth, size - tail);
        const change = growthToChange(
          this.#policy,
          { size, address, tailStart, tail, largest, previousEnd },
          allocator,
        );
        const isFirst = growth === Infinity && change < Infinity && i !== restored?.operation;
        if (isFirst && this.#isStateless()) {
          allocator.free(address, size);
          const holes = [...allocator.freeBlocks()].filter(({ start }) => start < tailStart);
          this.#checkpoint = {
            operation: i,
            holes,
            tailStart,
            live: live.slice(),
            queue: copyOf(queue),
          };
          allocator.tryAllocate(size);
        }
        growth = Math.min(growth, change);
        addresses[operation] = address;
        live[operation] = 1;
        queue.push(operation, -(address + size));
        previousEnd = address + size;
      }
      return undefined;
    } finally {
      allocator.dispose();
    }
  }

  /** Whether the free blocks are all the policy goes by (next fit also has its place in the block). */
  #isStateless(): boolean {
    return this.#policy === "best-fit" || this.#policy === "worst-fit";
  }

  #restore({ holes, tailStart }: Checkpoint, allocator: ReplayAllocator, capacity: number): void {
    allocator.tryAllocate(capacity);
    for (const { start, size } of holes) allocator.free(start, size);
    if (tailStart < capacity) allocator.free(tailStart, capacity - tailStart);
    this.work += holes.length;
  }
}

function copyOf(queue: FlatQueue<number>): FlatQueue<number> {
  const copy = new FlatQueue<number>();
  copy.ids = queue.ids.slice(0, queue.length);
  copy.values = queue.values.slice(0, queue.length);
  copy.length = queue.length;
  return copy;
}
