// A block of a tiling: a range of addresses, live or free, linked to its neighbours in address order.
//
//            0           4              8      12      16           24               32
//   live     | start u32 | prev | flags | next | label | start u64  | requested f64  |
//   free     | start u32 | prev | flags | next | slot  | start u64  |                |
//
// A narrow tiling, whose capacity is below 2^32, keeps the start in the first word, and a block has 16 bytes: four to a
// line of the processor's cache. A wide one keeps it in the third pair, and a block has 24 bytes, or 32 in a tiling of
// powers of two, which are wide. A block has no size of its own: it ends where the next one starts.
// `slot` is where a free block's bin holds it (bins.ts).

import { NodeClass, nodeClass } from "../kernel/pool";

// Flags, in the word of `prev`: blocks lie at multiples of 8.

/** The block is free. */
export const FREE: usize = 1;
/** The block before it is free: so a freed block leaves a live one before it untouched. */
export const LEFT_FREE: usize = 2;
const FLAGS: usize = FREE | LEFT_FREE;

export const NARROW_BLOCK: NodeClass = nodeClass(16);
export const WIDE_BLOCK: NodeClass = nodeClass(24);
export const POWER_BLOCK: NodeClass = nodeClass(32);

const WIDE_START: usize = 16;
const REQUESTED: usize = 24;

/** The greatest capacity of a narrow tiling. */
export const NARROW_CAPACITY: f64 = 4294967295;

// Where the blocks of the tiling in use keep their start, and which bits of the 64 there are it.
let startAt: usize = 0;
let startMask: u64 = 0;

/** From here on, blocks are those of a narrow tiling, or of a wide one. */
@inline
export function useLayout(wide: bool): void {
  startAt = wide ? WIDE_START : 0;
  startMask = wide ? <u64>-1 : <u64>u32.MAX_VALUE;
}

@unmanaged
export class Block {
  private narrowStart: u32;
  prevAndFlags: usize;
  next: Block;
  label: u32;

  @inline
  get start(): f64 {
    return <f64>(<i64>(load<u64>(changetype<usize>(this) + startAt) & startMask));
  }
  @inline
  set start(address: f64) {
    if (startAt) store<u64>(changetype<usize>(this), <u64>address, WIDE_START);
    else this.narrowStart = <u32>address;
  }

  @inline
  get prev(): Block {
    return changetype<Block>(this.prevAndFlags & ~FLAGS);
  }
  @inline
  set prev(block: Block) {
    this.prevAndFlags = changetype<usize>(block) | (this.prevAndFlags & FLAGS);
  }

  @inline
  get free(): bool {
    return (this.prevAndFlags & FREE) != 0;
  }
  @inline
  get leftFree(): bool {
    return (this.prevAndFlags & LEFT_FREE) != 0;
  }

  @inline
  get size(): f64 {
    return this.next.start - this.start;
  }
  @inline
  get end(): f64 {
    return this.next.start;
  }

  /** Where the bin of a free block holds it. */
  @inline
  get slot(): usize {
    return this.label;
  }
  @inline
  set slot(slot: usize) {
    this.label = <u32>slot;
  }

  /** What a live block of a tiling of powers of two was asked for. */
  get requested(): f64 {
    return load<f64>(changetype<usize>(this), REQUESTED);
  }
  set requested(size: f64) {
    store<f64>(changetype<usize>(this), size, REQUESTED);
  }

  @inline
  markFree(): void {
    this.prevAndFlags |= FREE;
    this.next.prevAndFlags |= LEFT_FREE;
  }
  @inline
  markLive(): void {
    this.prevAndFlags &= ~FREE;
    this.next.prevAndFlags &= ~LEFT_FREE;
  }
}
