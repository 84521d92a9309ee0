// What a granularity would do to a trace: every size and alignment rounded up to multiples of it, and counted in units.

import type { TrackedPolicy } from "suballoc";
import { factoryOf } from "../replay/allocator.ts";
import { smallestCapacity } from "../replay/smallest-capacity.ts";
import { nanosecondsPerOperation } from "../replay/timing.ts";
import type { Trace } from "../trace/trace.ts";

export interface GranularityFinding {
  readonly granularity: number;
  /** In bytes, a multiple of the granularity; the quick search's. */
  readonly capacity: number;
  /** Whether no smaller capacity will do. */
  readonly isExact: boolean;
  readonly nanosecondsPerOperation: number;
  /** Whether every size and alignment is a multiple of it anyway. */
  readonly isNatural: boolean;
}

const COMMON = [16, 64, 256];

/** What all sizes and alignments are multiples of, what all alignments are, and a few common ones. */
export function granularitiesFor(trace: Trace): number[] {
  const natural = naturalGranularity(trace);
  const meanSize = trace.sizes.reduce((sum, size) => sum + size, 0) / trace.sizes.length;
  const worthTrying = COMMON.filter((granularity) => granularity <= meanSize / 4);
  const aligned = divisorOf(trace.alignments.filter((alignment) => alignment > 1));
  return [...new Set([natural, aligned, ...worthTrying])].filter((granularity) => granularity > 1);
}

export function tryGranularity(
  trace: Trace,
  policy: TrackedPolicy,
  granularity: number,
): GranularityFinding {
  const counted = inUnits(trace, granularity);
  const { capacity, exact } = smallestCapacity(counted, policy, factoryOf(policy), { budget: 0 });
  return {
    granularity,
    capacity: capacity * granularity,
    isExact: exact,
    nanosecondsPerOperation: nanosecondsPerOperation(counted, factoryOf(policy), capacity),
    isNatural: naturalGranularity(trace) % granularity === 0,
  };
}

function naturalGranularity({ sizes, alignments }: Trace): number {
  return divisorOf([...sizes, ...alignments.filter((alignment) => alignment > 1)]);
}

function divisorOf(numbers: Iterable<number>): number {
  let divisor = 0;
  for (const number of numbers) divisor = greatestCommonDivisor(divisor, number);
  return divisor;
}

/** The same trace, in units. */
export function inUnits(trace: Trace, granularity: number): Trace {
  const sizes = trace.sizes.map((size) => Math.ceil(size / granularity));
  const alignments = trace.alignments.map(
    (alignment) => alignment / greatestCommonDivisor(alignment, granularity),
  );
  let live = 0;
  let peakLiveBytes = 0;
  let peakOperation = 0;
  trace.operations.forEach((operation, index) => {
    live += operation >= 0 ? sizes[operation]! : -sizes[~operation]!;
    if (live <= peakLiveBytes) return;
    peakLiveBytes = live;
    peakOperation = index;
  });
  const isAligned = alignments.some((alignment) => alignment > 1);
  return { ...trace, sizes, alignments, isAligned, peakLiveBytes, peakOperation };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
