// A trace as a malloc sees it: every size and alignment rounded up to a multiple of its own, so that every address is one.

import type { Rounding } from "../replay/allocator.ts";
import type { Trace } from "../trace/trace.ts";
import { ALIGNMENT, isNatural, withNatural } from "./alignment.ts";

export function alignedTrace(trace: Trace): Trace {
  const { operations } = trace;
  const sizes = trace.sizes.map((size) => Math.ceil(size / ALIGNMENT) * ALIGNMENT);
  const alignments = trace.alignments.map((alignment) =>
    isNatural(alignment) ? 1 : withNatural(alignment),
  );
  let live = 0;
  let [peakLiveBytes, peakOperation] = [0, 0];
  operations.forEach((operation, index) => {
    live += operation >= 0 ? sizes[operation]! : -sizes[~operation]!;
    if (live > peakLiveBytes) [peakLiveBytes, peakOperation] = [live, index];
  });
  const isAligned = alignments.some((alignment) => alignment > 1);
  return { ...trace, sizes, alignments, isAligned, peakLiveBytes, peakOperation };
}

/** The sum of what live blocks take after an operation, that one included. */
export function liveBytesAfter(
  { operations, sizes }: Trace,
  operation: number,
  rounding: Rounding = (size) => size,
): number {
  let live = 0;
  for (const one of operations.subarray(0, operation + 1)) {
    live += one >= 0 ? rounding(sizes[one]!) : -rounding(sizes[~one]!);
  }
  return live;
}
