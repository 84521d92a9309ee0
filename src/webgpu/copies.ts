// Moves as copies. WebGPU forbids copies within one buffer, so blocks are gathered into a scratch buffer, laid out as
// at their destination, and from there go back with one copy for each stretch without gaps.
//
//   buffer   ..AA.BB..CC.D.   gather: one copy for each run whose blocks stay side by side
//   scratch  AABBCCD          (base = where the first block goes)
//   buffer   AABBCCD.......   scatter: one copy
//
// A batch reads all of its sources before it writes. Between batches this rests on what TrackedAllocator.defragment
// promises: destinations ascend, each block moves once, and no destination meets the source of a later move.

/** `size` bytes from offset `from` go to `to`. */
export interface MoveBytes {
  from: number;
  to: number;
  size: number;
}

/** Record the copies that carry out `moves` within `buffer`. @returns how many they are. */
export function recordMoves(
  encoder: GPUCommandEncoder,
  buffer: GPUBuffer,
  scratch: GPUBuffer,
  moves: readonly MoveBytes[],
): number {
  const room = scratch.size;
  let copies = 0;
  let base = 0;
  let gathered: MoveBytes[] = [];
  let scattered: MoveBytes[] = [];

  const flush = () => {
    for (const { from, to, size } of gathered)
      encoder.copyBufferToBuffer(buffer, from, scratch, to - base, size);
    for (const { to, size } of scattered)
      encoder.copyBufferToBuffer(scratch, to - base, buffer, to, size);
    copies += gathered.length + scattered.length;
    gathered = [];
    scattered = [];
  };
  const add = (from: number, to: number, size: number) => {
    if (gathered.length === 0) base = to;
    const read = gathered.at(-1);
    const written = scattered.at(-1);
    const isNext = written && written.to + written.size === to;
    if (read && isNext && read.from + read.size === from) read.size += size;
    else gathered.push({ from, to, size });
    if (isNext) written.size += size;
    else scattered.push({ from, to, size });
  };

  for (const { from, to, size } of moves) {
    if (to + size - base > room) flush();
    // Longer than the scratch buffer: piece by piece, lower end first, as it moves down.
    let at = 0;
    for (; size - at > room; at += room) {
      add(from + at, to + at, room);
      flush();
    }
    add(from + at, to + at, size - at);
  }
  flush();
  return copies;
}
