// The workloads: which operations are run, in what block, from what state on.

import { type Operations, Recorder } from "./operations.ts";
import { Random } from "./random.ts";

/** What a workload is made from; plain data, since it is sent to the process that runs it. */
export type WorkloadSpec = { kind: "churn"; live: number; maxSize: number };

export interface Workload {
  readonly capacity: number;
  /** Number of slots that operations name. */
  readonly slots: number;
  /** Operations that bring about the state to measure from. */
  readonly prepare: Operations;
  /** The next operations to measure, at least `least` of them. */
  next(least: number): Operations;
}

const SEED = 20240229;

/**
 * `live` blocks fill 70 % of the capacity; a random one is freed and a new one allocated in its stead.
 * Prepared by 2 × `live` such pairs, so that the holes are those of a heap in use.
 */
function churn(live: number, maxSize: number): Workload {
  const random = new Random(SEED);
  const recorder = new Recorder();
  for (let slot = 0; slot < live; slot++) recorder.allocate(slot, random.between(1, maxSize));

  function pairs(count: number): Operations {
    for (let i = 0; i < count; i++) {
      const slot = random.below(live);
      recorder.free(slot);
      recorder.allocate(slot, random.between(1, maxSize));
    }
    return recorder.take();
  }

  return {
    capacity: Math.ceil((live * (maxSize + 1)) / 2 / 0.7),
    slots: live,
    prepare: pairs(2 * live),
    next: (least) => pairs(Math.ceil(least / 2)),
  };
}

export function createWorkload(spec: WorkloadSpec): Workload {
  return churn(spec.live, spec.maxSize);
}
