// Everything the lab says about heaps on real bytes, and about the policies at their alignment, on one trace.

import type { TrackedPolicy } from "suballoc";
import { factoryOf, roundingOf } from "../replay/allocator.ts";
import { replay } from "../replay/replay.ts";
import { NoRoomError, smallestCapacity } from "../replay/smallest-capacity.ts";
import { nanosecondsPerOperation } from "../replay/timing.ts";
import type { Trace } from "../trace/trace.ts";
import { alignedTrace, liveBytesAfter } from "./aligned.ts";
import type { HeapKind } from "./byte-heap.ts";
import { type BytesReplay, replayOnBytes } from "./replay-on-bytes.ts";
import { timeInTurn } from "./timing.ts";

/** What heaps and policies have in common. */
interface Figures {
  readonly name: string;
  /** From the lowest to past the highest byte that was ever handed out; of a policy, its smallest capacity. */
  readonly footprint: number;
  /** 1 − bytes asked for / bytes of the live blocks, with headers and rounding, at the peak. */
  readonly internalFragmentation: number;
  /** Undefined if the trace does not fit. */
  readonly nanosecondsPerOperation: number | undefined;
}

export interface HeapFigures extends Figures {
  readonly replay: BytesReplay;
}

export interface PolicyFigures extends Figures {
  readonly name: TrackedPolicy;
  /** Whether the footprint is known to be the smallest capacity. */
  readonly exact: boolean;
}

export interface HeapComparison {
  readonly heaps: readonly HeapFigures[];
  readonly policies: readonly PolicyFigures[];
}

export interface CompareOptions {
  /** How many operations the search for a smallest capacity may replay. */
  readonly searchBudget?: number | undefined;
  /** Told what is being done and how much of it is, 0 … 1. */
  readonly onProgress?: (task: string, done: number) => void;
}

/** Small, since the heaps are what is asked for. */
const defaultBudget = 1e6;

export function compareHeaps(
  trace: Trace,
  kinds: readonly HeapKind[],
  policies: readonly TrackedPolicy[],
  { searchBudget = defaultBudget, onProgress = () => {} }: CompareOptions = {},
): HeapComparison {
  const total = trace.operations.length;
  const aligned = alignedTrace(trace);
  if (!Number.isSafeInteger(aligned.peakLiveBytes))
    throw new NoRoomError(
      "rounded up to 16 bytes each, more than 2^53 - 1 are live at once; replay without --heap",
    );
  const heaps = kinds.map(({ name, create }) => ({
    name,
    create,
    replay: replayOnBytes(trace, create(), (done) => onProgress(name, done / total)),
  }));
  const searched = policies.map((policy) => {
    const create = factoryOf(policy);
    // The search does not check: an allocator at fault is caught here, before.
    const enough = Math.min(aligned.peakLiveBytes * 2, Number.MAX_SAFE_INTEGER);
    replay(aligned, create, enough, { rounding: roundingOf(policy) });
    return smallestCapacity(aligned, policy, create, {
      budget: searchBudget,
      onProgress: (done) => onProgress(`${policy}: smallest capacity`, done),
    });
  });

  const timed = heaps.filter(({ replay: { failure } }) => failure === undefined);
  const times = timeInTurn(
    trace,
    timed.map(({ create }) => create),
    (done) => onProgress("timing", done),
  );
  const usedBy = (policy: TrackedPolicy) =>
    liveBytesAfter(aligned, trace.peakOperation, roundingOf(policy));
  return {
    heaps: heaps.map((heap) => ({
      name: heap.name,
      replay: heap.replay,
      footprint: heap.replay.footprint,
      internalFragmentation: 1 - heap.replay.liveAtPeak / Math.max(1, heap.replay.usedAtPeak),
      nanosecondsPerOperation: times[timed.indexOf(heap)],
    })),
    policies: policies.map((policy, i) => ({
      name: policy,
      footprint: searched[i]!.capacity,
      exact: searched[i]!.exact,
      internalFragmentation: 1 - trace.peakLiveBytes / usedBy(policy),
      nanosecondsPerOperation: nanosecondsPerOperation(
        aligned,
        factoryOf(policy),
        searched[i]!.capacity,
      ),
    })),
  };
}
