// Nanoseconds an operation: the bare replay, without any of the checks.

import type { Trace } from "../trace/trace.ts";
import type { AllocatorFactory } from "./allocator.ts";

const mostRuns = 15;
const enoughMilliseconds = 1000;

/** The median of up to 15 replays, or of as many as fit in a second; at least one. The loop counts too. */
export function nanosecondsPerOperation(
  trace: Trace,
  createAllocator: AllocatorFactory,
  capacity: number,
): number {
  const runs: number[] = [];
  let spent = 0;
  timeOnce(trace, createAllocator, capacity); // lets the engine compile
  while (runs.length < mostRuns && spent < enoughMilliseconds) {
    const milliseconds = timeOnce(trace, createAllocator, capacity);
    runs.push(milliseconds);
    spent += milliseconds;
  }
  runs.sort((a, b) => a - b);
  const median = runs[Math.floor(runs.length / 2)]!;
  return (median * 1e6) / trace.operations.length;
}

function timeOnce(trace: Trace, createAllocator: AllocatorFactory, capacity: number): number {
  const { operations, sizes, alignments } = trace;
  const addresses = new Float64Array(sizes.length);
  const allocator = createAllocator(capacity);
  const start = performance.now();
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i]!;
    if (operation >= 0)
      addresses[operation] = allocator.tryAllocate(sizes[operation]!, alignments[operation])!;
    else allocator.free(addresses[~operation]!, sizes[~operation]!);
  }
  const milliseconds = performance.now() - start;
  allocator.dispose();
  return milliseconds;
}
