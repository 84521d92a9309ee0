// Defragmentation: which live blocks move where, one after another, until no free memory is left below a block
// that could use it. Each move is applied to the core at once and reported, so that the caller can repeat it on
// the contents, in the same order.
//
// A hole is a free block with a live block right after it. The lowest hole whose block could start lower, as far as
// its alignment lets it, comes first. Ordinarily the block slides down to there; the ranges may overlap.
//
// Without overlaps, a block slides if the hole is long enough. If not, it is displaced into free memory further up,
// which makes the hole longer than the block was; and if there is no such room, the hole is filled with a block
// from further up that fits. If none does, the hole is blocked for now, and the next one is looked at. That ends:
// a move changes nothing below its hole; sliding and filling leave less to do above it, displacing makes the hole
// longer, and a hole that has neither been filled nor grown is left alone.
//
// Under buddy a block starts at a multiple of what it takes, before and after a move, so that no move overlaps; and free
// blocks that touch make up one hole.

import { checkLimit, checkOption, checkOptions } from "./check.js";
import { type Abi, BATCH, Field, type Handle, Status } from "./core/abi.js";
import { readBlocks } from "./core/blocks.js";
import { unwrap } from "./core/core.js";
import type { Labels } from "./labels.js";

/** Options of {@link TrackedAllocator.defragment}. */
export interface DefragmentOptions {
  /** At most so many moves: 1 … 2^53 − 1. */
  maxMoves?: number;
  /** At most so much is moved, in the caller's unit, unless the first move alone is more: 1 … 2^53 − 1. */
  maxBytes?: number;
  /**
   * Make only moves whose source and destination do not overlap, for copies that cannot go through a buffer in between.
   * WebGPU forbids copies within one buffer, overlapping or not: there, use `suballoc/webgpu` or a scratch buffer.
   */
  noOverlap?: boolean;
}

/** One block moved: `size` from address `from` on are to be copied to address `to`. */
export interface Move {
  /** Where the block was. */
  readonly from: number;
  /** Where it is now. */
  readonly to: number;
  /** How long it is. */
  readonly size: number;
  /** Whether source and destination overlap: then the copy must act as if it went through a buffer in between. */
  readonly overlaps: boolean;
}

/** What {@link TrackedAllocator.defragment} did. */
export interface Defragmentation {
  /** To be carried out on the contents one after another, in this order. */
  readonly moves: Move[];
  /** Sum of the sizes moved. */
  readonly movedBytes: number;
  /** Whether there is nothing left to move: all that is free is one block, except gaps due to alignment. */
  readonly done: boolean;
  /** Whether there is something left to move, but no move without an overlap. */
  readonly blocked: boolean;
}

/** The free range `[start, end)` with a live block after it, which would start at `to` if it slid down. */
interface Hole {
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly alignment: number;
  readonly to: number;
}

/** How far a run without overlaps has come. */
interface Progress {
  /** Every hole that ends below is blocked, or its block cannot start lower. */
  position: number;
  /** Size of the smallest block after a blocked hole; Infinity if none is blocked. */
  smallestBlocked: number;
  /** No block after a hole from the position on is smaller. */
  smallestAbove: number;
  /** No free block after a hole from the position on is larger. */
  largestAbove: number;
  /** Version of the allocator for which this holds, and the core that it lived in. */
  version: number;
  abi: Abi;
}

/** What the block at `start` must start at a multiple of after a move, all in units; 0: it must stay where it is. */
export type Step = (size: number, alignment: number, start: number) => number;

/** Defragmentation of one allocator. It keeps what it has learnt between calls, so that a call need not begin at the bottom. */
export class Defragmenter {
  /** No block after a free block that ends below this can start lower. */
  #settled = 0;
  /** The step for which that holds: a new function at each run, if there is one. */
  #step: Step | undefined;
  #progress: Progress | undefined;

