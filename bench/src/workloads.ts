// The workloads: which operations are run, in what block, from what state on.

import { type Operations, Recorder } from "./operations.ts";
import { Random } from "./random.ts";
import { readTrace } from "./trace.ts";

export type FreeOrder = "ascending" | "descending" | "random" | "every other one first";

/** What a workload is made from; plain data, since it is sent to the process that runs it. */
export type WorkloadSpec =
  | { kind: "churn"; live: number; maxSize: number }
  | { kind: "aligned churn"; live: number; alignments: readonly number[] }
  | { kind: "batches"; live: number; batch: number }
  | { kind: "holes"; holes: number; sizes: "fit" | "larger" | "barely larger" }
  | { kind: "halved"; halvings: number }
  | { kind: "one-unit holes"; holes: number }
  | { kind: "mass free"; live: number; order: FreeOrder }
  | { kind: "trace"; name: string };

export interface Workload {
  readonly capacity: number;
  /** Number of slots that operations name. */
  readonly slots: number;
  /** Operations that bring about the state to measure from. */
  readonly prepare: Operations;
  /** Each slot's alignment, by its number modulo their count. */
  readonly alignments?: readonly number[];
  /** If given, operations come in runs of so many allocations, or frees, of different slots. */
  readonly batch?: number;
  /** Whether any stretch of the operations is like any other, so that a part of them can go untimed. */
  readonly isSteady?: boolean;
  /** The next operations to measure: at least `least` of them, and as many allocations as frees. */
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
    isSteady: true,
    next: (least) => pairs(Math.ceil(least / 2)),
  };
}

/**
 * Churn of sizes 1 to 1024 whose slots take turns in `alignments`. Rounded up to 256, the largest alignment asked
 * for, the blocks would fill 70 % of the capacity; it is the same whatever the alignments.
 */
function alignedChurn(live: number, alignments: readonly number[]): Workload {
  const roundedUp = (256 + 512 + 768 + 1024) / 4;
  const capacity = Math.ceil((live * roundedUp) / 0.7);
  return { ...churn(live, 1024), capacity, alignments };
}

/** `batch` random ones of `live` blocks of 1 to 1024 are freed, and as many new ones allocated in their stead. */
function batchedChurn(live: number, batch: number): Workload {
  const random = new Random(SEED);
  const recorder = new Recorder();
  for (let slot = 0; slot < live; slot++) recorder.allocate(slot, random.between(1, 1024));
  const order = random.shuffled(live);

  function rounds(count: number): Operations {
    for (let i = 0; i < count; i++) {
      random.shuffleFirst(order, batch);
      for (let j = 0; j < batch; j++) recorder.free(order[j] as number);
      for (let j = 0; j < batch; j++)
        recorder.allocate(order[j] as number, random.between(1, 1024));
    }
    return recorder.take();
  }

  return {
    capacity: Math.ceil((live * 1025) / 2 / 0.7),
    slots: live,
    batch,
    prepare: rounds((2 * live) / batch),
    next: (least) => rounds(Math.ceil(least / 2 / batch)),
  };
}

/**
 * Every second of 2 × `holes` blocks of 64 is free, and so is the end of the block. A size is allocated and
 * freed again: one that each hole can take, or one that none of them can; a barely larger one
 * is refused, which segregated fit says only after a look at every hole, for they are of the request's own class.
 */
function holes(count: number, sizes: "fit" | "larger" | "barely larger"): Workload {
  const size = 64;
  /** With this, a larger request finds room at the end. */
  const end = sizes === "barely larger" ? 0 : 4096;
  const asked = { fit: [size, size], larger: [80, 1024], "barely larger": [size + 1, size + 1] };
  const [least, most] = asked[sizes] as [number, number];
  const random = new Random(SEED);
  const recorder = new Recorder();
  for (let slot = 0; slot < 2 * count; slot++) recorder.allocate(slot, size);
  for (let slot = 0; slot < 2 * count; slot += 2) recorder.free(slot);
  return {
    capacity: 2 * count * size + end,
    slots: 2 * count,
    prepare: recorder.take(),
    next: (operations) => {
      for (let i = 0; i < operations; i += 2) {
        recorder.allocate(0, random.between(least, most));
        recorder.free(0);
      }
      return recorder.take();
    },
  };
}

