// What pointers of a malloc are multiples of.

export const ALIGNMENT = 16;

/** Whether every pointer is a multiple of it anyway. */
export const isNatural = (alignment: number) => ALIGNMENT % alignment === 0;

export function isPowerOfTwo(alignment: number): boolean {
  return 2 ** Math.floor(Math.log2(alignment)) === alignment;
}

/** The least number that is a multiple of this alignment and of the malloc's own. */
export function withNatural(alignment: number): number {
  let multiple = alignment;
  while (multiple % ALIGNMENT !== 0) multiple *= 2;
  return multiple;
}
