// Runs operations on a contender: `run` is the loop that is timed, `check` the same with the results looked at.

import type { Heap } from "../contenders/heap.ts";
import type { Operations } from "./operations.ts";

export class Replay {
  readonly #heap: Heap;
  readonly #capacity: number;
  readonly #refs: unknown[];
  /** Size that each slot holds, 0 when it is empty. */
  readonly #held: Uint32Array;
  /** Allocations that did not fit. */
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
    const held = this.#held;
    for (let i = from; i < to; i++) {
      const slot = slots[i] as number;
      const size = sizes[i] as number;
      if (size === 0) {
        const heldSize = held[slot] as number;
        if (heldSize !== 0) heap.free(refs[slot], heldSize);
        held[slot] = 0;
      } else {
        const ref = heap.allocate(size);
        if (heap.failed(ref)) this.failures++;
        else {
          refs[slot] = ref;
          held[slot] = size;
        }
      }
    }
  }

  check(operations: Operations, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.run(operations, i, i + 1);
      if (operations.sizes[i] === 0) continue;
      const slot = operations.slots[i] as number;
      const address = this.#held[slot] === 0 ? -1 : this.#heap.addressOf(this.#refs[slot]);
      this.checksum = (Math.imul(this.checksum, 31) + address) | 0;
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
