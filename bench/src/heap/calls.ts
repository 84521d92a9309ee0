// The same churn, called from JavaScript: every malloc by its exports, this package's also by its class, and
// @thi.ng/malloc, which is JavaScript. And the time of single calls.

import { MemPool } from "@thi.ng/malloc";
import { Heap } from "suballoc/heap";
import { Random } from "../random.ts";
import { create } from "./contenders.ts";
import { logUniform } from "./driver.ts";
import { race, type Timing, timed } from "./measure.ts";

const SIZES = 4096;

interface Calls {
  malloc(size: number): number;
  free(pointer: number): void;
}

type Loop = (
  calls: Calls,
  table: Uint32Array,
  sizes: Uint16Array,
  pairs: number,
  x: number,
) => number;

/** A loop of its own for each contender, so that the engine specialises it for that one. */
const makeLoop = (name: string): Loop =>
  new Function(
    "calls, table, sizes, pairs, x",
    `"${name}"; const { length } = table;
    for (let k = 0; k < pairs; k++) {
      x ^= x << 13; x ^= x >>> 17; x ^= x << 5;
      const i = ((x >>> 0) * length / 4294967296) >>> 0;
      calls.free(table[i]);
      table[i] = calls.malloc(sizes[(x >>> 2) & ${SIZES - 1}]);
    }
    return x;`,
  ) as Loop;

export const CLASS = "class Heap, checked";
const UNCHECKED_CLASS = "class Heap, unchecked";
export const THING = "@thi.ng/malloc";

function callsOf(name: string, live: number): Calls {
  if (name === CLASS) return new Heap();
  if (name === UNCHECKED_CLASS) return new Heap({ checked: false });
  if (name !== THING) {
    const { malloc, free } = create(name);
    return { malloc: (size) => malloc(size), free: (pointer) => free(pointer) };
  }
  const pool = new MemPool({ size: live * 640 + (1 << 20) });
  return { malloc: (size) => pool.malloc(size), free: (pointer) => void pool.free(pointer) };
}

/** ns for a pair of calls. */
export function calls(
  names: readonly string[],
  live: number,
  pairs: number,
  rounds: number,
  seed: number,
): Timing[] {
  const random = new Random(seed);
  const sizes = Uint16Array.from({ length: SIZES }, () => logUniform(random, 16, 512));
  const entrants = [...names, CLASS, UNCHECKED_CLASS, THING].map((name) => {
    const heap = callsOf(name, live);
    const table = new Uint32Array(live);
    for (let i = 0; i < live; i++) table[i] = heap.malloc(sizes[i % SIZES] as number);
    const loop = makeLoop(name);
    const some = name === THING ? Math.ceil(pairs / 100) : pairs;
    let x = loop(heap, table, sizes, Math.min(3 * some, 30_000), seed | 1);
    const slice = () => {
      const ns = timed(() => {
        x = loop(heap, table, sizes, some, x);
      });
      if (name !== "floor" && new Set(table).size !== live)
        throw new Error(`${name}: twice the same`);
      return ns / some;
    };
    return { name, slice };
  });
  return race(entrants, rounds);
}

export interface Latency {
  readonly name: string;
  readonly median: number;
  readonly p99: number;
  readonly p9999: number;
}

/** ns of single calls of malloc and free that do not grow the memory, the reading of the clock included. */
export function latency(
  names: readonly string[],
  live: number,
  count: number,
  seed: number,
): Latency[] {
  return names.map((name) => {
    const heap = create(name);
    const random = new Random(seed);
    const table = Array.from(
      { length: live },
      () => heap.malloc(logUniform(random, 16, 8192)) >>> 0,
    );
    const taken: number[] = [];
    const measure = (call: () => number): number => {
      const bytes = heap.memory?.buffer.byteLength;
      const start = process.hrtime.bigint();
      const result = call();
      const ns = Number(process.hrtime.bigint() - start);
      if (heap.memory?.buffer.byteLength === bytes) taken.push(ns);
      return result;
    };
    for (let k = 0; k < count; k++) {
      if (k === count >> 1) taken.length = 0; // warm now
      const i = random.below(live);
      const size = logUniform(random, 16, 8192);
      measure(() => {
        heap.free(table[i] as number);
        return 0;
      });
      table[i] = measure(() => heap.malloc(size)) >>> 0;
    }
    taken.sort((a, b) => a - b);
    const at = (share: number) => taken[Math.floor(taken.length * share)] as number;
    return { name, median: at(0.5), p99: at(0.99), p9999: at(0.9999) };
  });
}
