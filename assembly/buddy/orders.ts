// Orders: a block of order k is 2^k long and starts at a multiple of 2^k. A power of two is a bare exponent as a
// floating-point number.

const MANTISSA: u64 = 52;
const BIAS: u64 = 1023;

/** The order of a power of two; for other sizes, that of the power of two below. */
@inline
export function orderOf(size: f64): u32 {
  return <u32>((reinterpret<u64>(size) >> MANTISSA) - BIAS);
}

/** The smallest order whose blocks hold `size`. */
@inline
export function orderFor(size: f64): u32 {
  return <u32>(((reinterpret<u64>(size) + (((<u64>1) << MANTISSA) - 1)) >> MANTISSA) - BIAS);
}

/** 2^order. */
@inline
export function sizeOf(order: u32): f64 {
  return reinterpret<f64>((<u64>order + BIAS) << MANTISSA);
}

/** Whether `address` is a multiple of `size`, a power of two. */
@inline
export function isMultiple(address: f64, size: f64): bool {
  return (<u64>address & (<u64>size - 1)) == 0;
}
