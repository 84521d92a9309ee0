// The seed of this run's random tests. `SEED=… npm test` repeats a run.

export const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() & 0x7fffffff;

console.log(`random tests: SEED=${seed}`);

export { randomFrom } from "./random.js";
