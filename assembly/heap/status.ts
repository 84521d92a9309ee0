// Results of the calls that report one. The numbers mean the same in every core of the package.

export const OK: i32 = 0;
export const BAD_ARGUMENT: i32 = -1;
/** The pointer was never handed out. */
export const NOT_ALLOCATED: i32 = -3;
export const OUT_OF_MEMORY: i32 = -4;
/** The pointer lies inside a live block, but is not the one that was handed out for it. */
export const INSIDE_BLOCK: i32 = -8;
/** The pointer was handed out and freed since; no live block contains it now. */
export const DOUBLE_FREE: i32 = -9;
