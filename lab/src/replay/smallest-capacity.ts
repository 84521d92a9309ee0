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
// does not, and `noneBelow` says how far smaller ones are excluded. So it is with alignments, too: a hole that is
// large enough may then be passed over, which the rules below do not know.

import FlatQueue from "flatqueue";
import type { Trace } from "../trace/trace.ts";
import type { AllocatorFactory, ReplayAllocator } from "./allocator.ts";
import { ReplayFault } from "./live-ranges.ts";

export interface SmallestCapacity {
  /** The whole trace fits in this. */
  readonly capacity: number;
  /** It is known to fit in nothing smaller than this. */
  readonly noneBelow: number;
  /** Whether no smaller capacity fits: `noneBelow` equals `capacity`. */
  readonly exact: boolean;
}

/** A trace of almost 2^53 bytes, which a policy that rounds up has no numbers for. */
export class NoRoomError extends Error {
  override readonly name = "NoRoomError";
}

export interface SearchOptions {
  /** How many operations may be replayed to exclude smaller capacities. */
  readonly budget?: number | undefined;
  /** Told how much of the search is done, 0 … 1. */
  readonly onProgress?: (done: number) => void;
}

const defaultBudget = 20e6;

/** Those that see the tail, and whose choices growthToChange() understands. */
const knownPolicies: readonly string[] = ["best-fit", "worst-fit", "next-fit"];

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
    if (upper === Number.MAX_SAFE_INTEGER)
      throw new NoRoomError(
        `${policy} finds no room for the trace in any capacity; name the other policies with --policy`,
      );
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

  if (!knownPolicies.includes(policy) || trace.isAligned) {
    return { capacity: upper, noneBelow: least, exact: upper === least };
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
  if (footprintAt(trace, createAllocator, candidate) === undefined) {
    throw new ReplayFault(
      `${policy} does not choose as the search for its smallest capacity assumes`,
    );
  }
  return { capacity: candidate, noneBelow: candidate, exact: true };
}

