// Runs operations on a contender: `run` is the loop that is timed, `check` the same with the results looked at.

import type { Heap } from "../contenders/heap.ts";
import type { Operations } from "./operations.ts";

export class Replay {
  readonly #heap: Heap;
  readonly #capacity: number;
  readonly #refs: unknown[];
  /** Size that each slot holds, 0 when it is empty: kept by `check` only. */
  readonly #held: Uint32Array;
  /** Allocations that did not fit under `check`. */
  failures = 0;
  /** Of every address handed out under `check`, in order, and of the failures between them. */
  checksum = 0;

  constructor(heap: Heap, slots: number, capacity: number) {
    this.#heap = heap;
    this.#capacity = capacity;
    this.#refs = heap.refs(slots);
    this.#held = new Uint32Array(slots);
  }

  run({ slots, sizes }: Operations, from: number, to: number): void {
    const heap = this.#heap;
    const refs = this.#refs;
    for (let i = from; i < to; i++) {
      const slot = slots[i] as number;
      const size = sizes[i] as number;
      if (size > 0) refs[slot] = heap.allocate(size);
      else {
        const ref = refs[slot];
        if (!heap.failed(ref)) heap.free(ref, -size);
      }
    }
  }

  check(operations: Operations, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.run(operations, i, i + 1);
      const slot = operations.slots[i] as number;
      const size = operations.sizes[i] as number;
      this.#held[slot] = 0;
      if (size < 0) continue;
      const ref = this.#refs[slot];
      const failed = this.#heap.failed(ref);
      if (failed) this.failures++;
      else this.#held[slot] = size;
      this.checksum =
        (Math.imul(this.checksum, 31) + (failed ? -1 : this.#heap.addressOf(ref))) | 0;
    }
  }

  /** Throw if live blocks overlap, or lie outside `limit`. O(live log live). */
  checkOverlaps(limit = this.#capacity): void {
    const live = [...this.#held.keys()].filter((slot) => this.#held[slot] !== 0);
    const starts = new Float64Array(live.map((slot) => this.#heap.addressOf(this.#refs[slot])));
    const order = Uint32Array.from(live.keys()).sort(
      (a, b) => (starts[a] as number) - (starts[b] as number),
    );
    let end = 0;
    for (const i of order) {
      const start = starts[i] as number;
      const size = this.#held[live[i] as number] as number;
      if (start < end) throw new Error(`blocks overlap: one starts at ${start}, before ${end}`);
      end = start + size;
    }
    if (end > limit) throw new Error(`a block ends at ${end}, outside ${limit}`);
  }
}
