// Powers of two, as the buddy system takes them.

/** The smallest power of two that is not below `size`, exact up to 2^53. O(log size). */
export function powerFor(size: number): number {
  let power = 1;
  while (power < size) power *= 2;
  return power;
}

/** What an address must be a multiple of, to be one of `alignment` and of a power of two. */
export function commonMultiple(power: number, alignment: number): number {
  let shared = 1;
  while (2 * shared <= power && alignment % (2 * shared) === 0) shared *= 2;
  return (alignment / shared) * power;
}
