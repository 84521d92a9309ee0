// Labels of live blocks. The core keeps a number for each block; here is what the numbers stand for: a pair of label and
// alignment, the latter in units of the granularity. A pair is kept once for all blocks that have it, and forgotten with
// the last of them, so that there are never more pairs than live blocks.

import { damaged } from "./snapshot.js";

interface Pair {
  readonly label: string;
  readonly alignment: number;
  /** Live blocks that have it. */
  blocks: number;
}

/** Number 0: no label, any address. Always there, and not counted. */
const NONE: Pair = { label: "", alignment: 1, blocks: 0 };

/** The numbers from 1 to this are given out in turn, over and over. */
const GREATEST = 0xffff_ffff;

export class Labels {
  readonly #pairs = new Map<number, Pair>([[0, NONE]]);
  /** Numbers by alignment and label. */
  readonly #numbers = new Map<number, Map<string, number>>();
  /** Number of the next new pair, unless it is still in use. */
  #next = 1;

  /** Whether any block has a label or an alignment. O(1). */
  get any(): boolean {
    return this.#pairs.size > 1;
  }

  /** Label and alignment that a number stands for. O(1). */
  get(number: number): { readonly label: string; readonly alignment: number } {
    return this.#pairs.get(number) as Pair;
  }

  /** Number for a pair that one more block has. O(1). */
  hold(label: string, alignment: number): number {
    if (alignment === 1 && label === "") return 0;
    const known = this.#numbers.get(alignment)?.get(label);
    if (known !== undefined) {
      (this.#pairs.get(known) as Pair).blocks++;
      return known;
    }
    let number = this.#next;
    while (this.#pairs.has(number)) number = (number % GREATEST) + 1;
    this.#add(number, { label, alignment, blocks: 1 });
    this.#next = (number % GREATEST) + 1;
    return number;
  }

  /** One block fewer has the pair. O(1). */
  release(number: number): void {
    if (number === 0) return;
    const pair = this.#pairs.get(number) as Pair;
    if (--pair.blocks > 0) return;
    this.#pairs.delete(number);
    if ((number % GREATEST) + 1 === this.#next) this.#next = number; // as before it was held
    const ofAlignment = this.#numbers.get(pair.alignment) as Map<string, number>;
    ofAlignment.delete(pair.label);
    if (ofAlignment.size === 0) this.#numbers.delete(pair.alignment);
  }

  /** Forget them all. */
  clear(): void {
    this.#pairs.clear();
    this.#pairs.set(0, NONE);
    this.#numbers.clear();
    this.#next = 1;
  }

  clone(): Labels {
    const copy = new Labels();
    for (const [number, pair] of this.#pairs) if (number > 0) copy.#add(number, { ...pair });
    copy.#next = this.#next;
    return copy;
  }

  /** The note of a snapshot: JSON of the next number, then of each pair number, label and alignment. Nothing if there never was a pair. */
  toNote(): Uint8Array<ArrayBuffer> {
    if (this.#next === 1 && this.#pairs.size === 1) return new Uint8Array(0);
    const note: unknown[] = [this.#next];
    for (const [number, { label, alignment }] of this.#pairs)
      if (number > 0) note.push(number, label, alignment);
    return new TextEncoder().encode(JSON.stringify(note));
  }

  /**
   * What `toNote` wrote, for the blocks of a snapshot: (start, size, number) of each. Trusts nothing.
   *
   * @throws {SnapshotError} `ERR_SNAPSHOT_DAMAGED`
   */
  static fromNote(note: Uint8Array, blocks: Iterable<Float64Array>): Labels {
    const labels = new Labels();
    const [next, ...rest] = note.length === 0 ? [1] : parse(note);
    if (!isNumber(next, GREATEST)) damaged("label");
    labels.#next = next;
    for (let i = 0; i < rest.length; i += 3) {
      const [number, label, alignment] = rest.slice(i, i + 3);
      if (
        !isNumber(number, GREATEST) ||
        typeof label !== "string" ||
        !isNumber(alignment, Number.MAX_SAFE_INTEGER) ||
        labels.#pairs.has(number) ||
        labels.#numbers.get(alignment)?.has(label) ||
        (label === "" && alignment === 1)
      )
        damaged("label");
      labels.#add(number, { label, alignment, blocks: 0 });
    }
    for (const chunk of blocks) {
      for (let i = 0; i < chunk.length; i += 3) {
        const number = chunk[i + 2] as number;
        const pair = labels.#pairs.get(number);
        if (!pair || (chunk[i] as number) % pair.alignment !== 0) damaged("label");
        if (number > 0) pair.blocks++;
      }
    }
    for (const [number, { blocks }] of labels.#pairs)
      if (number > 0 && blocks === 0) damaged("label");
    return labels;
  }

  #add(number: number, pair: Pair): void {
    this.#pairs.set(number, pair);
    const ofAlignment = this.#numbers.get(pair.alignment);
    if (ofAlignment) ofAlignment.set(pair.label, number);
    else this.#numbers.set(pair.alignment, new Map([[pair.label, number]]));
  }
}

function isNumber(value: unknown, greatest: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= greatest;
}

function parse(note: Uint8Array): unknown[] {
  try {
    const parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(note));
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // Neither UTF-8 nor JSON.
  }
  return damaged("label");
}
