// Fields: the figures of an allocator that `get` returns. The wrapper holds the same numbers under the same names; a test
// compares them.

export const CAPACITY: i32 = 0;
/** Sum of the sizes of all free blocks. */
export const FREE_MEMORY: i32 = 1;
/** Size of the largest free block, 0 if there is none. */
export const LARGEST: i32 = 2;
/** How many free blocks there are. */
export const FREE_BLOCKS: i32 = 3;
/** How many live blocks there are; 0 where they are not tracked. */
export const LIVE_BLOCKS: i32 = 4;
/** Moves on with every change. */
export const VERSION: i32 = 5;
/** Levels of the engine's tree, its leaves included; 1 where there is none. */
export const HEIGHT: i32 = 6;
/** Bytes of the record and all that belongs to it. */
export const METADATA_BYTES: i32 = 7;
/** Where next fit goes on, 0 for other policies. It may lie beyond a capacity that was once greater. */
export const ROVER: i32 = 8;
