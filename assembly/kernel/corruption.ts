// Corruption: what `validate` returns when an invariant does not hold. The code says which one, and
// `corruptionAt` at which address (or, for sums, what was counted). The wrapper words them.

/** Links between nodes or blocks do not match. */
export const BAD_LINKS: i32 = -101;
/** A block has no positive size. */
export const BAD_SIZE: i32 = -102;
/** A block lies outside the capacity. */
export const BAD_BOUNDS: i32 = -103;
/** Blocks are out of order, overlap, or are two free ones that touch. */
export const BAD_ORDER: i32 = -104;
/** The number of blocks or nodes is not the one recorded. */
export const BAD_COUNT: i32 = -105;
/** Sizes do not add up to the sum recorded. */
export const BAD_SUM: i32 = -106;
/** A node has too few or too many entries. */
export const BAD_FILL: i32 = -107;
/** A separator does not separate. */
export const BAD_SEPARATOR: i32 = -108;
/** A greatest size is not the greatest size. */
export const BAD_GREATEST: i32 = -109;
/** An unused lane does not hold what unused lanes hold. */
export const BAD_LANES: i32 = -110;
/** The size index does not hold exactly the free blocks. */
export const BAD_SECOND_ORDER: i32 = -111;
/** Live and free blocks do not tile the capacity. */
export const BAD_LIVE: i32 = -112;
/** The address table does not hold exactly its blocks. */
export const BAD_TABLE: i32 = -113;

let at: f64 = 0;

/** Remember where, and return the code. */
export function corruption(code: i32, where: f64): i32 {
  at = where;
  return code;
}

export function corruptionAt(): f64 {
  return at;
}
