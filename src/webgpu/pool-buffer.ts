// One GPUBuffer of a pool: which of its bytes belong to which slice. Everything here is in bytes; the allocator
// counts in the pool's unit.

import {
  type Defragmentation,
  type Policy,
  TrackedAllocator,
  type TrackedStats,
} from "../index.js";
import type { MoveBytes } from "./copies.js";
import type { GpuPoolError } from "./errors.js";
import { end, GpuSlice, offsetOf, place } from "./slice.js";

/** One buffer of a pool. */
export class PoolBuffer {
  /** By offset: all that is allocated, also what is freed as soon as recorded commands are submitted. */
  readonly #slices = new Map<number, GpuSlice>();
  readonly #allocator: TrackedAllocator;
  /** Whether the device has said that the buffer exists. */
  isConfirmed = false;

  constructor(
    /** The pool. */
    readonly owner: object,
    public buffer: GPUBuffer,
    readonly unit: number,
    policy: Policy,
    /** Whether it was made for one request of more than half of the usual size. */
    readonly isDedicated: boolean,
  ) {
    this.#allocator = new TrackedAllocator(buffer.size / unit, { policy });
  }

  get size(): number {
    return this.#allocator.capacity * this.unit;
  }

  get isEmpty(): boolean {
    return this.#slices.size === 0;
  }

  tryAllocate(size: number, alignment: number, label: string): GpuSlice | undefined {
    const { unit } = this;
    const options = { alignment: this.#alignmentInUnits(alignment), label };
    const address = this.#allocator.tryAllocate(Math.ceil(size / unit), options);
    if (address === undefined) return undefined;
    const slice = new GpuSlice(this, address * unit, size, label, alignment);
    this.#slices.set(address * unit, slice);
    return slice;
  }

  free(slice: GpuSlice): void {
    if (this.#allocator.disposed) return;
    const offset = offsetOf(slice);
    this.#allocator.free(offset / this.unit);
    this.#slices.delete(offset);
  }

  /**
   * Move slices together. They are at their new places at once; the copies are the caller's to record. `moved` gets
   * the slices that moved.
   */
  defragment(
    maxBytes: number,
    pinned: Iterable<GpuSlice>,
    moved: GpuSlice[],
  ): { moves: MoveBytes[]; done: boolean } {
    const { unit } = this;
    const budget =
      maxBytes === Infinity ? {} : { maxBytes: Math.max(1, Math.floor(maxBytes / unit)) };
    const unpin = this.#pin(pinned);
    let plan: Defragmentation;
    try {
      plan = this.#allocator.defragment(budget);
    } finally {
      unpin();
    }
    const moves = plan.moves.map(({ from, to, size }) => ({
      from: from * unit,
      to: to * unit,
      size: size * unit,
    }));
    for (const { from, to } of moves) {
      const slice = this.#slices.get(from) as GpuSlice;
      this.#slices.delete(from);
      this.#slices.set(to, slice);
      place(slice, this, to);
      moved.push(slice);
    }
    return { moves, done: plan.done };
  }

  /**
   * Keep slices where they are, until the function that this returns is called. A block keeps its alignment when it
   * moves: one that is aligned to its own address can only go to 0, and does not while that is taken.
   */
  #pin(pinned: Iterable<GpuSlice>): () => void {
    const allocator = this.#allocator;
    const undo: (() => void)[] = [];
    const [hole] = allocator.freeBlocks();
    const unpin = () => {
      for (const step of undo) step();
    };
    try {
      for (const slice of pinned) {
        const address = offsetOf(slice) / this.unit;
        if (address === 0) continue;
        const size = allocator.sizeOf(address);
        const alignment = this.#alignmentInUnits(slice.alignment);
        allocator.resize(address, size, { alignment: address });
        undo.push(() => allocator.resize(address, size, { alignment }));
        if (hole?.start === 0 && hole.size === address) {
          allocator.reserve(0, 1);
          undo.push(() => allocator.free(0));
        }
      }
    } catch (error) {
      unpin();
      throw error;
    }
    return unpin;
  }

  /** The offset in bytes is to be a multiple of `alignment`, and always is one of the unit. */
  #alignmentInUnits(alignment: number): number {
    let [divisor, rest] = [alignment, this.unit];
    while (rest > 0) [divisor, rest] = [rest, divisor % rest];
    return alignment / divisor;
  }

  /** Go on in a larger buffer. The contents are the caller's to copy. */
  replace(buffer: GPUBuffer): void {
    this.#allocator.grow(buffer.size / this.unit);
    this.buffer = buffer;
  }

  /** In order of their offsets. */
  *slices(): IterableIterator<GpuSlice> {
    for (const { start } of this.#allocator.blocks()) {
      const slice = this.#slices.get(start * this.unit);
      if (slice?.live) yield slice;
    }
  }

  /** End the life of everything in it. */
  close(why: "pool destroyed" | GpuPoolError): void {
    for (const slice of this.#slices.values()) if (slice.live) end(slice, why);
    this.#slices.clear();
    this.#allocator.dispose();
    this.buffer.destroy();
  }

  /** In units. */
  get figures(): TrackedStats {
    return this.#allocator.getStats();
  }

  /** The allocator's own report. */
  report(): string {
    return this.#allocator.report();
  }

  /** Figures and a map, as console.log prints them. */
  inspect(): string {
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    return (this.#allocator as unknown as Record<symbol, () => string>)[inspect]?.() ?? "";
  }
}
