// A driver instance on one malloc, and a mirror of what it does: after each slice every live block is known, so that
// results can be checked.

import { Random } from "../random.ts";
import { moduleOf } from "./build.ts";
import { FLOOR, type Malloc } from "./contenders.ts";

const SIZES = 4096;
const SIZES_AT = 65536;
const TABLE_AT = 1 << 20;
export const UNIT = 16;

interface DriverExports {
  memory: WebAssembly.Memory;
  fill(table: number, count: number, sizes: number, seed: number): number;
  drain(table: number, count: number): void;
  churn(table: number, count: number, sizes: number, pairs: number, seed: number): number;
  replay(table: number, operations: number, count: number): void;
}

let module: WebAssembly.Module | undefined;

/** Sizes from `least` to `most`, so that every doubling is as frequent. */
export function logUniform(random: Random, least: number, most: number): number {
  return Math.floor(least * ((most + 1) / least) ** (random.next() / 2 ** 32));
}

export class Driver {
  readonly exports: DriverExports;
  readonly sizes: Uint16Array;
  readonly #count: number;
  readonly #stamped: Uint8Array;
  readonly #live: Uint32Array;
  #mirrorState: number;
  #state: number;

  constructor(
    readonly malloc: Malloc,
    count: number,
    seed: number,
  ) {
    module ??= moduleOf("driver");
    const { malloc: allocate, free, realloc } = malloc;
    const instance = new WebAssembly.Instance(module, {
      heap: { malloc: allocate, free, realloc },
    });
    this.exports = instance.exports as unknown as DriverExports;
    const { memory } = this.exports;
    const bytes = TABLE_AT + 4 * count;
    memory.grow(Math.ceil(bytes / 65536) - memory.buffer.byteLength / 65536 + 1);
    this.sizes = new Uint16Array(memory.buffer, SIZES_AT, SIZES);
    const random = new Random(seed);
    for (let i = 0; i < SIZES; i++) this.sizes[i] = logUniform(random, 16, 512);
    this.#count = count;
    this.#state = this.#mirrorState = seed | 1;
    this.#live = new Uint32Array(count);
    this.#stamped = new Uint8Array(count);
  }

  #next(): number {
    let x = this.#mirrorState;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#mirrorState = x;
    return x >>> 0;
  }

  #sizeAt(i: number): number {
    return this.sizes[i & (SIZES - 1)] as number;
  }

  fill(): void {
    const { exports } = this;
    this.#state = exports.fill(TABLE_AT, this.#count, SIZES_AT, this.#state);
  }

  /** Brings the mirror up to date with `fill`. */
  followFill(): void {
    for (let i = 0; i < this.#count; i++) this.#live[i] = this.#sizeAt(this.#next());
    this.#stamped.fill(0);
  }

  drain(): void {
    this.exports.drain(TABLE_AT, this.#count);
  }

  churn(pairs: number): void {
    this.#state = this.exports.churn(TABLE_AT, this.#count, SIZES_AT, pairs, this.#state);
  }

  /** Brings the mirror up to date with `pairs` of churn. */
  follow(pairs: number): void {
    for (let k = 0; k < pairs; k++) {
      const x = this.#next();
      const slot = Math.floor((x * this.#count) / 2 ** 32);
      this.#live[slot] = this.#sizeAt(x >>> 2);
      this.#stamped[slot] = 0;
    }
  }

  get #pointers(): Uint32Array {
    return new Uint32Array(this.exports.memory.buffer, TABLE_AT, this.#count);
  }

  /** Throws unless all live blocks are aligned, inside the memory and apart, and stamps of earlier are still there. */
  check(): void {
    const { malloc } = this;
    if (malloc.name === FLOOR || !malloc.memory) return;
    if (this.#state !== this.#mirrorState) throw new Error("the mirror is out of step");
    const words = new Uint32Array(malloc.memory.buffer);
    const pointers = this.#pointers;
    const fail = (slot: number, what: string) => {
      throw new Error(`${malloc.name}: block ${slot} at ${pointers[slot]} ${what}`);
    };
    for (let slot = 0; slot < this.#count; slot++) {
      const p = pointers[slot] as number;
      const size = this.#live[slot] as number;
      if (p === 0 || p % UNIT !== 0 || p + size > 4 * words.length) fail(slot, "lies badly");
      if (this.#stamped[slot] && words[p >> 2] !== slot) fail(slot, "was overwritten");
    }
    const order = Uint32Array.from(pointers.keys()).sort(
      (a, b) => (pointers[a] as number) - (pointers[b] as number),
    );
    let end = 0;
    for (const slot of order) {
      if ((pointers[slot] as number) < end) fail(slot, "overlaps the one before");
      end = (pointers[slot] as number) + (this.#live[slot] as number);
    }
  }

  /** Writes its number into each block. */
  stamp(): void {
    if (!this.malloc.memory) return;
    const words = new Uint32Array(this.malloc.memory.buffer);
    const pointers = this.#pointers;
    for (let slot = 0; slot < this.#count; slot++) words[(pointers[slot] as number) >> 2] = slot;
    this.#stamped.fill(1);
  }

  /** Replays operations of two numbers each from outside the table; returns ns. */
  replay(operations: Uint32Array): number {
    const { memory } = this.exports;
    const at = TABLE_AT + 4 * this.#count;
    const missing =
      Math.ceil((at + operations.byteLength) / 65536) - memory.buffer.byteLength / 65536;
    if (missing > 0) memory.grow(missing);
    new Uint32Array(memory.buffer, at, operations.length).set(operations);
    const start = process.hrtime.bigint();
    this.exports.replay(TABLE_AT, at, operations.length / 2);
    return Number(process.hrtime.bigint() - start);
  }
}
