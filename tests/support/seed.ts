// The seed of this run's random tests. `SEED=… npm test` repeats a run.

export const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() & 0x7fffffff;

console.log(`random tests: SEED=${seed}`);

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
