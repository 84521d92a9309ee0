// Status codes: what a core returns instead of a number when a call cannot be carried out.
// Results of zero and above are addresses, sizes or counts; everything below zero is one of these, or a
// corruption code (corruption.ts). The wrapper holds the same numbers under the same names; a test compares them.

export const OK: i32 = 0;

/** A size, address, alignment or capacity is not a whole number in the range its parameter allows. */
export const BAD_ARGUMENT: i32 = -1;
/** The range does not lie within [0, capacity). */
export const OUT_OF_BOUNDS: i32 = -2;
/** Part of the range to be freed is free already; or no live block starts at the address. */
export const NOT_ALLOCATED: i32 = -3;
/** No free block can hold the request. */
export const OUT_OF_MEMORY: i32 = -4;
/** The node pool could not grow; nothing was changed. */
export const NODE_STORAGE: i32 = -5;
/** The handle does not name an allocator. */
export const DISPOSED: i32 = -6;
/** Part of the range that was to be taken is allocated. */
export const NOT_FREE: i32 = -7;
/** The address lies inside a live block, not at its start. */
export const INSIDE_BLOCK: i32 = -8;
/** The address is not a multiple of the memory that a block of the size takes (buddy). */
export const NOT_ALIGNED: i32 = -9;
