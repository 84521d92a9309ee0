// Defragmentation of all buffers of a pool, one after another, recorded by one encoder.

import { recordMoves } from "./copies.js";
import type { PoolBuffer } from "./pool-buffer.js";
import type { GpuSlice } from "./slice.js";

/** What {@link GpuBufferPool.defragment} did. */
export interface GpuDefragmentation {
  /** The slices whose `offset` changed. */
  readonly moved: GpuSlice[];
  /** Sum of their sizes, each rounded up to the pool's unit. */
  readonly movedBytes: number;
  /** How many `copyBufferToBuffer` commands that took. */
  readonly copies: number;
  /** Whether nothing is left that could be moved now. */
  readonly done: boolean;
}

/**
 * Move slices together. Under a budget one buffer is enough: what is left of it may be less than the next move.
 *
 * @param encoder called when there is something to record
 */
export function defragmentBuffers(
  homes: readonly PoolBuffer[],
  scratch: GPUBuffer,
  pinned: ReadonlySet<GpuSlice>,
  maxBytes: number,
  encoder: () => GPUCommandEncoder,
): GpuDefragmentation {
  const moved: GpuSlice[] = [];
  let movedBytes = 0;
  let copies = 0;
  let done = true;
  for (const home of homes) {
    done &&= movedBytes === 0 || maxBytes === Infinity;
    if (!done) break;
    try {
      const plan = home.moveSlices(maxBytes, pinned, moved);
      done = plan.done;
      if (plan.movedBytes === 0) continue;
      movedBytes += plan.movedBytes;
      copies += recordMoves(encoder(), home.created.buffer, scratch, plan.moves);
    } catch (error) {
      if (movedBytes === 0) throw error;
      done = false; // What has moved in other buffers must be submitted.
    }
  }
  return { moved, movedBytes, copies, done };
}
