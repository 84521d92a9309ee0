// Blocks in and out of a core, up to BATCH at a time: free ones as (start, size), live ones as (start, size, label), in
// units and in address order. Live and free blocks tile the capacity, so that the live blocks are all that a tracked
// allocator's state consists of, and the free blocks all that an untracked one's does, besides the rover.

import { type Abi, BATCH, Field, type Handle, Status } from "./abi.js";
import { unwrap } from "./core.js";

/** Numbers in an entry. */
export const widthOf = (live: boolean) => (live ? 3 : 2);

/** Up to `limit` blocks, from the first that ends after `after`. The array is valid until the next call of the core. */
export function readBlocks(
  abi: Abi,
  handle: Handle,
  live: boolean,
  after: number,
  limit = BATCH,
): Float64Array {
  const count = unwrap(abi, abi[live ? "copyLiveBlocks" : "copyFreeBlocks"](handle, after, limit));
  return new Float64Array(abi.memory.buffer, abi.resultAddress(), widthOf(live) * count);
}

/** All blocks, in arrays of up to BATCH. The allocator must not change meanwhile. */
export function* walkBlocks(
  abi: Abi,
  handle: Handle,
  live: boolean,
): Generator<Float64Array, void, undefined> {
  for (let after = 0; ; ) {
    const blocks = readBlocks(abi, handle, live, after).slice();
    const last = blocks.length - widthOf(live);
    if (last < 0) return;
    yield blocks;
    after = (blocks[last] as number) + (blocks[last + 1] as number);
  }
}

/**
 * Give an allocator, all of which is free, the blocks that `walkBlocks` yields of another of its capacity: the last one
 * first, so that a search from the bottom ends at once. O(n log n).
 *
 * @returns OK, or a status when they are not such blocks. After that, or an error, the allocator must be destroyed.
 */
export function loadBlocks(
  abi: Abi,
  handle: Handle,
  live: boolean,
  blocks: Iterable<Float64Array>,
  rover: number,
): number {
  let end = Infinity;
  let status = 0;
  if (!live) status = abi.reserveBlock(handle, 0, unwrap(abi, abi.get(handle, Field.CAPACITY)), 0);
  const width = widthOf(live);
  for (const chunk of [...blocks].reverse())
    for (let i = chunk.length - width; i >= 0 && status >= 0; i -= width) {
      const start = chunk[i] as number;
      const size = chunk[i + 1] as number;
      if (live) status = abi.reserveBlock(handle, start, size, chunk[i + 2] as number);
      // Free blocks that touch would be one.
      else status = start + size < end ? abi.free(handle, start, size) : Status.BAD_ARGUMENT;
      end = start;
    }
  return unwrap(abi, status) < 0 ? status : abi.setRover(handle, rover);
}
