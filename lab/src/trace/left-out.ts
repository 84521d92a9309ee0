// What a trace holds besides operations, in words.

import type { TraceReport } from "./trace.ts";

/** How many of what are not replayed; only what there is. */
export function leftOut(report: TraceReport): [number, string][] {
  const all: [number, string][] = [
    [report.nullFrees, "frees of NULL"],
    [report.unknownFrees, "frees of a pointer not known to be live"],
    [report.missedFrees, "addresses handed out while live (the missing frees put in)"],
    [report.failedAllocations, "allocations that failed in the program"],
    [report.zeroSizeAllocations, "allocations of 0 bytes"],
    [report.otherProcessOperations, "operations of other processes"],
    [report.moves, "moves by the program's own defragmentation"],
    [report.foldedOperations, "operations from before the recording's start (their blocks are)"],
    [report.bytesLeftOver, "bytes at the end, where the recording was cut off"],
  ];
  return all.filter(([number]) => number > 0);
}
