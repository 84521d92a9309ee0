// Moves as copies. WebGPU forbids copies within one buffer, so blocks are gathered into a scratch buffer, one after another,
// and from there go to their destinations. What lies side by side before and after goes in one copy.
//
//   buffer   ..AA.BB..CC.D.   gather: AA, BB, CC, D
//   scratch  AABBCCD
//   buffer   AABBCCD.......   scatter: one copy
//
// The scratch buffer is filled to the last byte, and then emptied: a block that does not fit goes in parts, lower end
// first. This rests on what TrackedAllocator.defragment promises: destinations ascend, each block moves once, and down,
// and no destination meets the source of a later move.

import type { Move } from "../defragment.js";

/** `size` bytes from offset `from` of one buffer go to offset `to` of another. */
interface Copy {
  readonly from: number;
  readonly to: number;
  size: number;
}

/** Add a copy, or lengthen the last one. */
function add(copies: Copy[], from: number, to: number, size: number): void {
  const last = copies.at(-1);
  if (last && last.from + last.size === from && last.to + last.size === to) last.size += size;
  else copies.push({ from, to, size });
}

/** Record the copies that carry out `moves` within `buffer`. @returns how many they are. */
export function recordMoves(
  encoder: GPUCommandEncoder,
  buffer: GPUBuffer,
  scratch: GPUBuffer,
  moves: readonly Move[],
): number {
  let count = 0;
  let filled = 0;
  let gather: Copy[] = [];
  let scatter: Copy[] = [];
  const flush = () => {
    for (const { from, to, size } of gather)
      encoder.copyBufferToBuffer(buffer, from, scratch, to, size);
    for (const { from, to, size } of scatter)
      encoder.copyBufferToBuffer(scratch, from, buffer, to, size);
    count += gather.length + scatter.length;
    gather = [];
    scatter = [];
    filled = 0;
  };
  for (const { from, to, size } of moves)
    for (let done = 0; done < size; ) {
      if (filled === scratch.size) flush();
      const part = Math.min(size - done, scratch.size - filled);
      add(gather, from + done, filled, part);
      add(scatter, filled, to + done, part);
      filled += part;
      done += part;
    }
  flush();
  return count;
}
