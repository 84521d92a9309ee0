// Fields: the figures of an allocator that `get` returns. The wrapper holds the same numbers under the same names; a test
// compares them.

/** Moves on with every change. */
export const VERSION: u32 = 0;
/** How many free blocks there are. */
export const FREE_BLOCKS: u32 = 1;
/** How many live blocks there are; 0 where they are not tracked. */
export const LIVE_BLOCKS: u32 = 2;
export const CAPACITY: u32 = 3;
/** Sum of the sizes of all free blocks. */
export const FREE_MEMORY: u32 = 4;
/** Where next fit goes on, 0 for other policies. It may lie beyond a capacity that was once greater. */
export const ROVER: u32 = 5;
/** Size of the largest free block, 0 if there is none. */
export const LARGEST: u32 = 6;
/** Levels of the engine's tree, its leaves included; 1 where there is none. */
export const HEIGHT: u32 = 7;
/** Bytes of the record and all that belongs to it. */
export const METADATA_BYTES: u32 = 8;
