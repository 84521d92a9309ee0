// The bins of segregated fit and of buddy, as their models keep them: one list of the free blocks, the one put in last
// first. Which blocks there are follows from what is live; only the order is remembered.

import type { Block } from "../../src/index.ts";

export abstract class Filing {
  /** The free blocks, the one put in last first. */
  protected filed: Block[] = [];

  /** The free blocks that gaps between live blocks consist of, in address order. */
  abstract cut(gaps: readonly Block[]): Block[];

  /** Where a request goes; undefined if nowhere. */
  abstract choose(size: number, alignment: number, capacity: number): number | undefined;

  /** How much a live block takes. */
  takenBy(size: number): number {
    return size;
  }

  /** Something has changed: blocks that were not there before are put in, lowest first. */
  update(gaps: readonly Block[]): void {
    const now = this.cut(gaps);
    const isSame = (a: Block) => (b: Block) => a.start === b.start && a.size === b.size;
    const kept = this.filed.filter((block) => now.some(isSame(block)));
    const added = now.filter((block) => !this.filed.some(isSame(block)));
    this.filed = [...added.reverse(), ...kept];
  }
}

/** The first multiple of `alignment` from `address` on. */
export function alignUp(address: number, alignment: number): number {
  const past = address % alignment;
  return past === 0 ? address : address + (alignment - past);
}
