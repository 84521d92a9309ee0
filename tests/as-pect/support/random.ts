// Random numbers, the same at every run: xorshift32 (G. Marsaglia, 2003).

let state: u32 = 1;

/** Begin anew, with a seed that is not 0. */
export function seedRandom(seed: u32): void {
  state = seed;
}

/** A number from 0 to bound − 1. */
export function random(bound: u32): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % bound;
}
