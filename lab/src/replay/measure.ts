// Everything the lab says about one policy on one trace.

import type { TrackedPolicy } from "suballoc";
import type { Trace } from "../trace/trace.ts";
import { type AllocatorFactory, roundingOf } from "./allocator.ts";
import { type Replay, replay } from "./replay.ts";
import { type SmallestCapacity, smallestCapacity } from "./smallest-capacity.ts";
import { nanosecondsPerOperation } from "./timing.ts";

export interface Measurement {
  readonly policy: TrackedPolicy;
  readonly smallest: SmallestCapacity;
  /** Replayed at the capacity asked for, or at the smallest one. */
  readonly replay: Replay;
  /** Undefined if the trace does not fit the capacity asked for. */
  readonly nanosecondsPerOperation: number | undefined;
}

export interface MeasureOptions {
  readonly capacity?: number | undefined;
  /** How many operations the search for the smallest capacity may replay. */
  readonly searchBudget?: number | undefined;
  /** Told what is being done and how much of it is, 0 … 1. */
  readonly onProgress?: (task: string, done: number) => void;
}

export function measure(
  trace: Trace,
  policy: TrackedPolicy,
  createAllocator: AllocatorFactory,
  { capacity, searchBudget, onProgress = () => {} }: MeasureOptions = {},
): Measurement {
  const rounding = roundingOf(policy);
  // The search below does not check: an allocator at fault is caught here, before.
  replay(trace, createAllocator, Math.min(trace.peakLiveBytes * 2, Number.MAX_SAFE_INTEGER), {
    rounding,
    onProgress: (operations) => onProgress("check", operations / trace.operations.length),
  });
  const smallest = smallestCapacity(trace, policy, createAllocator, {
    budget: searchBudget,
    onProgress: (done) => onProgress("smallest capacity", done),
  });
  const replayed = replay(trace, createAllocator, capacity ?? smallest.capacity, {
    rounding,
    onProgress: (operations) => onProgress("replay", operations / trace.operations.length),
  });
  onProgress("timing", 0);
  return {
    policy,
    smallest,
    replay: replayed,
    nanosecondsPerOperation:
      replayed.failure === undefined
        ? nanosecondsPerOperation(trace, createAllocator, replayed.capacity)
        : undefined,
  };
}
