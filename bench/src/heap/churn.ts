// Churn inside wasm: N live blocks of 16 to 512 bytes, one freed and another allocated at a time; and 20,000 blocks
// allocated, then all freed, in bulk.

import { create } from "./contenders.ts";
import { Driver } from "./driver.ts";
import { race, type Timing, timed } from "./measure.ts";

export function churn(
  names: readonly string[],
  live: number,
  pairs: number,
  rounds: number,
  seed: number,
): Timing[] {
  const entrants = names.map((name) => {
    const driver = new Driver(create(name), live, seed);
    driver.fill();
    driver.followFill();
    // Long enough for a heap in its steady state, and for the engine's last compiler.
    const warm = Math.max(2 * live, 300_000);
    driver.churn(warm);
    driver.follow(warm);
    driver.check();
    driver.stamp();
    driver.churn(pairs);
    driver.follow(pairs);
    let last = 0;
    const slice = () => {
      driver.follow(last);
      last = pairs;
      return timed(() => driver.churn(pairs)) / pairs;
    };
    const finish = () => {
      driver.follow(last);
      driver.check();
    };
    return { name, slice, finish };
  });
  const timings = race(entrants, rounds);
  for (const { finish } of entrants) finish();
  return timings;
}

/** ns for a block allocated and freed. */
export function bulk(
  names: readonly string[],
  count: number,
  rounds: number,
  seed: number,
): Timing[] {
  const entrants = names.map((name) => {
    const driver = new Driver(create(name), count, seed);
    let checks = 0;
    const slice = () => {
      const filled = timed(() => driver.fill());
      driver.followFill();
      if (checks++ % 8 === 0) driver.check();
      return (filled + timed(() => driver.drain())) / count;
    };
    return { name, slice };
  });
  return race(entrants, rounds);
}
