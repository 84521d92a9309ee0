// How much memory a malloc spreads over: the highest address in use, from where it begins and with its bookkeeping at the
// end, over the most bytes that were asked for at once. Peers that keep tables before the heap are charged for them too.

import { Random } from "../random.ts";
import type { Malloc } from "./contenders.ts";
import { logUniform } from "./driver.ts";
import { KIND, type TraceOperations } from "./traces.ts";

/** Follows every call, and checks results: no NULL, aligned, and the first and last word of a block stay as written. */
export class Extent {
  #highest = 0;
  #live = 0;
  #peak = 0;
  #stamp = 0;
  readonly #blocks = new Map<number, { size: number; stamp: number }>();
  #words = new Uint32Array(0);

  constructor(readonly heap: Malloc) {}

  get ratio(): number {
    const extent = this.#highest - this.heap.start;
    return (extent * (1 + this.heap.share)) / this.#peak;
  }

  #note(pointer: number, size: number): number {
    const p = pointer >>> 0;
    if (p === 0 || p % 16 !== 0) throw new Error(`${this.heap.name}: ${p} for ${size} bytes`);
    if (this.#words.length === 0)
      this.#words = new Uint32Array((this.heap.memory as WebAssembly.Memory).buffer);
    const stamp = this.#stamp++ >>> 0;
    if (size >= 4) this.#words[p >> 2] = stamp;
    if (size >= 8) this.#words[(p + size - 4) >> 2] = stamp;
    if (this.#blocks.has(p)) throw new Error(`${this.heap.name}: ${p} twice`);
    this.#blocks.set(p, { size, stamp });
    this.#live += size;
    this.#peak = Math.max(this.#peak, this.#live);
    this.#highest = Math.max(this.#highest, p + size);
    return p;
  }

  #forget(p: number, moved = p, kept = Infinity): void {
    const { size, stamp } = this.#blocks.get(p) as { size: number; stamp: number };
    if (this.#words.length === 0)
      this.#words = new Uint32Array((this.heap.memory as WebAssembly.Memory).buffer);
    const isWhole =
      (size < 4 || this.#words[moved >> 2] === stamp) &&
      (size < 8 || size > kept || this.#words[(moved + size - 4) >> 2] === stamp);
    if (!isWhole) throw new Error(`${this.heap.name}: the block at ${p} was overwritten`);
    this.#blocks.delete(p);
    this.#live -= size;
  }

  malloc(size: number): number {
    return this.#note(this.heap.malloc(size), size);
  }

  free(pointer: number): void {
    this.#forget(pointer);
    this.heap.free(pointer);
  }

  realloc(pointer: number, size: number): number {
    const moved = this.heap.realloc(pointer, size) >>> 0;
    if (moved === 0) throw new Error(`${this.heap.name}: realloc to ${size} bytes`);
    this.#words = new Uint32Array(0);
    this.#forget(pointer, moved, size);
    return this.#note(moved, size);
  }
}

function churn(live: number, exchanges: number, most: number) {
  return (heap: Extent, random: Random) => {
    const size = () => logUniform(random, 16, most);
    const blocks = Array.from({ length: live }, () => heap.malloc(size()));
    for (let k = 0; k < exchanges; k++) {
      const i = random.below(live);
      heap.free(blocks[i] as number);
      blocks[i] = heap.malloc(size());
    }
  };
}

/** Eight sizes, one after the other, each twice the last; 80 % of each are freed before the next. */
function phases(heap: Extent, random: Random): void {
  for (let size = 16; size <= 2048; size *= 2) {
    const blocks = Array.from({ length: (4 << 20) / size }, () => heap.malloc(size));
    for (const block of blocks) if (random.below(10) < 8) heap.free(block);
  }
}

/** A buffer that grows by 4 KB a step, with a small block allocated before or after each step. */
function ratchet(pin: "before" | "after") {
  return (heap: Extent) => {
    let buffer = heap.malloc(4096);
    for (let k = 2; k <= 1000; k++) {
      if (pin === "before") heap.malloc(64);
      buffer = heap.realloc(buffer, 4096 * k);
      if (pin === "after") heap.malloc(24);
    }
  };
}

export const SCENARIOS: Record<string, (heap: Extent, random: Random) => void> = {
  "churn, 10⁴ live, 16–512 B": churn(1e4, 6e5, 512),
  "churn, 10⁶ live, 16–512 B": churn(1e6, 2e6, 512),
  "wide, 4,000 live, 16 B–64 KB": churn(4000, 3e5, 65536),
  "wide, 20,000 live, 16 B–64 KB": churn(20_000, 3e5, 65536),
  phases,
  "ratchet, pin before": ratchet("before"),
  "ratchet, pin after": ratchet("after"),
};

export function extentOf(heap: Malloc, scenario: string, seed: number): number {
  const extent = new Extent(heap);
  (SCENARIOS[scenario] as (typeof SCENARIOS)[string])(extent, new Random(seed));
  return extent.ratio;
}

export function extentOfTrace(heap: Malloc, { operations, slots }: TraceOperations): number {
  const extent = new Extent(heap);
  const pointers = new Uint32Array(slots);
  for (let i = 0; i < operations.length; i += 2) {
    const head = operations[i] as number;
    const size = operations[i + 1] as number;
    const slot = head >>> 2;
    const kind = head & 3;
    if (kind === KIND.malloc) pointers[slot] = extent.malloc(size);
    else if (kind === KIND.free) extent.free(pointers[slot] as number);
    else pointers[slot] = extent.realloc(pointers[slot] as number, size);
  }
  return extent.ratio;
}
