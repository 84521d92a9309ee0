// Size classes: 32 to each doubling, so that a class is the exponent and the first five bits of the mantissa of a size
// as a floating-point number. Sizes below 64 have a class each.

/** Bits of a mantissa that do not count. */
const SHIFT: u64 = 47;
/** Class of size 1 before this is subtracted: the bias of the exponent. */
const BIAS: u64 = 1023 << 5;

/** The class of a size. */
@inline
export function classOf(size: f64): u32 {
  return <u32>((reinterpret<u64>(size) >> SHIFT) - BIAS);
}

/** The first class whose sizes are all at least `size`. */
@inline
export function classAbove(size: f64): u32 {
  return <u32>(((reinterpret<u64>(size) + (((<u64>1) << SHIFT) - 1)) >> SHIFT) - BIAS);
}

/** The greatest size below class `c` + 1; not whole, but no whole size lies between, where classes are narrow. */
@inline
export function greatestOf(c: u32): f64 {
  return reinterpret<f64>((<u64>c + 1 + BIAS) << SHIFT) - 1;
}

/** Words of 32 classes for sizes up to `capacity`. */
@inline
export function wordsFor(capacity: f64): u32 {
  return (classOf(capacity) >>> 5) + 1;
}
