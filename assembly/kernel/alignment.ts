// Alignment: where in a free block an aligned range would start.

/** Distance from `start` to the next multiple of `alignment`. */
export function padding<T>(start: T, alignment: T): T {
  // Through u64: exact up to 2^53, and faster than a remainder of floating-point numbers.
  const past = <u64>start % <u64>alignment;
  return past ? <T>(<u64>alignment - past) : <T>0;
}

/** Whether a free block [start, start + have) can hold `size` at a multiple of `alignment`. */
export function fits<T>(start: T, have: T, size: T, alignment: T): bool {
  return have >= size && padding<T>(start, alignment) <= have - size;
}
