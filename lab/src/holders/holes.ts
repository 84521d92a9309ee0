// Who makes the holes: free memory below the highest live block at a replay's peak, told by who left it and by who keeps
// it from merging with what is free further up.

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

/** A part of a hole whose last user is not known yet. */
interface Part {
  start: number;
  end: number;
}

export function holesAtPeak(trace: Trace, replay: Replay, groups: Groups): Holes {
  const { peak, capacity, addresses } = replay;
  const done = replay.failure === undefined ? trace.peakOperation + 1 : replay.operations;
  const holes = peak.freeBlocks.filter(({ start, size }) => start + size < capacity);
  const left = new Float64Array(groups.names.length);
  const pinned = new Float64Array(groups.names.length);
  const unknown: Part[][] = holes.map(({ start, size }) => [{ start, end: start + size }]);
  let neverUsed = holes.reduce((sum, { size }) => sum + size, 0);

  // Backwards through the frees: who is met first was there last.
  for (let i = done - 1; i >= 0 && neverUsed > 0; i--) {
    const operation = trace.operations[i]!;
    if (operation >= 0) continue;
    const start = addresses[~operation]!;
    const end = start + trace.sizes[~operation]!;
    const group = groups.of[~operation]!;
    for (let hole = firstEndingAfter(holes, start); hole < holes.length; hole++) {
      if (holes[hole]!.start >= end) break;
      const taken = cut(unknown[hole]!, start, end);
      left[group]! += taken;
      neverUsed -= taken;
    }
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

/** Takes `[start, end)` out of the parts. @returns how much there was of it. */
function cut(parts: Part[], start: number, end: number): number {
  let taken = 0;
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i]!;
    const from = Math.max(part.start, start);
    const until = Math.min(part.end, end);
    if (from >= until) continue;
    taken += until - from;
    const rest = [
      { start: part.start, end: from },
      { start: until, end: part.end },
    ].filter((piece) => piece.start < piece.end);
    parts.splice(i, 1, ...rest);
  }
  return taken;
}

function firstEndingAfter(
  holes: readonly { readonly start: number; readonly size: number }[],
  address: number,
): number {
  let low = 0;
  let high = holes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holes[middle]!.start + holes[middle]!.size > address) high = middle;
    else low = middle + 1;
  }
  return low;
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
