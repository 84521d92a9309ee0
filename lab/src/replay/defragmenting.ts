// Replays a trace in a tracked allocator that is defragmented whenever an allocation does not fit, a move at a time
// until it does: how much must be moved for the trace to fit in so little.

import { TrackedAllocator, type TrackedPolicy } from "suballoc";
import type { Trace } from "../trace/trace.ts";
import { roundingOf } from "./allocator.ts";
import { LiveRanges, ReplayFault } from "./live-ranges.ts";

export interface DefragmentingReplay {
  readonly capacity: number;
  /** Allocations that did not fit at first. */
  readonly defragmentations: number;
  readonly moves: number;
  readonly movedBytes: number;
  /** The most that was moved for one allocation. */
  readonly mostAtOnce: number;
}

/** The largest of the capacities replayed in, as a share more than the peak of live bytes. */
export const MOST_SHARE = 0.05;
/** All of them: in the peak itself everything fits if nothing is aligned. */
const SHARES = [0, 0.01, MOST_SHARE];

/**
 * A replay in each of a few capacities from the peak of live bytes up; only in those in which the trace fits, with at most
 * `mostMoves`. In a tight block one allocation may move every block: moves grow with the square of the trace.
 */
export function replayDefragmenting(
  trace: Trace,
  policy: TrackedPolicy,
  onProgress: (done: number) => void = () => {},
  mostMoves = Infinity,
): DefragmentingReplay[] {
  return SHARES.flatMap((share, i) => {
    onProgress(i / SHARES.length);
    const capacity = Math.ceil(trace.peakLiveBytes * (1 + share));
    return replayIn(trace, policy, Math.min(capacity, Number.MAX_SAFE_INTEGER), mostMoves) ?? [];
  });
}

/** @throws {ReplayFault} if the allocator moves a block onto another, or finds no room where there is enough. */
function replayIn(
  trace: Trace,
  policy: TrackedPolicy,
  capacity: number,
  mostMoves: number,
): DefragmentingReplay | undefined {
  const { operations, sizes, alignments } = trace;
  using allocator = new TrackedAllocator(capacity, { policy });
  const live = new LiveRanges(capacity);
  const rounding = roundingOf(policy);
  const addresses = new Float64Array(sizes.length);
  const blockAt = new Map<number, number>();
  let defragmentations = 0;
  let moves = 0;
  let movedBytes = 0;
  let mostAtOnce = 0;

  const place = (id: number, address: number) => {
    live.add(address, rounding?.(sizes[id]!) ?? sizes[id]!);
    addresses[id] = address;
    blockAt.set(address, id);
  };
  /** Undefined if gaps left by alignment or by rounding make it impossible, or when no more moves are allowed. */
  const makeRoom = (size: number, alignment: number): number | undefined => {
    const before = movedBytes;
    defragmentations++;
    for (;;) {
      if (moves >= mostMoves) return undefined;
      const { moves: made } = allocator.defragment({ maxMoves: 1 });
      if (made.length === 0) {
        if (trace.isAligned || rounding !== undefined) return undefined;
        throw new ReplayFault(`nothing left to move, and no ${size} bytes`);
      }
      for (const { from, to, size } of made) {
        const id = blockAt.get(from)!;
        live.remove(from);
        blockAt.delete(from);
        place(id, to);
        moves++;
        movedBytes += size;
      }
      const address = allocator.tryAllocate(size, alignment);
      if (address === undefined) continue;
      mostAtOnce = Math.max(mostAtOnce, movedBytes - before);
      return address;
    }
  };

  for (const operation of operations) {
    if (operation >= 0) {
      const size = sizes[operation]!;
      const alignment = alignments[operation]!;
      const room = allocator.tryAllocate(size, alignment) ?? makeRoom(size, alignment);
      if (room === undefined) return undefined;
      place(operation, room);
    } else {
      const address = addresses[~operation]!;
      live.remove(address);
      blockAt.delete(address);
      allocator.free(address, sizes[~operation]);
    }
  }
  live.checkFreeBlocks(allocator.freeBlocks(), rounding !== undefined);
  return { capacity, defragmentations, moves, movedBytes, mostAtOnce };
}
