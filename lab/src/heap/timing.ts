// Nanoseconds an operation, for heaps and policies in turn, so that what slows the machine slows all of them.

import type { Trace } from "../trace/trace.ts";

/** An empty allocator. */
export interface Timed {
  allocate(size: number, alignment: number): number | undefined;
  free(pointer: number, size: number): void;
  dispose?(): void;
}

const mostRounds = 15;
const enoughMilliseconds = 4000;

/**
 * The medians of up to 15 replays each, or of as many as fit in some seconds; at least one. One more goes before them, so
 * that code is compiled and memory has grown. Contents are neither written nor checked; the loop counts.
 */
export function timeInTurn(
  trace: Trace,
  contenders: readonly (() => Timed)[],
  onProgress: (done: number) => void = () => {},
): number[] {
  const runs: number[][] = contenders.map(() => []);
  const allocators = contenders.map((create) => create());
  const begin = performance.now();
  for (const allocator of allocators) timeOnce(trace, allocator);
  for (let round = 0; round < mostRounds; round++) {
    const spent = performance.now() - begin;
    if (round > 0 && spent > enoughMilliseconds) break;
    onProgress(Math.max(round / mostRounds, Math.min(1, spent / enoughMilliseconds)));
    for (const [i, allocator] of allocators.entries()) runs[i]!.push(timeOnce(trace, allocator));
  }
  for (const allocator of allocators) allocator.dispose?.();
  return runs.map((times) => {
    times.sort((a, b) => a - b);
    return (times[times.length >> 1]! * 1e6) / trace.operations.length;
  });
}

/** Milliseconds. Afterwards, all that the trace left is freed too. */
function timeOnce({ operations, sizes, alignments }: Trace, allocator: Timed): number {
  const pointers = new Float64Array(sizes.length);
  const start = performance.now();
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i]!;
    if (operation >= 0)
      pointers[operation] = allocator.allocate(sizes[operation]!, alignments[operation]!)!;
    else allocator.free(pointers[~operation]!, sizes[~operation]!);
  }
  const milliseconds = performance.now() - start;
  const isLive = new Uint8Array(sizes.length);
  for (const operation of operations) isLive[operation < 0 ? ~operation : operation]! ^= 1;
  isLive.forEach((live, id) => {
    if (live !== 0) allocator.free(pointers[id]!, sizes[id]!);
  });
  return milliseconds;
}
