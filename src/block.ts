// A block: a contiguous range of addresses.

/** The contiguous range `[start, start + size)`. */
export interface Block {
  /** First address of the block. */
  readonly start: number;
  /** How many addresses it has, at least 1. */
  readonly size: number;
}
