// Numbers that look random and are the same every time, so that a link shows everyone the same.

/** Numbers from 0 to just below 1; the seed names the sequence. */
export function randomOf(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
