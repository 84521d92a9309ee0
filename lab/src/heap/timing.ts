// Nanoseconds an operation, for heaps in turn, so that what slows the machine slows all of them.

import type { Trace } from "../trace/trace.ts";
import type { ByteHeap } from "./byte-heap.ts";

/** An empty heap. */
type Timed = Pick<ByteHeap, "allocate" | "free">;

const mostRounds = 15;
const enoughMilliseconds = 4000;

/**
 * The medians of up to 15 replays each, or of as many as fit in some seconds; at least one. One more goes before them, so
 * that code is compiled and memory has grown. Contents are neither written nor checked; the loop counts.
 */
export function timeInTurn(
  trace: Trace,
  heaps: readonly (() => Timed)[],
  onProgress: (done: number) => void = () => {},
): number[] {
  const runs: number[][] = heaps.map(() => []);
  const empty = heaps.map((create) => create());
  const begin = performance.now();
  for (const heap of empty) timeOnce(trace, heap);
  for (let round = 0; round < mostRounds; round++) {
    const spent = performance.now() - begin;
    if (round > 0 && spent > enoughMilliseconds) break;
    onProgress(Math.max(round / mostRounds, Math.min(1, spent / enoughMilliseconds)));
    for (const [i, heap] of empty.entries()) runs[i]!.push(timeOnce(trace, heap));
  }
  return runs.map((times) => {
    times.sort((a, b) => a - b);
    return (times[times.length >> 1]! * 1e6) / trace.operations.length;
  });
}

/** Milliseconds. Afterwards, all that the trace left is freed too. */
function timeOnce({ operations, sizes, alignments }: Trace, heap: Timed): number {
  const pointers = new Float64Array(sizes.length);
  const start = performance.now();
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i]!;
    if (operation >= 0)
      pointers[operation] = heap.allocate(sizes[operation]!, alignments[operation]!)!;
    else heap.free(pointers[~operation]!);
  }
  const milliseconds = performance.now() - start;
  const isLive = new Uint8Array(sizes.length);
  for (const operation of operations) isLive[operation < 0 ? ~operation : operation]! ^= 1;
  isLive.forEach((live, id) => {
    if (live !== 0) heap.free(pointers[id]!);
  });
  return milliseconds;
}
