// Timing a workload slice by slice: operations are generated in chunks, and only running them is timed.

import type { Operations } from "./operations.ts";
import type { Slice } from "./protocol.ts";
import type { Workload } from "./workloads.ts";

const SMALLEST_CHUNK = 64;
const LARGEST_CHUNK = 1 << 15;
/** Of operations any stretch of which is like any other: long, so that generating disturbs seldom. */
const LARGEST_STEADY_CHUNK = 1 << 18;

/**
 * Runs whole chunks until `ms` are measured. Generating their operations is not timed, nor is the first quarter of a chunk
 * where any stretch is like any other: it reads back what generating, or other contenders, have pushed out of the caches.
 */
export function slicesOf(
  run: (operations: Operations, from: number, to: number) => void,
  { next, isSteady = false }: Pick<Workload, "next" | "isSteady">,
  now: () => number = () => performance.now(),
): (ms: number) => Slice {
  const largest = isSteady ? LARGEST_STEADY_CHUNK : LARGEST_CHUNK;
  let chunk = SMALLEST_CHUNK;
  return (ms) => {
    let spent = 0;
    let timed = 0;
    while (spent < ms) {
      const operations = next(chunk);
      const count = operations.slots.length;
      // Even: a free and the allocation after it stay together.
      const untimed = isSteady ? (count >>> 3) * 2 : 0;
      run(operations, 0, untimed);
      const start = now();
      run(operations, untimed, count);
      const took = now() - start;
      spent += took;
      timed += count - untimed;
      if (took < ms / 4 && chunk < largest) chunk *= 2;
    }
    return { units: timed / 2, ms: spent };
  };
}
