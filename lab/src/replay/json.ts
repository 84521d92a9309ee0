// Results as plain data, the same from the command and from the page.

import type { TrackedPolicy } from "suballoc";
import type { Advice } from "../advise/advise.ts";
import type { Trace, TraceReport } from "../trace/trace.ts";
import type { Measurement } from "./measure.ts";

export interface PolicyJson {
  readonly policy: TrackedPolicy;
  readonly capacity: number;
  readonly fits: boolean;
  readonly failure: {
    readonly size: number;
    readonly line: number;
    readonly operation: number;
  } | null;
  readonly operations: number;
  readonly peakLiveBytes: number;
  readonly smallestCapacity: number;
  readonly smallestCapacityIsExact: boolean;
  readonly fitsInNothingBelow: number;
  readonly overheadPercent: number;
  readonly externalFragmentationAtPeak: number | null;
  readonly freeBlocksAtPeak: number | null;
  readonly nanosecondsPerOperation: number | null;
}

export interface ResultsJson {
  readonly file: string;
  readonly format: Trace["format"];
  readonly operations: number;
  readonly blocks: number;
  readonly peakLiveBytes: number;
  readonly report: TraceReport;
  readonly policies: readonly PolicyJson[];
}

export interface AdviceJson extends Omit<ResultsJson, "policies"> {
  readonly advice: Advice;
}

export function adviceAsJson(file: string, trace: Trace, advice: Advice): AdviceJson {
  return { ...describeTraceAsJson(file, trace), advice };
}

export function resultsAsJson(
  file: string,
  trace: Trace,
  results: readonly Measurement[],
): ResultsJson {
  return {
    ...describeTraceAsJson(file, trace),
    policies: results.map((result) => policyJson(trace, result)),
  };
}

export function describeTraceAsJson(file: string, trace: Trace): Omit<ResultsJson, "policies"> {
  return {
    file,
    format: trace.format,
    operations: trace.operations.length,
    blocks: trace.sizes.length,
    peakLiveBytes: trace.peakLiveBytes,
    report: trace.report,
  };
}

function policyJson(trace: Trace, result: Measurement): PolicyJson {
  const { policy, smallest, replay } = result;
  return {
    policy,
    capacity: replay.capacity,
    fits: replay.failure === undefined,
    failure:
      replay.failure === undefined ? null : { ...replay.failure, operation: replay.operations },
    operations: replay.operations,
    peakLiveBytes: trace.peakLiveBytes,
    smallestCapacity: smallest.capacity,
    smallestCapacityIsExact: smallest.exact,
    fitsInNothingBelow: smallest.noneBelow,
    overheadPercent: (smallest.capacity / trace.peakLiveBytes - 1) * 100,
    externalFragmentationAtPeak:
      replay.failure === undefined ? replay.peak.externalFragmentation : null,
    freeBlocksAtPeak: replay.failure === undefined ? replay.peak.freeBlocks.length : null,
    nanosecondsPerOperation: result.nanosecondsPerOperation ?? null,
  };
}