  /** From `address` on something was freed, taken by name or changed in size. O(1). */
  markDirty(address: number): void {
    if (address < this.#settled) this.#settled = address;
  }

  run(
    abi: Abi,
    handle: Handle,
    granularity: number,
    labels: Labels,
    options: DefragmentOptions,
    step: Step | undefined,
  ): Defragmentation {
    const settings = readOptions(options);
    const capacity = unwrap(abi, abi.get(handle, Field.CAPACITY));
    const run = new CompactionRun(abi, handle, capacity, granularity, labels, settings, step);
    // With a step a hole may also begin in a free block before the one that became dirty.
    if (step !== this.#step) this.#settled = 0;
    this.#step = step;
    const state =
      settings.noOverlap && !step ? this.#runWithoutOverlaps(run) : this.#slideDown(run);
    return {
      moves: run.moves,
      movedBytes: run.movedBytes,
      done: state === "done",
      blocked: state === "blocked",
    };
  }

  #slideDown(run: CompactionRun): State {
    for (;;) {
      const hole = run.holeFrom(this.#settled);
      if (!hole) return "done";
      if (hole.to >= hole.end) {
        this.#settled = hole.end + 1;
        continue;
      }
      if (!run.move(hole.end, hole.to, hole.size)) return "unfinished";
      this.#settled = hole.to + hole.size;
    }
  }

  #runWithoutOverlaps(run: CompactionRun): State {
    const { abi, handle } = run;
    const afresh = () => ({
      position: this.#settled,
      smallestBlocked: Infinity,
      smallestAbove: 0,
      largestAbove: Infinity,
      version: 0,
      abi,
    });
    let progress = this.#progress;
    if (progress?.version !== abi.get(handle, Field.VERSION) || progress.abi !== abi)
      progress = afresh();
    let state: State | undefined;
    while (!state) {
      const hole = run.holeFrom(progress.position);
      const step = hole && hole.to < hole.end ? run.stepAt(hole, progress) : undefined;
      if (!hole) {
        state = progress.smallestBlocked < Infinity ? "blocked" : "done";
      } else if (!step) {
        if (hole.to < hole.end)
          progress.smallestBlocked = Math.min(progress.smallestBlocked, hole.size);
        progress.position = hole.end + 1;
      } else if (!run.move(step.from, step.to, step.size)) {
        state = "unfinished";
      } else {
        const freed = run.freeAround(step.from + step.size - 1);
        if (freed >= progress.smallestBlocked)
          progress = afresh(); // a blocked hole may have got room for its block
        else if (step.to < hole.end) progress.position = step.to + step.size;
        progress.largestAbove = Math.max(progress.largestAbove, freed);
      }
      if (progress.smallestBlocked === Infinity) this.#settled = progress.position;
    }
    progress.version = abi.get(handle, Field.VERSION);
    this.#progress = progress;
    return state;
  }
}

type State = "done" | "blocked" | "unfinished";

/** The blocks of the allocator, in units of the granularity, and what has been moved in this run. */
class CompactionRun {
  readonly moves: Move[] = [];
  movedBytes = 0;

  constructor(
    readonly abi: Abi,
    readonly handle: Handle,
    readonly capacity: number,
    readonly granularity: number,
    readonly labels: Labels,
    readonly settings: Required<DefragmentOptions>,
    readonly step: Step | undefined,
  ) {}

  /** The lowest hole that does not end below `position`. O(log n). */
  holeFrom(position: number): Hole | undefined {
    const [start, length] = this.#freeBlocks(Math.max(0, position - 1), 1);
    if (start === undefined) return undefined;
    let end = start + (length as number);
    const { abi } = this;
    while (abi.findBlock(this.handle, end) !== Status.OK) {
      const [next, more] = this.#freeBlocks(end, 1);
      if (next !== end) return undefined; // the end of it all
      end += more as number;
    }
    const size = abi.foundSize();
    const { alignment } = this.labels.get(abi.foundLabel());
    const step = this.step?.(size, alignment, end) ?? alignment;
    return { start, end, size, alignment, to: step ? alignUp(start, step) : end };
  }

  /** Size of the free block that contains `address`. O(log n). */
  freeAround(address: number): number {
    return this.#freeBlocks(address, 1)[1] as number;
  }