/**
 * A block of one unit is allocated in an empty capacity of 2^`halvings`, and freed: buddy halves so often, and merges so
 * often again.
 */
function halved(halvings: number): Workload {
  const recorder = new Recorder();
  return {
    capacity: 2 ** halvings,
    slots: 1,
    prepare: recorder.take(),
    next: (least) => {
      for (let i = 0; i < least; i += 2) {
        recorder.allocate(0, 1);
        recorder.free(0);
      }
      return recorder.take();
    },
  };
}

/** A workload that goes round: `cycle` ends in the state that it starts from, and is run as a whole. */
function cyclic(capacity: number, slots: number, prepare: Operations, cycle: Operations): Workload {
  return { capacity, slots, prepare, next: () => cycle };
}

/** `holes` blocks of one unit, each between two that stay, are freed in random order and allocated again. */
function oneUnitHoles(count: number): Workload {
  const recorder = new Recorder();
  for (let slot = 0; slot < 2 * count; slot++) recorder.allocate(slot, 1);
  const prepare = recorder.take();
  const order = new Random(SEED).shuffled(count);
  for (const i of order) recorder.free(2 * i);
  for (const i of order) recorder.allocate(2 * i, 1);
  const cycle = recorder.take();
  return cyclic(2 * count, 2 * count, concatenate(prepare, cycle), cycle);
}

/** `live` blocks of 1 to 1024 are all freed, in the order given, and allocated again. */
function massFree(live: number, order: FreeOrder): Workload {
  const random = new Random(SEED);
  const recorder = new Recorder();
  for (let slot = 0; slot < live; slot++) recorder.allocate(slot, random.between(1, 1024));
  const prepare = recorder.take();
  const slotAt = {
    ascending: (i: number) => i,
    descending: (i: number) => live - 1 - i,
    random: (
      (shuffled) => (i: number) =>
        shuffled[i] as number
    )(random.shuffled(live)),
    "every other one first": (i: number) => (2 * i < live ? 2 * i : 2 * (live - 1 - i) + 1),
  }[order];
  for (let i = 0; i < live; i++) recorder.free(slotAt(i));
  for (let slot = 0; slot < live; slot++) recorder.allocate(slot, prepare.sizes[slot] as number);
  const cycle = recorder.take();
  return cyclic(live * 1024, live, concatenate(prepare, cycle), cycle);
}

/** What a real program asked of malloc, from its peak round to its peak. Nothing is live in between. */
async function trace(name: string): Promise<Workload> {
  const { toPeak, fromPeak, slots, peak } = await readTrace(name);
  const cycle = concatenate(fromPeak, toPeak);
  return cyclic(Math.ceil(peak * 1.25), slots, concatenate(toPeak, cycle), cycle);
}

function concatenate(a: Operations, b: Operations): Operations {
  const slots = new Uint32Array(a.slots.length + b.slots.length);
  slots.set(a.slots);
  slots.set(b.slots, a.slots.length);
  const sizes = new Int32Array(slots.length);
  sizes.set(a.sizes);
  sizes.set(b.sizes, a.sizes.length);
  return { slots, sizes };
}

export async function createWorkload(spec: WorkloadSpec): Promise<Workload> {
  if (spec.kind === "churn") return churn(spec.live, spec.maxSize);
  if (spec.kind === "aligned churn") return alignedChurn(spec.live, spec.alignments);
  if (spec.kind === "batches") return batchedChurn(spec.live, spec.batch);
  if (spec.kind === "holes") return holes(spec.holes, spec.sizes);
  if (spec.kind === "halved") return halved(spec.halvings);
  if (spec.kind === "one-unit holes") return oneUnitHoles(spec.holes);
  if (spec.kind === "mass free") return massFree(spec.live, spec.order);
  return trace(spec.name);
}