/** One past the highest address used, or undefined if the trace does not fit. */
function footprintAt(
  { operations, sizes, alignments }: Trace,
  createAllocator: AllocatorFactory,
  capacity: number,
): number | undefined {
  const addresses = new Float64Array(sizes.length);
  const allocator = createAllocator(capacity);
  let end = 0;
  try {
    for (const operation of operations) {
      if (operation >= 0) {
        const address = allocator.tryAllocate(sizes[operation]!, alignments[operation]);
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
  /** The largest free block and their number, before the allocation. */
  readonly before: { readonly largestFreeBlock: number; readonly freeBlockCount: number };
  /** Where the allocation before this one ended. */
  readonly previousEnd: number;
}

/**
 * By how much the tail must grow, at least, for the policy to choose another block: exact if that is
 * less than `limit`, and otherwise anything from `limit` up.
 */
function growthToChange(
  policy: string,
  { size, address, tailStart, tail, before, previousEnd }: Choice,
  limit: number,
  allocator: ReplayAllocator,
): number {
  const choseTail = address === tailStart;
  if (policy === "best-fit") {
    if (choseTail) {
      // The tail loses to a larger hole once it is as large (the lower address wins).
      const hasRival = before.largestFreeBlock > tail && hasHole(tail + 1, tail + limit, allocator);
      return hasRival ? smallestHoleAbove(tail, allocator) - tail : Infinity;
    }
    // The tail wins as soon as it fits, being smaller; never against an exact fit.
    if (tail >= size) return Infinity;
    const exactFit = allocator.getStats().freeBlockCount < before.freeBlockCount;
    return exactFit ? Infinity : size - tail;
  }
  if (policy === "worst-fit") {
    return choseTail ? Infinity : before.largestFreeBlock - tail + 1;
  }
  // Next fit comes to the tail before it begins again at the start, unless it stands at the very end.
  const wrapped = address < previousEnd;
  if (choseTail || !wrapped) return Infinity;
  if (tail < size) return size - tail;
  return previousEnd === tailStart + tail ? 1 : Infinity;
}

/** Whether the smallest free block of at least `least` is smaller than `limit`: best fit itself is asked. */
function hasHole(least: number, limit: number, allocator: ReplayAllocator): boolean {
  const address = allocator.tryAllocate(least)!;
  allocator.free(address, least);
  if (limit > Number.MAX_SAFE_INTEGER) return true;
  const other = allocator.tryAllocate(limit);
  if (other !== undefined) allocator.free(other, limit);
  return other !== address;
}

function smallestHoleAbove(tail: number, allocator: ReplayAllocator): number {
  let smallest = Infinity;
  for (const { size } of allocator.freeBlocks()) {
    if (size > tail) smallest = Math.min(smallest, size);
  }
  return smallest;
}

/** A choice that falls out otherwise from some capacity on, and the state just before it. */
interface Fork {
  /** The smallest capacity at which the choice may differ. */
  readonly capacity: number;
  readonly operation: number;
  readonly holes: readonly { readonly start: number; readonly size: number }[];
  readonly tailStart: number;
  readonly previousEnd: number;
  readonly live: Uint8Array;
  readonly queue: FlatQueue<number>;
}

/**
 * Replays at rising capacities. All that comes before the earliest choice that differs is the same, so
 * each replay sets out from there. The forks still ahead are a stack, the nearest capacity on top:
 * a choice matters only if it differs at a smaller capacity than every choice before it.
 */
class Sweep {
  /** Operations replayed so far. */
  work = 0;
  readonly #trace: Trace;
  readonly #policy: string;
  readonly #createAllocator: AllocatorFactory;
  readonly #addresses: Float64Array;
  readonly #forks: Fork[] = [];

  constructor(trace: Trace, policy: string, createAllocator: AllocatorFactory) {
    this.#trace = trace;
    this.#policy = policy;
    this.#createAllocator = createAllocator;
    this.#addresses = new Float64Array(trace.sizes.length);
  }

  /** Undefined if the trace fits; otherwise the next capacity at which anything could differ. */
  attempt(capacity: number): number | undefined {
    const { operations, sizes } = this.#trace; // its blocks are not aligned
    const addresses = this.#addresses;
    const fork = this.#forks.pop();
    const live = fork?.live ?? new Uint8Array(sizes.length);
    const queue = fork?.queue ?? new FlatQueue<number>();
    let previousEnd = fork?.previousEnd ?? 0;
    const allocator = this.#createAllocator(capacity);
    try {
      if (fork !== undefined) this.#restore(fork, allocator, capacity);
      for (let i = fork?.operation ?? 0; i < operations.length; i++) {
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
        const before = allocator.getStats();
        const address = allocator.tryAllocate(size);
        const growth =
          address === undefined
            ? size - tail
            : growthToChange(
                this.#policy,
                { size, address, tailStart, tail, before, previousEnd },
                this.#nextCapacity() - capacity,
                allocator,
              );
        if (capacity + growth < this.#nextCapacity()) {
          const holes = [...allocator.freeBlocks()].filter(({ start }) => start < tailStart);
          if (address !== undefined && address < tailStart) holes.push({ start: address, size });
          this.work += holes.length;
          this.#forks.push({
            capacity: capacity + growth,
            operation: i,
            holes,
            tailStart,
            previousEnd,
            live: live.slice(),
            queue: copyOf(queue),
          });
        }
        if (address === undefined) return this.#nextCapacity();
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

  #nextCapacity(): number {
    return this.#forks.at(-1)?.capacity ?? Infinity;
  }

  /** Free blocks, and for next fit the end of the last allocation, are all the state a policy has. */
  #restore(fork: Fork, allocator: ReplayAllocator, capacity: number): void {
    const { holes, tailStart, previousEnd } = fork;
    allocator.tryAllocate(capacity);
    if (previousEnd > 0) {
      allocator.free(previousEnd - 1, 1);
      allocator.tryAllocate(1);
    }
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
