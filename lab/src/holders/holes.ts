// Who makes the holes: free memory below the highest live block at a replay's peak, told by who left it and by who keeps
// it from merging with what is free further up.

import { BTree } from "../replay/live-ranges.ts";
import type { Replay } from "../replay/replay.ts";
import type { Trace } from "../trace/trace.ts";
import type { Groups } from "./groups.ts";

export interface HoleMaker {
  /** Index of the group. */
  readonly group: number;
  /** Bytes of holes where its blocks were the last to be freed. */
  readonly left: number;
  /** Bytes of holes that end at one of its live blocks. */
  readonly pinned: number;
}

export interface Holes {
  readonly bytes: number;
  /** Bytes that nobody has used yet: passed over for alignment, or by the policy. */
  readonly neverUsed: number;
  /** Groups that left or pin any, those that left most first. */
  readonly makers: readonly HoleMaker[];
}

type Ranges = InstanceType<typeof BTree<number, number>>;

export function holesAtPeak(trace: Trace, replay: Replay, groups: Groups): Holes {
  const { peak, capacity, addresses } = replay;
  const done = replay.failure === undefined ? trace.peakOperation + 1 : replay.operations;
  const holes = peak.freeBlocks.filter(({ start, size }) => start + size < capacity);
  const left = new Float64Array(groups.names.length);
  const pinned = new Float64Array(groups.names.length);
  /** Parts whose last user is not known yet. */
  const unknown: Ranges = new BTree(undefined, (a, b) => a - b);
  for (const { start, size } of holes) unknown.set(start, start + size);
  let neverUsed = holes.reduce((sum, { size }) => sum + size, 0);

  // Backwards through the frees: who is met first was there last.
  for (let i = done - 1; i >= 0 && neverUsed > 0; i--) {
    const operation = trace.operations[i]!;
    if (operation >= 0) continue;
    const start = addresses[~operation]!;
    const end = start + trace.sizes[~operation]!;
    const taken = cut(unknown, start, end);
    left[groups.of[~operation]!]! += taken;
    neverUsed -= taken;
  }

  const byStart = new Map(holes.map(({ start, size }) => [start + size, size]));
  for (const id of liveIds(trace, done)) {
    pinned[groups.of[id]!]! += byStart.get(addresses[id]!) ?? 0;
  }
  const makers = Array.from(left, (bytes, group) => ({
    group,
    left: bytes,
    pinned: pinned[group]!,
  }))
    .filter((maker) => maker.left + maker.pinned > 0)
    .sort((a, b) => b.left - a.left || b.pinned - a.pinned || a.group - b.group);
  return { bytes: holes.reduce((sum, { size }) => sum + size, 0), neverUsed, makers };
}

/** Takes `[start, end)` out of ranges, which are ends by starts. @returns how much there was of it. */
function cut(ranges: Ranges, start: number, end: number): number {
  let taken = 0;
  let range = ranges.getPairOrNextLower(start) ?? ranges.nextHigherPair(start);
  while (range !== undefined && range[0] < end) {
    const [first, past] = range;
    const [from, until] = [Math.max(first, start), Math.min(past, end)];
    if (from < until) {
      taken += until - from;
      ranges.delete(first);
      if (first < from) ranges.set(first, from);
      if (until < past) ranges.set(until, past);
    }
    range = ranges.nextHigherPair(first);
  }
  return taken;
}

/** Blocks live after so many operations. */
function liveIds(trace: Trace, done: number): Set<number> {
  const live = new Set<number>();
  for (const operation of trace.operations.subarray(0, done)) {
    if (operation >= 0) live.add(operation);
    else live.delete(~operation);
  }
  return live;
}
