// Long runs: more than ten million operations over all policies, each result compared with the
// model, all of the state and the structure now and then.

import { afterAll, describe, expect, test } from "vitest";
import { type Block, POLICIES, type Policy } from "../../src/index.ts";
import { Pair } from "../support/pair.ts";
import { randomFrom, seed } from "../support/seed.ts";

interface Load {
  readonly capacity: number;
  readonly largestSize: number;
  readonly operations: number;
}

const LOADS: readonly Load[] = [
  { capacity: 64, largestSize: 12, operations: 400_000 },
  { capacity: 4000, largestSize: 100, operations: 800_000 },
  { capacity: 2 ** 32 - 1, largestSize: 2 ** 26, operations: 300_000 },
  { capacity: 2 ** 32 + 5, largestSize: 2 ** 27, operations: 300_000 },
  { capacity: 2 ** 53 - 1, largestSize: 2 ** 47, operations: 300_000 },
  { capacity: 100_000, largestSize: 60, operations: 60_000 },
  { capacity: 300_000, largestSize: 20, operations: 60_000 },
];

/** Out of bounds of every capacity. */
const NOTHING_FREE: Block = { start: Number.MAX_SAFE_INTEGER, size: 1 };

let total = 0;

/** Waves of more allocating and more freeing; some frees take a part only, some are at random. */
function churn(policy: Policy, { capacity, largestSize, operations }: Load): void {
  const random = randomFrom(seed);
  const pair = new Pair(policy, capacity);
  const held: Block[] = [];
  const wave = Math.ceil(operations / 12);
  for (let i = 0; i < operations; i++) {
    const filling = Math.floor(i / wave) % 2 === 0;
    if (held.length === 0 || random(100) < (filling ? 70 : 35)) {
      const size = 1 + random(largestSize);
      const start = pair.run(["try", size]);
      if (typeof start === "number") held.push({ start, size });
    } else if (random(50) === 0) {
      // About a free block, and a little of what is held before and behind it: always refused.
      const { start, size } = pair.model.free[random(pair.model.free.length)] ?? NOTHING_FREE;
      pair.run(["free", Math.max(0, start - 1), size + 1 + random(3)]);
    } else {
      const at = random(held.length);
      const { start, size } = held[at]!;
      const part = random(10) === 0 ? 1 + random(size) : size;
      pair.run(["free", start, part]);
      if (part < size) held[at] = { start: start + part, size: size - part };
      else {
        held[at] = held[held.length - 1]!;
        held.pop();
      }
    }
    if (i % 2048 === 0) pair.check();
  }
  pair.check();
  for (const { start, size } of held) pair.run(["free", start, size]);
  pair.check();
  expect(pair.allocator.getLargestFreeBlock()).toBe(capacity);
  pair.allocator.dispose();
  total += operations;
}

describe.each(POLICIES)("churn: %s", (policy) => {
  test.each(LOADS)("capacity $capacity, sizes to $largestSize, $operations operations", (load) => {
    churn(policy, load);
  });
});

afterAll(() => {
  console.log(`${total} operations compared`);
  expect(total).toBeGreaterThanOrEqual(10_000_000);
});
