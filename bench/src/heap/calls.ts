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
  /** Of one run, whatever else the machine did. */
  readonly firstP9999: number;
}

/** The same calls on a new heap: ns of each is put into `least` if it is less, or 0 if it grew the memory. */
function timeCalls(name: string, live: number, seed: number, least: Float64Array): void {
  const heap = create(name);
  const random = new Random(seed);
  const size = () => logUniform(random, 16, 8192);
  const table = Array.from({ length: live }, () => heap.malloc(size()) >>> 0);
  let buffer = heap.memory?.buffer;
  const note = (k: number, ns: number) => {
    const isSame = heap.memory?.buffer === buffer;
    least[k] = isSame ? Math.min(least[k] as number, ns) : 0;
    buffer = heap.memory?.buffer;
  };
  for (let k = 0; k < least.length; ) {
    const i = random.below(live);
    const bytes = size();
    const pointer = table[i] as number;
    // performance.now() makes no garbage, which process.hrtime.bigint() does.
    const start = performance.now();
    heap.free(pointer);
    const middle = performance.now();
    table[i] = heap.malloc(bytes) >>> 0;
    const end = performance.now();
    note(k++, 1e6 * (middle - start));
    note(k++, 1e6 * (end - middle));
  }
}

/**
 * ns of single calls of malloc and free that do not grow the memory, the reading of the clock included. Each call is made in
 * several runs that are the same from a new heap on, and its least time counts: what is left is what the call itself takes, not
 * what else the machine did meanwhile. `firstP9999` is of one run as it is.
 */
export function latency(
  names: readonly string[],
  live: number,
  count: number,
  runs: number,
  seed: number,
): Latency[] {
  const timesOf = new Map(names.map((name) => [name, new Float64Array(count).fill(Infinity)]));
  const once = new Map<string, Float64Array>();
  for (let run = 0; run <= runs; run++)
    for (const [name, least] of timesOf) {
      timeCalls(name, live, seed, least);
      if (run === 0)
        least.fill(Infinity); // it was to warm up
      else if (run === 1) once.set(name, least.slice());
    }
  return names.map((name) => {
    const sorted = (all: Float64Array) => all.filter((ns) => ns > 0).sort();
    const taken = sorted(timesOf.get(name) as Float64Array);
    const first = sorted(once.get(name) as Float64Array);
    const at = (all: Float64Array, share: number) => all[Math.floor(all.length * share)] as number;
    return {
      ...{ name, median: at(taken, 0.5), p99: at(taken, 0.99), p9999: at(taken, 0.9999) },
      firstP9999: at(first, 0.9999),
    };
  });
}
