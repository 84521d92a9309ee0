// The workloads: which operations are run, in what block, from what state on.

import { OperationList, type Operations } from "./operations.ts";
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
  const fill = new OperationList();
  for (let slot = 0; slot < live; slot++) fill.allocate(slot, random.between(1, maxSize));

  function pairs(count: number): Operations {
    const slots = new Uint32Array(2 * count);
    const sizes = new Uint32Array(2 * count);
    for (let i = 0; i < 2 * count; i += 2) {
      slots[i] = slots[i + 1] = random.below(live);
      sizes[i + 1] = random.between(1, maxSize);
    }
    return { slots, sizes };
  }

  return {
    capacity: Math.ceil((live * (maxSize + 1)) / 2 / 0.7),
    slots: live,
    prepare: concatenate(fill.done(), pairs(2 * live)),
    next: (least) => pairs(Math.ceil(least / 2)),
  };
}

function concatenate(a: Operations, b: Operations): Operations {
  const join = (x: Uint32Array, y: Uint32Array) => {
    const both = new Uint32Array(x.length + y.length);
    both.set(x);
    both.set(y, x.length);
    return both;
  };
  return { slots: join(a.slots, b.slots), sizes: join(a.sizes, b.sizes) };
}

export function createWorkload(spec: WorkloadSpec): Workload {
  return churn(spec.live, spec.maxSize);
}
