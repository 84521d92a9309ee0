// The bench's random numbers: a seeded generator, so that every contender gets the same operations.

/** Whole numbers from 0 to 2^32 − 1 (xorshift128). */
export class Random {
  #x: number;
  #y: number;
  #z: number;
  #w: number;

  constructor(seed: number) {
    this.#x = seed >>> 0 || 1;
    this.#y = 362436069;
    this.#z = 521288629;
    this.#w = 88675123;
    for (let i = 0; i < 16; i++) this.next();
  }

  next(): number {
    const t = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = (this.#w ^ (this.#w >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return this.#w;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** The numbers 0 … count − 1 in random order. */
  shuffled(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    this.shuffleFirst(order, count);
    return order;
  }

  /** Exchange the first `count` of them for random ones of all. */
  shuffleFirst(order: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const j = i + this.below(order.length - i);
      const kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
  }
}
