// Churn: allocating and freeing at random in a block that fills and empties in waves, with every other
// operation in between, each result compared with the model.

import { expect } from "vitest";
import type { Block, Policy } from "../../src/index.ts";
import { Pair } from "./pair.ts";
import { randomFrom, seed } from "./seed.ts";

export interface Load {
  readonly capacity: number;
  readonly largestSize: number;
  readonly operations: number;
  /** After how many operations all of the state is compared and the structure validated. */
  readonly checkEvery: number;
}

/** Out of bounds of every capacity. */
const NOTHING_FREE: Block = { start: Number.MAX_SAFE_INTEGER, size: 1 };

/** Waves of more allocating and more freeing; some frees take a part only, some are at random. */
export function churn(
  policy: Policy,
  { capacity, largestSize, operations, checkEvery }: Load,
): void {
  const random = randomFrom(seed);
  const pair = new Pair(policy, capacity);
  const held: Block[] = [];
  const wave = Math.ceil(operations / 12);
  for (let i = 0; i < operations; i++) {
    const filling = Math.floor(i / wave) % 2 === 0;
    if (held.length === 0 || random(100) < (filling ? 70 : 35)) {
      const size = 1 + random(largestSize);
      const alignment = random(4) === 0 ? 1 + random(largestSize) : 1;
      const start = pair.run(["try", size, alignment]);
      if (typeof start === "number") held.push({ start, size });
    } else if (random(20) === 0) {
      other(pair, held, largestSize, random);
    } else if (random(50) === 0) {
      // About a free block, and a little of what is held before and after it: always refused.
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
    if (i % checkEvery === 0) pair.check();
  }
  pair.check();
  pair.run(["free many", held.map(({ start }) => start), held.map(({ size }) => size)]);
  pair.check();
  expect(pair.run(["allocate", pair.model.capacity])).toBe(0);
  pair.allocator.dispose();
}

/** One of the operations that are neither allocating one range nor freeing one. */
function other(
  pair: Pair,
  held: Block[],
  largestSize: number,
  random: (bound: number) => number,
): void {
  const at = random(held.length);
  const { start, size } = held[at]!;
  const newSize = 1 + random(largestSize);
  const kind = random(1000);
  if (kind < 300) {
    const moved = pair.run(["resize", start, size, newSize, 1 + random(3)]);
    if (typeof moved === "number") held[at] = { start: moved, size: newSize };
  } else if (kind < 500) {
    if (pair.run(["extend", start, size, newSize]) === true) held[at] = { start, size: newSize };
  } else if (kind < 650) {
    const block = pair.model.free[random(pair.model.free.length)] ?? NOTHING_FREE;
    const range = { start: block.start + random(block.size), size: 1 };
    if (pair.run(["reserve", range.start, range.size]) === undefined) held.push(range);
  } else if (kind < 800) {
    const sizes = Array.from({ length: random(6) }, () => 1 + random(largestSize));
    const starts = pair.run(["allocate many", sizes]);
    if (typeof starts === "object")
      for (const [i, address] of starts.entries()) held.push({ start: address, size: sizes[i]! });
  } else if (kind < 950) {
    const last = held.slice(-random(6) - 1);
    const twice = random(4) === 0 ? [...last, last[0]!] : last;
    const starts = twice.map((block) => block.start);
    const answer = pair.run(["free many", starts, twice.map((block) => block.size)]);
    if (answer === undefined) held.length -= last.length;
  } else if (kind < 980) {
    pair.run(["shrink", Math.max(1, pair.model.capacity - random(largestSize))]);
  } else if (kind < 996) {
    pair.run(["grow", Math.min(pair.model.capacity + random(largestSize), 2 ** 53 - 1)]);
  } else {
    pair.run([kind < 998 ? "clone" : "restore"]);
  }
}
