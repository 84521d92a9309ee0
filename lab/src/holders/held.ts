// Who holds the memory: bytes and blocks live in each group at some moment. Going to another moment costs what lies
// in between.

import type { Trace } from "../trace/trace.ts";
import type { Groups } from "./groups.ts";

export interface Holding {
  /** Index of the group. */
  readonly group: number;
  readonly bytes: number;
  readonly blocks: number;
}

export class Holdings {
  readonly #trace: Trace;
  readonly #groups: Groups;
  readonly #bytes: Float64Array;
  readonly #blocks: Float64Array;
  #done = 0;

  constructor(trace: Trace, groups: Groups) {
    this.#trace = trace;
    this.#groups = groups;
    this.#bytes = new Float64Array(groups.names.length);
    this.#blocks = new Float64Array(groups.names.length);
  }

  /** The moment after so many operations. */
  seek(operations: number): void {
    const all = this.#trace.operations;
    const target = Math.max(0, Math.min(operations, all.length));
    while (this.#done < target) this.#apply(all[this.#done++]!, 1);
    while (this.#done > target) this.#apply(all[--this.#done]!, -1);
  }

  /** Groups that hold anything, the largest first. */
  list(): Holding[] {
    return Array.from(this.#bytes, (bytes, group) => ({
      group,
      bytes,
      blocks: this.#blocks[group]!,
    }))
      .filter(({ blocks }) => blocks > 0)
      .sort((a, b) => b.bytes - a.bytes || a.group - b.group);
  }

  #apply(operation: number, sign: 1 | -1): void {
    const id = operation >= 0 ? operation : ~operation;
    const change = operation >= 0 ? sign : -sign;
    const group = this.#groups.of[id]!;
    this.#bytes[group]! += change * this.#trace.sizes[id]!;
    this.#blocks[group]! += change;
  }
}

export function holdingsAt(trace: Trace, groups: Groups, operations: number): Holding[] {
  const holdings = new Holdings(trace, groups);
  holdings.seek(operations);
  return holdings.list();
}

/** The most bytes that any group holds at any time; 1 if none holds any. O(operations). */
export function mostHeld(trace: Trace, groups: Groups): number {
  const held = new Float64Array(groups.names.length);
  let most = 1;
  for (const operation of trace.operations) {
    const id = operation >= 0 ? operation : ~operation;
    const group = groups.of[id]!;
    held[group]! += operation >= 0 ? trace.sizes[id]! : -trace.sizes[id]!;
    most = Math.max(most, held[group]!);
  }
  return most;
}