  /** The next move that makes something of a hole without an overlap, if there is one. */
  stepAt(hole: Hole, progress: Progress): PlannedMove | undefined {
    if (hole.size <= hole.end - hole.to) return { from: hole.end, to: hole.to, size: hole.size };
    const to = this.#roomAbove(hole, progress);
    if (to !== undefined) return { from: hole.end, to, size: hole.size };
    return this.#filling(hole, progress);
  }

  /** Move a block in the core and write it down; false if the budget, or the core's storage, does not allow one more. */
  move(fromUnits: number, toUnits: number, units: number): boolean {
    const { abi, granularity, settings, moves } = this;
    const size = units * granularity;
    const isTooMuch =
      moves.length >= settings.maxMoves || this.movedBytes + size > settings.maxBytes;
    if (moves.length > 0 && isTooMuch) return false;
    const status = abi.moveBlock(this.handle, fromUnits, toUnits);
    if (status < 0) {
      if (moves.length === 0) unwrap(abi, status);
      return false; // the caller must learn what has been moved
    }
    const [from, to] = [fromUnits * granularity, toUnits * granularity];
    moves.push({ from, to, size, overlaps: Math.abs(from - to) < size });
    this.movedBytes += size;
    return true;
  }

  /** Where the block after a hole has room further up: in the last free block, otherwise in the lowest that will do. */
  #roomAbove({ end, size, alignment }: Hole, progress: Progress): number | undefined {
    if (progress.largestAbove < size) return undefined;
    let largest = 0;
    const roomIn = (blocks: Float64Array) => {
      for (let i = 0; i < blocks.length; i += 2) {
        const start = blocks[i] as number;
        const have = blocks[i + 1] as number;
        if (start <= end) continue;
        largest = Math.max(largest, have);
        const to = alignUp(start, alignment);
        if (to + size <= start + have) return to;
      }
      return undefined;
    };
    const atTheEnd = roomIn(this.#freeBlocks(this.capacity - 1, 1));
    if (atTheEnd !== undefined) return atTheEnd;
    let after = end;
    for (;;) {
      const blocks = this.#freeBlocks(after, BATCH);
      const to = roomIn(blocks);
      if (to !== undefined) return to;
      if (blocks.length < 2 * BATCH) break;
      after = (blocks[2 * BATCH - 2] as number) + (blocks[2 * BATCH - 1] as number);
    }
    progress.largestAbove = largest;
    return undefined;
  }

  /** The lowest block above that fits into a hole. */
  #filling(hole: Hole, progress: Progress): PlannedMove | undefined {
    const length = hole.end - hole.start;
    if (length < progress.smallestAbove) return undefined;
    let smallest = Infinity;
    let after = hole.end + hole.size;
    for (;;) {
      const blocks = readBlocks(this.abi, this.handle, true, after);
      for (let i = 0; i < blocks.length; i += 3) {
        const from = blocks[i] as number;
        const size = blocks[i + 1] as number;
        smallest = Math.min(smallest, size);
        after = from + size;
        if (size > length) continue;
        const to = alignUp(hole.start, this.labels.get(blocks[i + 2] as number).alignment);
        if (to + size <= hole.end) return { from, to, size };
      }
      if (blocks.length < 3 * BATCH) break;
    }
    progress.smallestAbove = smallest;
    return undefined;
  }

  #freeBlocks(after: number, limit: number): Float64Array {
    return readBlocks(this.abi, this.handle, false, after, limit);
  }
}

/** A block that is to be moved. */
interface PlannedMove {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

const alignUp = (address: number, alignment: number): number => {
  const past = address % alignment;
  return past === 0 ? address : address + (alignment - past);
};

function readOptions(options: DefragmentOptions): Required<DefragmentOptions> {
  checkOptions("options", options, ["maxMoves", "maxBytes", "noOverlap"]);
  const { maxMoves = Infinity, maxBytes = Infinity, noOverlap = false } = options;
  checkLimit("maxMoves", maxMoves, "budget");
  checkLimit("maxBytes", maxBytes, "budget");
  checkOption(typeof noOverlap === "boolean", "noOverlap", "true or false", noOverlap);
  return { maxMoves, maxBytes, noOverlap };
}
