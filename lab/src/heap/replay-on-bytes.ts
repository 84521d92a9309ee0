// Replays a trace on real bytes: every block is written when it is allocated, and checked when it is freed, or at the end.

import { LiveRanges, ReplayFault } from "../replay/live-ranges.ts";
import { originOf, type Trace } from "../trace/trace.ts";
import { withNatural } from "./alignment.ts";
import type { ByteHeap } from "./byte-heap.ts";
import { Contents } from "./contents.ts";

export interface BytesReplay {
  /** Operations done: all of them, or those before the first allocation that did not fit. */
  readonly operations: number;
  /** The allocation that did not fit: its size, and the line of the trace it comes from. */
  readonly failure: { readonly size: number; readonly line: number } | undefined;
  /** From the lowest to past the highest byte that was ever handed out. */
  readonly footprint: number;
  /** Bytes of memory at the end, with all bookkeeping and what growth took in advance. */
  readonly memoryBytes: number;
  /** Bytes that live blocks took at the trace's peak, or at the failure if that comes first; and bytes asked for. */
  readonly usedAtPeak: number;
  readonly liveAtPeak: number;
  /** Bytes whose contents were checked. */
  readonly checkedBytes: number;
}

const pastMemory = 2 ** 32;
const progressEvery = 1000;

/**
 * Checks that pointers are aligned and that blocks lie in the memory, do not overlap, and keep their contents.
 * @throws {ReplayFault} if the heap breaks any of that.
 */
export function replayOnBytes(
  trace: Trace,
  heap: ByteHeap,
  onProgress: (operations: number) => void = () => {},
): BytesReplay {
  const { operations, sizes, alignments, lines, peakOperation } = trace;
  const live = new LiveRanges(pastMemory);
  const contents = new Contents(heap.memory);
  const pointers = new Map<number, number>(); // of live blocks, by id
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  let checkedBytes = 0;
  let atPeak: { used: number; live: number } | undefined;
  let failure: BytesReplay["failure"];
  let done = 0;

  const allocate = (id: number): boolean => {
    const size = sizes[id]!;
    const pointer = heap.allocate(size, alignments[id]!);
    if (pointer === undefined) return false;
    const alignment = withNatural(alignments[id]!);
    if (pointer % alignment !== 0)
      throw new ReplayFault(`${pointer} is not a multiple of ${alignment}`);
    if (pointer === 0 || pointer + size > contents.memoryBytes)
      throw new ReplayFault(`[${pointer}, ${pointer + size}) lies outside the memory`);
    live.add(pointer, size);
    pointers.set(id, pointer);
    contents.write(id, pointer, size);
    lowest = Math.min(lowest, pointer);
    highest = Math.max(highest, pointer + size);
    return true;
  };
  const free = (id: number): void => {
    const pointer = pointers.get(id)!;
    contents.check(id, pointer, sizes[id]!);
    checkedBytes += sizes[id]!;
    live.remove(pointer);
    pointers.delete(id);
    heap.free(pointer);
  };
  const measurePeak = () => ({ used: heap.usedBytes(pointers.values()), live: live.bytes });

  try {
    for (; done < operations.length; done++) {
      const operation = operations[done]!;
      if (operation < 0) free(~operation);
      else if (!allocate(operation)) {
        failure = { size: sizes[operation]!, line: lines[done]! };
        break;
      }
      if (done === peakOperation) atPeak = measurePeak();
      if (done % progressEvery === 0) onProgress(done);
    }
    atPeak ??= measurePeak();
    for (const id of [...pointers.keys()]) free(id); // what the program never freed
  } catch (error) {
    const origin = originOf(trace, Math.min(done, operations.length - 1));
    throw new ReplayFault(`operation ${done} (${origin}): ${(error as Error).message}`, {
      cause: error,
    });
  }
  onProgress(operations.length);
  return {
    ...{ operations: done, failure, checkedBytes },
    footprint: Math.max(0, highest - lowest),
    memoryBytes: contents.memoryBytes,
    usedAtPeak: atPeak.used,
    liveAtPeak: atPeak.live,
  };
}
