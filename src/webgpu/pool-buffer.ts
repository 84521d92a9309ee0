// One GPUBuffer of a pool: an allocator of its bytes, whose blocks are slices.

import type { Defragmentation } from "../defragment.js";
import type { TREE_POLICIES } from "../narrow-engines.js";
import { TrackedAllocator } from "../tracked-allocator.js";
import type { Created } from "./device.js";
import { type End, GpuSlice, type SliceState, stateOf } from "./slice.js";

/** The pool, as far as its buffers need it. */
interface Pool {
  readonly unit: number;
  readonly policy: (typeof TREE_POLICIES)[number];
}

/** One buffer of a pool. */
export class PoolBuffer extends TrackedAllocator {
  /** By offset: all that is allocated, also what is freed as soon as recorded commands are submitted. */
  readonly slices = new Map<number, GpuSlice>();
  /** The pool sets it. */
  created!: Created;

  constructor(
    readonly pool: Pool,
    size: number,
  ) {
    super(size, { granularity: pool.unit, policy: pool.policy });
  }

  /** Take a slice, if there is room. */
  allocateSlice(size: number, alignment: number, label: string): GpuSlice | undefined {
    const offset = this.tryAllocate(size, { alignment, label });
    if (offset === undefined) return undefined;
    const slice = new GpuSlice({ home: this, offset }, size, label, alignment);
    this.slices.set(offset, slice);
    return slice;
  }

  override free(offset: number): void {
    if (this.slices.delete(offset)) super.free(offset);
  }

  /**
   * Move slices together, `pinned` ones excepted. They are at their new places at once; the copies are the caller's
   * to record. `moved` gets the slices that moved.
   */
  moveSlices(maxBytes: number, pinned: Iterable<SliceState>, moved: GpuSlice[]): Defragmentation {
    const { slices } = this;
    const pins = [...pinned].filter(({ home }) => home === this);
    // A block keeps its alignment when it moves: one that is aligned to its own offset can only go to 0, and does not
    // while that is taken.
    const [hole] = this.freeBlocks();
    const isHeld = hole?.start === 0 && pins.some(({ offset }) => offset === hole.size);
    if (isHeld) this.reserve(0, 1);
    try {
      for (const { offset } of pins) this.#align(offset, offset || 1);
      const plan = this.defragment({ maxBytes });
      for (const { from, to } of plan.moves) {
        const slice = slices.get(from) as GpuSlice;
        slices.delete(from);
        slices.set(to, slice);
        stateOf(slice).offset = to;
        moved.push(slice);
      }
      return plan;
    } finally {
      for (const { offset } of pins) this.#align(offset);
      if (isHeld) super.free(0);
    }
  }

  #align(offset: number, to?: number): void {
    const { size, alignment } = this.slices.get(offset) as GpuSlice;
    this.resize(offset, size, to ?? alignment);
  }

  /** End the life of everything in it. */
  close(why: End): void {
    for (const slice of this.slices.values()) stateOf(slice).end ??= why;
    this.slices.clear();
    this.dispose();
    this.created.buffer.destroy();
  }
}
