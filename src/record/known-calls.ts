// All the allocators that `record` knows by their methods.

import { mallocCalls, type RecordedCalls, trackedCalls, untrackedCalls } from "./calls.js";
import { gpuPoolCalls } from "./gpu-calls.js";

/** Tried in this order: a heap has `blocks` and `free` too. */
// biome-ignore lint/suspicious/noExplicitAny: each table is only used on what has its methods
export const knownCalls: readonly RecordedCalls<any>[] = [
  gpuPoolCalls,
  mallocCalls,
  trackedCalls,
  untrackedCalls,
];
