// One GPUBuffer of a pool: which of its bytes belong to which slice. Everything here is in bytes; the allocator
// counts in the pool's unit.

import { type Policy, TrackedAllocator } from "../index.js";
import type { MoveBytes } from "./copies.js";
import type { Created } from "./device.js";
import type { GpuPoolError } from "./errors.js";
import type { GpuBufferStats } from "./report.js";
import { GpuSlice, stateOf } from "./slice.js";

/** One buffer of a pool. */
export class PoolBuffer {
  /** By offset: all that is allocated, also what is freed as soon as recorded commands are submitted. */
  readonly #slices = new Map<number, GpuSlice>();
  readonly #allocator: TrackedAllocator;

  constructor(
    /** The pool. */
    readonly owner: object,
    public created: Created,
    readonly unit: number,
    policy: Policy | undefined,
    /** Whether it was made for one request of more than half of the usual size. */
    readonly isDedicated: boolean,
  ) {
    const options = (policy === undefined ? {} : { policy }) satisfies { policy?: Policy };
    this.#allocator = new TrackedAllocator(created.buffer.size / unit, options);
  }

  get buffer(): GPUBuffer {
    return this.created.buffer;
  }

  get isEmpty(): boolean {
    return this.#slices.size === 0;
  }

  tryAllocate(size: number, alignment: number, label: string): GpuSlice | undefined {
    const options = { alignment: this.#inUnits(alignment), label };
    const address = this.#allocator.tryAllocate(Math.ceil(size / this.unit), options);
    if (address === undefined) return undefined;
    const offset = address * this.unit;
    const slice = new GpuSlice({ home: this, offset }, size, label, alignment);
    this.#slices.set(offset, slice);
    return slice;
  }

  free(offset: number): void {
    if (this.#slices.delete(offset)) this.#allocator.free(offset / this.unit);
  }

  /**
   * Move slices together, `pinned` ones excepted. They are at their new places at once; the copies are the caller's
   * to record. `moved` gets the slices that moved.
   */
  defragment(
    maxBytes: number,
    pinned: Iterable<GpuSlice>,
    moved: GpuSlice[],
  ): [moves: MoveBytes[], done: boolean] {
    const { unit } = this;
    const budget = maxBytes / unit;
    const unpin: (() => void)[] = [];
    try {
      this.#pin(pinned, unpin);
      const plan = this.#allocator.defragment(
        budget < Infinity ? { maxBytes: Math.max(1, Math.floor(budget)) } : {},
      );
      const moves = plan.moves.map((move) => {
        const [from, to, size] = [move.from * unit, move.to * unit, move.size * unit];
        const slice = this.#slices.get(from) as GpuSlice;
        this.#slices.delete(from);
        this.#slices.set(to, slice);
        stateOf(slice).offset = to;
        moved.push(slice);
        return { from, to, size };
      });
      return [moves, plan.done];
    } finally {
      for (const undo of unpin) undo();
    }
  }

  /**
   * Keep slices where they are, until what `unpin` gets is called. A block keeps its alignment when it moves: one
   * that is aligned to its own address can only go to 0, and does not while that is taken.
   */
  #pin(pinned: Iterable<GpuSlice>, unpin: (() => void)[]): void {
    const allocator = this.#allocator;
    const [hole] = allocator.freeBlocks();
    for (const slice of pinned) {
      const { home, offset } = stateOf(slice);
      if (home !== this || offset === 0) continue;
      const address = offset / this.unit;
      const size = allocator.sizeOf(address);
      allocator.resize(address, size, address);
      unpin.push(() => allocator.resize(address, size, this.#inUnits(slice.alignment)));
      if (hole?.start === 0 && hole.size === address) {
        allocator.reserve(0, 1);
        unpin.push(() => allocator.free(0));
      }
    }
  }

  /** In units, the least common multiple of `alignment` and the unit. */
  #inUnits(alignment: number): number {
    let [divisor, rest] = [alignment, this.unit];
    while (rest > 0) [divisor, rest] = [rest, divisor % rest];
    return alignment / divisor;
  }

  /** Go on in a larger buffer. The contents are the caller's to copy. */
  replace(created: Created): void {
    this.#allocator.grow(created.buffer.size / this.unit);
    this.created = created;
  }

  /** The live slices in order of their offsets. */
  *slices(): IterableIterator<GpuSlice> {
    for (const { start } of this.#allocator.blocks()) {
      const slice = this.#slices.get(start * this.unit);
      if (slice?.live) yield slice;
    }
  }

  /** End the life of everything in it. */
  close(why: string | GpuPoolError): void {
    for (const slice of this.#slices.values()) stateOf(slice).end ??= why;
    this.#slices.clear();
    this.#allocator.dispose();
    this.buffer.destroy();
  }

  get stats(): GpuBufferStats {
    const { unit } = this;
    const { freeMemory, largestFreeBlock, freeBlockCount, liveBlockCount, externalFragmentation } =
      this.#allocator.getStats();
    return {
      size: this.buffer.size,
      freeMemory: freeMemory * unit,
      largestFreeBlock: largestFreeBlock * unit,
      freeBlockCount,
      liveBlockCount,
      externalFragmentation,
    };
  }

  /** The allocator's own report, or its figures and map as console.log prints them. */
  describe(isReport: boolean): string {
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    const allocator = this.#allocator as TrackedAllocator & Record<symbol, () => string>;
    return isReport ? `\n${allocator.report()}` : (allocator[inspect]?.() ?? "");
  }
}
