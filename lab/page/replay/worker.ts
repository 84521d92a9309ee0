// All that takes long, away from the page: reading a trace, replaying it, searching, drawing.

import { expose } from "comlink";
import type { TrackedPolicy } from "suballoc";
import { type Advice, advise, type Candidate } from "../../src/advise/advise.ts";
import { drawAddressAgainstTime, type Panel } from "../../src/draw/address-time.ts";
import { factoryOf, roundingOf } from "../../src/replay/allocator.ts";
import { type Replay, replay } from "../../src/replay/replay.ts";
import { type SmallestCapacity, smallestCapacity } from "../../src/replay/smallest-capacity.ts";
import { nanosecondsPerOperation } from "../../src/replay/timing.ts";
import { readTrace } from "../../src/trace/read.ts";
import type { Trace } from "../../src/trace/trace.ts";
import type { Filter } from "./filter.ts";
import { addressAgainstTime, type Raster } from "./raster.ts";
import type { View } from "./view.ts";

/** Told how much is done, 0 … 1. */
export type OnProgress = (done: number) => void;

export interface Replayed {
  readonly replay: Replay;
  /** All of it. */
  readonly raster: Raster;
}

const progressMilliseconds = 40;

export class TraceWorker {
  #trace: Trace | undefined;
  /** The last replay with each policy. */
  readonly #replays = new Map<TrackedPolicy, Replay>();

  async open(file: Blob, onProgress: OnProgress): Promise<Trace> {
    const tell = throttled(onProgress);
    this.#trace = await readTrace(file.stream(), (read) => tell(read / file.size));
    return this.#trace;
  }

  /** A trace another worker has read. */
  adopt(trace: Trace): void {
    this.#trace = trace;
  }

  /** @param budget operations that may be replayed to exclude smaller capacities; the command's if not given */
  smallest(
    policy: TrackedPolicy,
    budget: number | undefined,
    onProgress: OnProgress,
  ): SmallestCapacity {
    return smallestCapacity(this.#opened, policy, factoryOf(policy), {
      budget,
      onProgress: throttled(onProgress),
    });
  }

  replay(policy: TrackedPolicy, capacity: number, onProgress: OnProgress): Replayed {
    const trace = this.#opened;
    const tell = throttled(onProgress);
    const replayed = replay(trace, factoryOf(policy), capacity, {
      rounding: roundingOf(policy),
      onProgress: (operations) => tell(operations / trace.operations.length),
    });
    this.#replays.set(policy, replayed);
    const all = { from: 0, to: trace.operations.length, low: 0, high: capacity };
    return { replay: replayed, raster: addressAgainstTime(trace, replayed, all, undefined) };
  }

  /** A part of the picture of the last replay with a policy. */
  raster(policy: TrackedPolicy, view: View, filter: Filter | undefined): Raster | undefined {
    const replayed = this.#replays.get(policy);
    return replayed && addressAgainstTime(this.#opened, replayed, view, filter);
  }

  nanosecondsPerOperation(policy: TrackedPolicy, capacity: number): number {
    return nanosecondsPerOperation(this.#opened, factoryOf(policy), capacity);
  }

  advise(candidates: readonly Candidate[], onProgress: OnProgress): Advice {
    const tell = throttled(onProgress);
    return advise(this.#opened, candidates, (_task, done) => tell(done));
  }

  svg(title: string, panels: readonly Panel[]): string {
    return drawAddressAgainstTime(title, this.#opened, panels);
  }

  get #opened(): Trace {
    if (this.#trace === undefined) throw new Error("no trace has been opened");
    return this.#trace;
  }
}

/** The page is told often enough to see it move, and no oftener. */
function throttled(onProgress: OnProgress): OnProgress {
  let last = 0;
  return (done) => {
    const now = performance.now();
    if (now - last < progressMilliseconds) return;
    last = now;
    onProgress(done);
  };
}

expose(new TraceWorker());
