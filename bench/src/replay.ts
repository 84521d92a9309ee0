// Runs operations on a contender: `run` is the loop that is timed, `check` the same with the results looked at.

import type { Heap } from "../contenders/heap.ts";
import type { Operations } from "./operations.ts";
import type { Workload } from "./workloads.ts";

export class Replay {
  readonly #heap: Heap;
  readonly #capacity: number;
  readonly #alignments: readonly number[] | undefined;
  /** Length of the batches that the heap is called with; 1 if one by one. */
  readonly #batch: number;
  readonly #refs: unknown[];
  /** Size that each slot holds, 0 when it is empty: kept by `check` only. */
  readonly #held: Uint32Array;
  /** Allocations that did not fit under `check`. */
  failures = 0;
  /** Of every address handed out under `check`, in order, and of the failures between them. */
  checksum = 0;

  constructor(heap: Heap, { slots, capacity, alignments, batch }: Workload) {
    this.#heap = heap;
    this.#capacity = capacity;
    this.#alignments = alignments;
    this.#batch = (heap.allocateMany && batch) ?? 1;
    this.#refs = heap.refs(slots);
    this.#held = new Uint32Array(slots);
  }

  /** Where the heap is called with batches, `from` and `to` lie between them. */
  run(operations: Operations, from: number, to: number): void {
    if (this.#batch > 1) this.#runBatches(operations, from, to);
    else if (this.#alignments) this.#runAligned(operations, from, to, this.#alignments);
    else this.#run(operations, from, to);
  }

  #run({ slots, sizes }: Operations, from: number, to: number): void {
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

  #runAligned(
    { slots, sizes }: Operations,
    from: number,
    to: number,
    alignments: readonly number[],
  ): void {
    const heap = this.#heap as Required<Heap>;
    const refs = this.#refs;
    for (let i = from; i < to; i++) {
      const slot = slots[i] as number;
      const size = sizes[i] as number;
      const alignment = alignments[slot % alignments.length] as number;
      if (size > 0) refs[slot] = heap.allocateAligned(size, alignment);
      else {
        const ref = refs[slot];
        if (!heap.failed(ref)) heap.free(ref, -size);
      }
    }
  }

  #runBatches(operations: Operations, from: number, to: number): void {
    const heap = this.#heap as Required<Heap>;
    const refs = this.#refs;
    const batch = this.#batch;
    for (let i = from; i < to; i += batch) {
      const slots = operations.slots.subarray(i, i + batch);
      const sizes = operations.sizes.subarray(i, i + batch);
      if ((sizes[0] as number) > 0) {
        const given = heap.allocateMany(sizes);
        for (let j = 0; j < batch; j++) refs[slots[j] as number] = given[j];
      } else {
        const freed = heap.refs(batch);
        for (let j = 0; j < batch; j++) freed[j] = refs[slots[j] as number];
        heap.freeMany(
          freed,
          sizes.map((size) => -size),
        );
      }
    }
  }

  /** Run and look at every result; a batch names no slot twice. */
  check(operations: Operations, from: number, to: number): void {
    for (let i = from; i < to; i += this.#batch) {
      this.run(operations, i, i + this.#batch);
      for (let j = i; j < i + this.#batch; j++) this.#checkOne(operations, j);
    }
  }

  #checkOne({ slots, sizes }: Operations, i: number): void {
    const slot = slots[i] as number;
    const size = sizes[i] as number;
    this.#held[slot] = 0;
    if (size < 0) return;
    const ref = this.#refs[slot];
    const failed = this.#heap.failed(ref);
    const address = failed ? -1 : this.#heap.addressOf(ref);
    this.checksum = (Math.imul(this.checksum, 31) + address) | 0;
    if (failed) {
      this.failures++;
      return;
    }
    this.#held[slot] = size;
    const alignment = this.#alignments?.[slot % this.#alignments.length] ?? 1;
    if (address % alignment !== 0)
      throw new Error(`a block starts at ${address}, which is no multiple of ${alignment}`);
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
