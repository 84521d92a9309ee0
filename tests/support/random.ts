// Random numbers that a seed repeats.

/** A small random generator (xorshift32): whole numbers from 0 to below `bound`. */
export function randomFrom(start: number): (bound: number) => number {
  let state = start | 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * bound);
  };
}
