// A block of a tiling: a range of addresses, live or free, linked to its neighbours in address order.
//
//            0            8             12     16       20      24
//   live     | start  f64 | prev        | next | label  | chain |
//   free     | start  f64 | prev | 1    | next | (the engine's) |
//
// A block has no size of its own: it ends where the next one starts. The engine decides where a free block keeps its
// links in a bin (bins.ts); `chain` links the blocks of one bucket of the address table (table.ts).

/** Set in the word of `prev` while the block is free. Blocks lie at multiples of 8. */
const FREE: usize = 1;

@unmanaged
export class Block {
  start: f64;
  prevAndState: usize;
  next: Block;
  label: u32;
  chain: Block | null;

  get prev(): Block {
    return changetype<Block>(this.prevAndState & ~FREE);
  }
  set prev(block: Block) {
    this.prevAndState = changetype<usize>(block) | (this.prevAndState & FREE);
  }

  get free(): bool {
    return (this.prevAndState & FREE) != 0;
  }

  get size(): f64 {
    return this.next.start - this.start;
  }

  get end(): f64 {
    return this.next.start;
  }

  markFree(): void {
    this.prevAndState |= FREE;
  }

  markLive(): void {
    this.prevAndState &= ~FREE;
  }
}
