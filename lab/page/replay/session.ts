// A trace that has been opened, and the two workers that work on it: one serves the page, the other
// searches for smallest capacities meanwhile.

import { proxy, type Remote, wrap } from "comlink";
import type { TrackedPolicy } from "suballoc";
import type { Advice, Candidate } from "../../src/advise/advise.ts";
import type { Panel } from "../../src/draw/address-time.ts";
import type { SmallestCapacity } from "../../src/replay/smallest-capacity.ts";
import type { Trace } from "../../src/trace/trace.ts";
import type { Filter } from "./filter.ts";
import type { Raster } from "./raster.ts";
import type { View } from "./view.ts";
import type { OnProgress, Replayed, TraceWorker } from "./worker.ts";

export class Session {
  readonly trace: Trace;
  readonly #viewer: Helper;
  #searcher: Helper;

  private constructor(trace: Trace, viewer: Helper, searcher: Helper) {
    this.trace = trace;
    this.#viewer = viewer;
    this.#searcher = searcher;
  }

  /** @throws what reading it throws, or the signal's reason */
  static async open(file: Blob, onProgress: OnProgress, signal: AbortSignal): Promise<Session> {
    const viewer = new Helper();
    const searcher = new Helper();
    try {
      const trace = await viewer.run((remote) => remote.open(file, proxy(onProgress)), signal);
      await searcher.run((remote) => remote.adopt(trace), signal);
      return new Session(trace, viewer, searcher);
    } catch (error) {
      viewer.end();
      searcher.end();
      throw error;
    }
  }

  /** An upper bound, soon: it fits in this, and not in one byte less. */
  quickCapacity(policy: TrackedPolicy): Promise<SmallestCapacity> {
    return this.#viewer.run((remote) => remote.smallest(policy, 0, proxy(ignore)));
  }

  replay(policy: TrackedPolicy, capacity: number, onProgress: OnProgress): Promise<Replayed> {
    return this.#viewer.run((remote) => remote.replay(policy, capacity, proxy(onProgress)));
  }

  /** A part of a picture; undefined if there is none of the policy, or the session has ended. */
  raster(
    policy: TrackedPolicy,
    view: View,
    filter: Filter | undefined,
  ): Promise<Raster | undefined> {
    return this.#viewer.run((remote) => remote.raster(policy, view, filter)).catch(ignore);
  }

  svg(title: string, panels: readonly Panel[]): Promise<string> {
    return this.#viewer.run((remote) => remote.svg(title, panels));
  }

  /** The same search as the command's. */
  smallestCapacity(policy: TrackedPolicy, onProgress: OnProgress): Promise<SmallestCapacity> {
    return this.#searcher.run((remote) => remote.smallest(policy, undefined, proxy(onProgress)));
  }

  nanosecondsPerOperation(policy: TrackedPolicy, capacity: number): Promise<number> {
    return this.#searcher.run((remote) => remote.nanosecondsPerOperation(policy, capacity));
  }

  /** The same advice as the command's. */
  advise(candidates: readonly Candidate[], onProgress: OnProgress): Promise<Advice> {
    return this.#searcher.run((remote) => remote.advise(candidates, proxy(onProgress)));
  }

  /** What is being searched for is not found; another search may begin. */
  stopSearching(): void {
    this.#searcher.end();
    this.#searcher = new Helper();
    this.#searcher.run((remote) => remote.adopt(this.trace)).catch(ignore); // the next search will say why
  }

  dispose(): void {
    this.#viewer.end();
    this.#searcher.end();
  }
}

/** What was asked of a worker that has been ended in the meantime. */
export class EndedError extends Error {
  override readonly name = "EndedError";
}

class Helper {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #remote: Remote<TraceWorker> = wrap<TraceWorker>(this.#worker);
  readonly #ended = new AbortController();

  constructor() {
    this.#worker.addEventListener("error", (event) => {
      this.#ended.abort(new Error(event.message || "the worker could not be started"));
    });
  }

  run<Result>(
    job: (remote: Remote<TraceWorker>) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const signals = signal === undefined ? [] : [signal];
    const either = AbortSignal.any([this.#ended.signal, ...signals]);
    return new Promise((resolve, reject) => {
      const stop = () => reject(either.reason as Error);
      if (either.aborted) return stop();
      either.addEventListener("abort", stop, { once: true });
      job(this.#remote)
        .then(resolve, reject)
        .finally(() => either.removeEventListener("abort", stop));
    });
  }

  end(): void {
    this.#worker.terminate();
    this.#ended.abort(new EndedError("ended"));
  }
}

function ignore(): undefined {}
