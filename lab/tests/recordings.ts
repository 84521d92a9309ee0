// Recordings for tests, made by programs of different habits.

import { TrackedAllocator } from "suballoc";
import { type RecordOptions, record, recordingOf } from "suballoc/record";
import { readTrace } from "../src/trace/read.ts";
import type { Trace } from "../src/trace/trace.ts";
import { streamOf } from "./traces.ts";

export function recordingBy(
  program: (allocator: TrackedAllocator) => void,
  options: RecordOptions = {},
  capacity = 1 << 24,
): Uint8Array<ArrayBuffer> {
  const allocator = record(new TrackedAllocator(capacity), options);
  program(allocator);
  return recordingOf(allocator).save();
}

export function traceBy(
  program: (allocator: TrackedAllocator) => void,
  options?: RecordOptions,
): Promise<Trace> {
  return readTrace(streamOf(recordingBy(program, options), 100));
}

interface Refill {
  /** Sizes to fill a block with. */
  readonly filled: readonly number[];
  /** Index of the block that is allocated last, from where next fit goes on. */
  readonly last: number;
  /** Indices of blocks then freed. */
  readonly freed: readonly number[];
  /** Sizes that fit exactly where those were. */
  readonly after: readonly number[];
}

function refill({ filled, last, freed, after }: Refill) {
  return (allocator: TrackedAllocator) => {
    const starts = filled.map((size) => allocator.allocate(size));
    allocator.free(starts[last]!);
    allocator.allocate(filled[last]!);
    for (const index of freed) allocator.free(starts[index]!);
    for (const size of after) allocator.allocate(size);
  };
}

/** Programs for which one policy needs less memory than the others; see each for why. */
export const programs = {
  /** 150 must not be taken from the lower hole of 200, which is needed whole. */
  "best-fit": refill({ filled: [200, 10, 150, 10], last: 3, freed: [0, 2], after: [150, 200] }),
  /** Two of 120 fit one after the other into the lower hole of 250; best fit begins with the one of 200. */
  "first-fit": refill({
    filled: [250, 10, 200, 10],
    last: 1,
    freed: [0, 2],
    after: [120, 120, 200],
  }),
  /** 100 from the larger hole leaves two of 200. */
  "worst-fit": refill({
    filled: [200, 10, 300, 10],
    last: 3,
    freed: [0, 2],
    after: [100, 200, 200],
  }),
  /** Going on after the last one, two of 100 share the upper hole, and the lower one stays whole. */
  "next-fit": refill({
    filled: [120, 10, 200, 10],
    last: 1,
    freed: [0, 2],
    after: [100, 100, 120],
  }),
} as const;
