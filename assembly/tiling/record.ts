// Tiling: blocks, live and free, that cover [0, capacity) without gaps, linked in a ring in address order, so that the
// neighbours of a block are found in O(1). What segregated fit and buddy have in common.
//
//   ring    end ⇄ block at 0 ⇄ … ⇄ last block ⇄ end        `end` is no block: it starts at the capacity and is live
//
//   tiling  0       4        8             16              24           32           36           40        44
//           | magic | bins   | capacity f64 | freeMemory f64 | requested f64 | freeBlocks | version | cursor | end |
//           48         52        56     60        64       68    72             80      84          88          92
//           | binWords | buckets | mask | entries | powers |     | occupied u64 | links | blockNode | directory | segments |
//           96              312
//           | words[54] u32 |
//
// Invariants:
//   - the first block starts at 0, each next one further up; block.next.prev is the block itself;
//   - freeMemory is the sum of the free blocks' sizes, freeBlocks is their number;
//   - requested is the sum of the sizes that the live blocks were asked for, where blocks can be larger (buddy);
//   - the free blocks are in the bins (bins.ts), the live ones in the address table (table.ts), buddy's free ones too;
//   - the cursor is a block of the ring, or its end.

import { NodeClass, nodeClass } from "../kernel/pool";
import { Block } from "./block";

/** In a record that was released, the pool's link stands here: 0 or a multiple of 8. */
export const MAGIC: u32 = 0x5e65b1d5;

/** Bins are counted in words of 32; the exponent of a size is below 53. */
export const WORDS: u32 = 54;

@unmanaged
export class Tiling {
  magic: u32;
  /** Heads of the bins: binWords × 32 pointers. */
  bins: usize;
  capacity: f64;
  freeMemory: f64;
  requested: f64;
  freeBlocks: u32;
  /** Moves on with every change, so that readers notice. */
  version: u32;
  /** Where the last search by walking ended. */
  cursor: Block;
  end: Block;
  binWords: u32;
  /** Buckets of the address table, the mask for them, and the blocks in it. */
  buckets: u32;
  mask: u32;
  entries: u32;
  /** 1 if every block is a power of two, starts at a multiple of itself, and is in the table while free too. */
  powers: u32;
  /** Bit w: some bin of word w holds a block. */
  occupied: u64;
  /** Where a free block keeps its links in a bin. */
  links: usize;
  /** Class of a block's node. */
  blockNode: NodeClass;
  /** Pointers to the segments of the address table, and how many have room there. */
  directory: usize;
  segments: u32;

  /** Number of live blocks: those in the table except buddy's free ones. */
  get liveBlocks(): u32 {
    return this.powers ? this.entries - this.freeBlocks : this.entries;
  }
}

const WORDS_AT: usize = 96;
export const TILING_NODE: NodeClass = nodeClass(<u32>WORDS_AT + 4 * WORDS);

/** Where word `index` of the bins' bitmap is kept. */
@inline
export function wordAt(tiling: Tiling, index: u32): usize {
  return changetype<usize>(tiling) + WORDS_AT + ((<usize>index) << 2);
}
