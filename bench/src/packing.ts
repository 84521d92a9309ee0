// Packing: how full a block gets before an allocation fails. Nothing is timed here.

import { POLICIES } from "suballoc";
import type { Heap } from "../contenders/heap.ts";
import { BUDDY, type ContenderName, OFFSET, PLAYCANVAS, SEGREGATED } from "../contenders/names.ts";
import { Random } from "./random.ts";

const CAPACITY = 2 ** 20;
const SIX_SIZES = [64, 256, 576, 1024, 2304, 4096];

type Draw = (random: Random) => number;

export const DISTRIBUTIONS = {
  "uniform 1..1024": (random) => random.between(1, 1024),
  "log-uniform 1..4096": (random) => Math.floor(4096 ** (random.below(2 ** 32) / 2 ** 32)),
  "six sizes": (random) => SIX_SIZES[random.below(SIX_SIZES.length)] as number,
} satisfies Record<string, Draw>;

export type Distribution = keyof typeof DISTRIBUTIONS;

export const LOADS = [0.85, 0.9, 0.95] as const;

export interface Packing {
  readonly contender: ContenderName;
  /** Mean share of the capacity in use when an allocation fails, by distribution. */
  readonly use: Record<Distribution, number>;
  /** Share of requests refused at each of LOADS, sizes uniform 1..1024. */
  readonly failureRate: number[];
}

/** Makes a contender with an empty block of `capacity`. */
export type CreateHeap = (capacity: number) => Heap;

/** A block with random sizes coming and going. */
class Load {
  used = 0;
  readonly #random: Random;
  readonly #heap;
  readonly #live: { ref: unknown; size: number }[] = [];

  constructor(
    create: CreateHeap,
    seed: number,
    private readonly draw: Draw,
  ) {
    this.#random = new Random(seed);
    this.#heap = create(CAPACITY);
  }

  request(): number {
    return this.draw(this.#random);
  }

  allocate(size: number): boolean {
    const ref = this.#heap.allocate(size);
    if (this.#heap.failed(ref)) return false;
    this.#live.push({ ref, size });
    this.used += size;
    return true;
  }

  freeOne(): void {
    const i = this.#random.below(this.#live.length);
    const last = this.#live.pop();
    if (!last) throw new Error("nothing is live");
    const block = this.#live[i] ?? last;
    if (block !== last) this.#live[i] = last;
    this.#heap.free(block.ref, block.size);
    this.used -= block.size;
  }
}

/** Requests that make up the capacity `times` over. */
function requestsFor(draw: Draw, times: number): number {
  const random = new Random(1);
  const sample = 100_000;
  let sum = 0;
  for (let i = 0; i < sample; i++) sum += draw(random);
  return Math.round((times * CAPACITY * sample) / sum);
}

/**
 * Allocate until one does not fit, and note how much of the capacity is in use; free random blocks until
 * it does; go on. The first quarter, in which the holes form, does not count.
 */
export function useAtFailure(create: CreateHeap, draw: Draw, seed: number): number {
  const load = new Load(create, seed, draw);
  const requests = requestsFor(draw, 20);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < requests; i++) {
    const size = load.request();
    if (load.allocate(size)) continue;
    if (i >= requests / 4) {
      sum += load.used / CAPACITY;
      count++;
    }
    do load.freeOne();
    while (!load.allocate(size));
  }
  return sum / count;
}

/**
 * Free random blocks until a request stays within the load, then make it: how often is it refused? After a
 * refusal a random block is freed, so that the same holes are not asked again and again.
 */
export function failureRate(create: CreateHeap, loadLimit: number, seed: number): number {
  const draw = DISTRIBUTIONS["uniform 1..1024"];
  const load = new Load(create, seed, draw);
  const requests = requestsFor(draw, 20);
  let refused = 0;
  for (let i = 0; i < requests; i++) {
    const size = load.request();
    while (load.used + size > loadLimit * CAPACITY) load.freeOne();
    if (load.allocate(size)) continue;
    if (i >= requests / 4) refused++;
    load.freeOne();
  }
  return refused / (requests * 0.75);
}

/** Means over `heaps` blocks, each with its own seed; the seeds are the same for every contender. */
export function measurePacking(
  heaps: number,
  createContender: (name: ContenderName, capacity: number) => Heap,
  progress: (text: string) => void,
): Packing[] {
  const contenders = [
    ...POLICIES.filter((policy) => policy !== "linked-list").map((policy) => `suballoc:${policy}`),
    SEGREGATED,
    BUDDY,
    OFFSET,
    PLAYCANVAS,
  ];
  const seeds = Array.from({ length: heaps }, (_, i) => i + 1);
  const mean = (figure: (seed: number) => number) =>
    seeds.reduce((sum, seed) => sum + figure(seed), 0) / heaps;
  return contenders.map((contender) => {
    progress(contender);
    const create = (capacity: number) => createContender(contender, capacity);
    const use = Object.fromEntries(
      Object.entries(DISTRIBUTIONS).map(([name, draw]) => [
        name,
        mean((seed) => useAtFailure(create, draw, seed)),
      ]),
    ) as Record<Distribution, number>;
    const rates = LOADS.map((limit) => mean((seed) => failureRate(create, limit, seed)));
    return { contender, use, failureRate: rates };
  });
}
