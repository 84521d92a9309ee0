// How much of each part of the block is live at some moment of a replay, perhaps of some blocks only. Moving in time adds and
// takes away the blocks in between, each at a cost that does not depend on its size; a move far away
// sets out from the nearest state that was kept when it was passed.

import { firstAddress } from "../../src/draw/map.ts";
import type { Replay } from "../../src/replay/replay.ts";
import type { Trace } from "../../src/trace/trace.ts";

/** A state to set out from. */
interface Kept {
  readonly partial: Float64Array;
  readonly runs: Int32Array;
}

const mostKept = 64;
const leastApart = 1000;

export class LiveMap {
  readonly cells: number;
  readonly #trace: Trace;
  readonly #replay: Replay;
  readonly #includes: ((id: number) => boolean) | undefined;
  /** Bytes live in a cell because a block begins or ends in it. */
  readonly #partial: Float64Array;
  /** +1 where a run of wholly covered cells begins, -1 after its end. */
  readonly #runs: Int32Array;
  readonly #kept: Kept[] = [];
  readonly #apart: number;
  #done = 0;

  constructor(trace: Trace, replay: Replay, mostCells: number, includes?: (id: number) => boolean) {
    this.#trace = trace;
    this.#replay = replay;
    this.#includes = includes;
    this.cells = Math.min(mostCells, replay.capacity);
    this.#partial = new Float64Array(this.cells);
    this.#runs = new Int32Array(this.cells + 1);
    this.#apart = Math.max(leastApart, Math.ceil(replay.operations / mostKept));
    this.#keep();
  }

  /** The state after `operations` operations, or at the failure if that comes first. */
  seek(operations: number): void {
    const target = Math.min(operations, this.#replay.operations);
    const all = this.#trace.operations;
    if (Math.abs(target - this.#done) > this.#apart) this.#setOutNear(target);
    while (this.#done < target) {
      const operation = all[this.#done++]!;
      if (operation >= 0) this.#cover(operation, 1);
      else this.#cover(~operation, -1);
      if (this.#done === this.#kept.length * this.#apart) this.#keep();
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

  #keep(): void {
    this.#kept.push({ partial: this.#partial.slice(), runs: this.#runs.slice() });
  }

  #setOutNear(target: number): void {
    const index = Math.min(Math.floor(target / this.#apart), this.#kept.length - 1);
    if (this.#done <= target && this.#done > index * this.#apart) return;
    const { partial, runs } = this.#kept[index]!;
    this.#partial.set(partial);
    this.#runs.set(runs);
    this.#done = index * this.#apart;
  }

  #cover(id: number, sign: 1 | -1): void {
    if (this.#includes?.(id) === false) return;
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

  /** The first address of a cell. */
  #edge(cell: number): number {
    return firstAddress(cell, this.#replay.capacity, this.cells);
  }

  #cellOf(address: number): number {
    let cell = Math.floor((address * this.cells) / this.#replay.capacity);
    while (this.#edge(cell) > address) cell--;
    while (this.#edge(cell + 1) <= address) cell++;
    return cell;
  }
}
