// The check that stands beside the allocator under test and trusts nothing it says: the live ranges
// in address order, kept in a B-tree of its own.

import SortedBTree from "sorted-btree";

export const BTree = ((SortedBTree as unknown as { default?: typeof SortedBTree }).default ??
  SortedBTree) as typeof SortedBTree;

/** The allocator did something an allocator must not do. */
export class ReplayFault extends Error {
  override readonly name = "ReplayFault";
}

type Range = { readonly start: number; readonly size: number };

export class LiveRanges {
  readonly #endByStart = new BTree<number, number>(undefined, (a, b) => a - b);
  readonly #capacity: number;
  #bytes = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** One past the highest live address. */
  get end(): number {
    const last = this.#endByStart.maxKey();
    return last === undefined ? 0 : this.#endByStart.get(last)!;
  }

  add(start: number, size: number): void {
    const end = start + size;
    if (!Number.isSafeInteger(start) || start < 0 || end > this.#capacity) {
      throw new ReplayFault(`[${start}, ${end}) lies outside the block of ${this.#capacity}`);
    }
    const below = this.#endByStart.nextLowerPair(end);
    if (below !== undefined && below[1] > start) {
      throw new ReplayFault(
        `[${start}, ${end}) overlaps the live range [${below[0]}, ${below[1]})`,
      );
    }
    this.#endByStart.set(start, end);
    this.#bytes += size;
  }

  remove(start: number): void {
    this.#bytes -= this.#endByStart.get(start)! - start;
    this.#endByStart.delete(start);
  }

  /** The books: live and free memory add up to the capacity. */
  checkFreeMemory(free: number): void {
    if (this.#bytes + free !== this.#capacity) {
      throw new ReplayFault(`${this.#bytes} live and ${free} free, of ${this.#capacity}`);
    }
  }

  /**
   * The allocator's free blocks must be exactly the gaps between live ranges, in address order.
   * @param mayTouch a gap may be several free blocks
   */
  checkFreeBlocks(freeBlocks: Iterable<Range>, mayTouch = false): void {
    const reported = (mayTouch ? joined(freeBlocks) : freeBlocks)[Symbol.iterator]();
    for (const gap of this.#gaps()) {
      const { value, done } = reported.next();
      if (done) throw new ReplayFault(`the free block at ${gap.start} is missing`);
      if (value.start !== gap.start || value.size !== gap.size) {
        throw new ReplayFault(
          `free block ${value.start}+${value.size} reported where ${gap.start}+${gap.size} is free`,
        );
      }
    }
    const { value, done } = reported.next();
    if (!done)
      throw new ReplayFault(`free block ${value.start}+${value.size} reported in live memory`);
  }

  *#gaps(): Generator<{ start: number; size: number }> {
    let from = 0;
    for (const [start, end] of this.#endByStart.entries()) {
      if (start > from) yield { start: from, size: start - from };
      from = end;
    }
    if (from < this.#capacity) yield { start: from, size: this.#capacity - from };
  }
}

/** Blocks that touch as one. */
export function* joined(blocks: Iterable<Range>): Generator<Range> {
  let last: Range | undefined;
  for (const { start, size } of blocks) {
    if (last !== undefined && last.start + last.size === start) {
      last = { start: last.start, size: last.size + size };
      continue;
    }
    if (last !== undefined) yield last;
    last = { start, size };
  }
  if (last !== undefined) yield last;
}
