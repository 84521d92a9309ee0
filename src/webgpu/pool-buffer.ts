// One GPUBuffer of a pool: which of its bytes belong to which slice.

import type { Defragmentation } from "../defragment.js";
import { TrackedAllocator } from "../tracked-allocator.js";
import type { Created } from "./device.js";
import type { GpuPoolError } from "./errors.js";
import type { PoolSettings } from "./options.js";
import { GpuSlice, stateOf } from "./slice.js";

/** One buffer of a pool. */
export class PoolBuffer {
  /** By offset: all that is allocated, also what is freed as soon as recorded commands are submitted. */
  readonly slices = new Map<number, GpuSlice>();
  readonly allocator: TrackedAllocator;

  constructor(
    /** The pool. */
    readonly owner: object,
    public created: Created,
    { unit, policy }: PoolSettings,
    /** Whether it was made for one request of more than half of the usual size. */
    readonly isDedicated: boolean,
  ) {
    this.allocator = new TrackedAllocator(created.buffer.size, { granularity: unit, policy });
  }

  tryAllocate(size: number, alignment: number, label: string): GpuSlice | undefined {
    const offset = this.allocator.tryAllocate(size, { alignment, label });
    if (offset === undefined) return undefined;
    const slice = new GpuSlice({ home: this, offset }, size, label, alignment);
    this.slices.set(offset, slice);
    return slice;
  }

  free(offset: number): void {
    if (this.slices.delete(offset)) this.allocator.free(offset);
  }

  /**
   * Move slices together, `pinned` ones excepted. They are at their new places at once; the copies are the caller's
   * to record. `moved` gets the slices that moved.
   */
  defragment(maxBytes: number, pinned: Iterable<GpuSlice>, moved: GpuSlice[]): Defragmentation {
    const { slices } = this;
    const unpin: (() => void)[] = [];
    try {
      this.#pin(pinned, unpin);
      const plan = this.allocator.defragment({ maxBytes });
      for (const { from, to } of plan.moves) {
        const slice = slices.get(from) as GpuSlice;
        slices.delete(from);
        slices.set(to, slice);
        stateOf(slice).offset = to;
        moved.push(slice);
      }
      return plan;
    } finally {
      for (const undo of unpin) undo();
    }
  }

  /**
   * Keep slices where they are, until what `unpin` gets is called. A block keeps its alignment when it moves: one
   * that is aligned to its own address can only go to 0, and does not while that is taken.
   */
  #pin(pinned: Iterable<GpuSlice>, unpin: (() => void)[]): void {
    const { allocator } = this;
    const [hole] = allocator.freeBlocks();
    for (const slice of pinned) {
      const { home, offset } = stateOf(slice);
      if (home !== this || offset === 0) continue;
      const { size, alignment } = slice;
      allocator.resize(offset, size, offset);
      unpin.push(() => allocator.resize(offset, size, alignment));
      if (hole?.start === 0 && hole.size === offset) {
        allocator.reserve(0, 1);
        unpin.push(() => allocator.free(0));
      }
    }
  }

  /** Go on in a larger buffer. The contents are the caller's to copy. */
  replace(created: Created): void {
    this.allocator.grow(created.buffer.size);
    this.created = created;
  }

  /** The live slices in order of their offsets. */
  *liveSlices(): IterableIterator<GpuSlice> {
    for (const { start } of this.allocator.blocks()) {
      const slice = this.slices.get(start);
      if (slice?.live) yield slice;
    }
  }

  /** End the life of everything in it. */
  close(why: string | GpuPoolError): void {
    for (const slice of this.slices.values()) stateOf(slice).end ??= why;
    this.slices.clear();
    this.allocator.dispose();
    this.created.buffer.destroy();
  }
}
