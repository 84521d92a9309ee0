// Numbers: which f64 from outside stand for a size or an address.

const MAX_SAFE: f64 = 9007199254740991;

/** Whole, and from 1 to 2^53 − 1. */
export function isSize(value: f64): bool {
  return value >= 1 && value <= MAX_SAFE && floor(value) == value;
}

/** Whole, and from 0 to 2^53 − 1. */
export function isAddress(value: f64): bool {
  return value >= 0 && value <= MAX_SAFE && floor(value) == value;
}
