// How much of each part of the block is live at some moment of a replay. Moving in time adds and
// takes away the blocks in between, each at a cost that does not depend on its size.

import type { Replay } from "../../src/replay/replay.ts";
import type { Trace } from "../../src/trace/trace.ts";

export class LiveMap {
  readonly cells: number;
  readonly #trace: Trace;
  readonly #replay: Replay;
  /** Bytes live in a cell because a block begins or ends in it. */
  readonly #partial: Float64Array;
  /** +1 where a run of wholly covered cells begins, -1 behind its end. */
  readonly #runs: Int32Array;
  #done = 0;

  constructor(trace: Trace, replay: Replay, mostCells: number) {
    this.#trace = trace;
    this.#replay = replay;
    this.cells = Math.min(mostCells, replay.capacity);
    this.#partial = new Float64Array(this.cells);
    this.#runs = new Int32Array(this.cells + 1);
  }

  /** The state after `operations` operations, or at the failure if that comes first. */
  seek(operations: number): void {
    const target = Math.min(operations, this.#replay.operations);
    const all = this.#trace.operations;
    while (this.#done < target) {
      const operation = all[this.#done++]!;
      if (operation >= 0) this.#cover(operation, 1);
      else this.#cover(~operation, -1);
    }
    while (this.#done > target) {
      const operation = all[--this.#done]!;
      if (operation >= 0) this.#cover(operation, -1);
      else this.#cover(~operation, 1);
    }
  }

  /** The live share of each cell, 0 … 1. */
  *shares(): Generator<number> {
    let covering = 0;
    for (let cell = 0; cell < this.cells; cell++) {
      covering += this.#runs[cell]!;
      const size = this.#edge(cell + 1) - this.#edge(cell);
      yield covering > 0 ? 1 : this.#partial[cell]! / size;
    }
  }

  #cover(id: number, sign: 1 | -1): void {
    const start = this.#replay.addresses[id]!;
    const end = start + this.#trace.sizes[id]!;
    const first = this.#cellOf(start);
    const last = this.#cellOf(end - 1);
    if (first === last) {
      this.#partial[first]! += sign * (end - start);
      return;
    }
    this.#partial[first]! += sign * (this.#edge(first + 1) - start);
    this.#partial[last]! += sign * (end - this.#edge(last));
    this.#runs[first + 1]! += sign;
    this.#runs[last]! -= sign;
  }

  /** The first address of a cell: whole numbers, so that sums are exact. */
  #edge(cell: number): number {
    return Math.floor((cell / this.cells) * this.#replay.capacity);
  }

  #cellOf(address: number): number {
    let cell = Math.floor((address / this.#replay.capacity) * this.cells);
    while (this.#edge(cell) > address) cell--;
    while (this.#edge(cell + 1) <= address) cell++;
    return cell;
  }
}
