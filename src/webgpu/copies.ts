// Moves as copies. WebGPU forbids copies within one buffer, so blocks are gathered into a scratch buffer, laid out as
// at their destination, and from there go back with one copy for each stretch without gaps.
//
//   buffer   ..AA.BB..CC.D.   gather: one copy for each run whose blocks stay side by side
//   scratch  AABBCCD          (base = where the first block goes)
//   buffer   AABBCCD........  scatter: one copy
//
// A batch reads all of its sources before it writes. Between batches this rests on what TrackedAllocator.defragment
// promises: destinations ascend, each block moves once, and no destination meets the source of a later move.

/** `size` bytes from offset `from` go to `to`. */
export interface MoveBytes {
  readonly from: number;
  readonly to: number;
  readonly size: number;
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
  const copy = (source: GPUBuffer, from: number, target: GPUBuffer, to: number, size: number) => {
    encoder.copyBufferToBuffer(source, from, target, to, size);
    copies++;
  };

  for (let i = 0; i < moves.length; ) {
    const { from, to: base, size } = moves[i] as MoveBytes;
    if (size > room) {
      // Piece by piece: the block moves down, so its lower end goes first.
      for (let at = 0; at < size; at += room) {
        const part = Math.min(room, size - at);
        copy(buffer, from + at, scratch, 0, part);
        copy(scratch, 0, buffer, base + at, part);
      }
      i++;
      continue;
    }
    const batch: MoveBytes[] = [];
    for (; i < moves.length; i++) {
      const move = moves[i] as MoveBytes;
      if (move.to + move.size - base > room) break;
      batch.push(move);
    }
    for (const run of join(batch, (a, b) => a.from + a.size === b.from && a.to + a.size === b.to))
      copy(buffer, run.from, scratch, run.to - base, run.size);
    for (const run of join(batch, (a, b) => a.to + a.size === b.to))
      copy(scratch, run.to - base, buffer, run.to, run.size);
  }
  return copies;
}

/** Neighbours that `touch` become one. */
function join(
  moves: readonly MoveBytes[],
  touch: (a: MoveBytes, b: MoveBytes) => boolean,
): MoveBytes[] {
  const runs: MoveBytes[] = [];
  for (const move of moves) {
    const last = runs.at(-1);
    if (last && touch(last, move)) runs[runs.length - 1] = { ...last, size: last.size + move.size };
    else runs.push(move);
  }
  return runs;
}
