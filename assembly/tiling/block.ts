// A block of a tiling: a range of addresses, live or free, linked to its neighbours in address order.
//
//            0            8              12     16       20      24             28      32
//   live     | start  f64 | prev | flags | next | label  | chain | requested  f64        |
//   free     | start  f64 | prev | flags | next | before | after |                       |
//   free, in the table    |              |      |        | chain | before       | after  |
//
// A block has no size of its own: it ends where the next one starts. Segregated fit's blocks have 24 bytes; those of
// buddy, which are in the address table while free too and can be larger than what was requested, have 32. `before` and
// `after` link the blocks of a bin (bins.ts), `chain` those of a bucket of the address table (table.ts).

import { NodeClass } from "../kernel/pool";

// Flags, in the word of `prev`: blocks lie at multiples of 8.

/** The block is free. */
export const FREE: usize = 1;
/** The block before it is free: so a freed block leaves a live one before it untouched. */
export const LEFT_FREE: usize = 2;
const FLAGS: usize = FREE | LEFT_FREE;

// Literals, so that where a class is known, so is the place of its unused nodes.
export const PLAIN_BLOCK: NodeClass = 24 >> 3;
export const POWER_BLOCK: NodeClass = 32 >> 3;

/** Where a free block keeps its links in a bin. */
export const PLAIN_LINKS: usize = 16;
export const POWER_LINKS: usize = 24;

@unmanaged
export class Block {
  start: f64;
  prevAndFlags: usize;
  next: Block;
  label: u32;
  chain: Block | null;

  get prev(): Block {
    return changetype<Block>(this.prevAndFlags & ~FLAGS);
  }
  set prev(block: Block) {
    this.prevAndFlags = changetype<usize>(block) | (this.prevAndFlags & FLAGS);
  }

  get free(): bool {
    return (this.prevAndFlags & FREE) != 0;
  }
  get leftFree(): bool {
    return (this.prevAndFlags & LEFT_FREE) != 0;
  }

  get size(): f64 {
    return this.next.start - this.start;
  }
  get end(): f64 {
    return this.next.start;
  }

  /** What a live block of buddy was asked for. */
  get requested(): f64 {
    return load<f64>(changetype<usize>(this), POWER_LINKS);
  }
  set requested(size: f64) {
    store<f64>(changetype<usize>(this), size, POWER_LINKS);
  }

  markFree(): void {
    this.prevAndFlags |= FREE;
    this.next.prevAndFlags |= LEFT_FREE;
  }
  markLive(): void {
    this.prevAndFlags &= ~FREE;
    this.next.prevAndFlags &= ~LEFT_FREE;
  }
}

@inline
export function beforeOf(block: Block, links: usize): Block {
  return load<Block>(changetype<usize>(block) + links);
}
@inline
export function setBefore(block: Block, links: usize, before: Block): void {
  store<Block>(changetype<usize>(block) + links, before);
}
@inline
export function afterOf(block: Block, links: usize): Block | null {
  return load<Block | null>(changetype<usize>(block) + links, 4);
}
@inline
export function setAfter(block: Block, links: usize, after: Block | null): void {
  store<Block | null>(changetype<usize>(block) + links, after, 4);
}
