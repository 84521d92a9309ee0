// Alignment: where in a free block an aligned range would start.

/** How far behind `start` the next multiple of `alignment` lies. */
export function padding<T>(start: T, alignment: T): T {
  // Through u64, exact up to 2^53 and faster than a remainder of floating-point numbers.
  const beyond = <u64>start % <u64>alignment;
  return beyond ? <T>(<u64>alignment - beyond) : <T>0;
}

/** Whether a free block [start, start + have) can hold `size` at a multiple of `alignment`. */
export function fits<T>(start: T, have: T, size: T, alignment: T): bool {
  if (have < size) return false;
  return padding<T>(start, alignment) <= have - size;
}
