// One GPUBuffer of a pool: an allocator of its bytes, whose blocks are slices.

import type { Defragmentation, Step } from "../defragment.js";
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
  /** Each defragmentation sets it. */
  pinned!: ReadonlySet<SliceState>;

  constructor(
    readonly pool: Pool,
    size: number,
  ) {
    super(size, { policy: pool.policy, granularity: pool.unit });
  }

  /** Take a slice, if there is room. */
  allocateSlice(size: number, alignment: number, label: string): GpuSlice | undefined {
    const offset = this.tryAllocate(size, { alignment, label });
    if (offset === undefined) return undefined;
    const slice = new GpuSlice({ home: this, offset }, size, alignment, label);
    this.slices.set(offset, slice);
    return slice;
  }

  override free(offset: number): void {
    if (this.slices.delete(offset)) super.free(offset);
  }

  /** Move slices together, except `pinned` ones. They are at their new places at once; the caller records the copies. */
  moveSlices(
    maxBytes: number,
    pinned: ReadonlySet<SliceState>,
    moved: GpuSlice[],
  ): Defragmentation {
    const { slices } = this;
    this.pinned = pinned;
    const plan = this.defragment({ maxBytes });
    for (const { from, to } of plan.moves) {
      const slice = slices.get(from) as GpuSlice;
      slices.delete(from);
      slices.set(to, slice);
      stateOf(slice).offset = to;
      moved.push(slice);
    }
    return plan;
  }

  protected override get step(): Step | undefined {
    const { pinned, slices, granularity } = this;
    if (pinned.size === 0) return undefined;
    return (_, alignment, start) => {
      const slice = slices.get(start * granularity) as GpuSlice;
      return pinned.has(stateOf(slice)) ? 0 : alignment;
    };
  }

  /** End the life of everything in it. */
  close(why: End): void {
    for (const slice of this.slices.values()) stateOf(slice).end ??= why;
    this.slices.clear();
    this.dispose();
    this.created.buffer.destroy();
  }
}
