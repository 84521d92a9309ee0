// Lanes: LANES numbers side by side, worked on with SIMD and without branches. Num is u32 or f64 (`asc --use Num=…`):
// four or two lanes to a vector. `lanes` is the address of lane 0, a multiple of 16.

import { scratch } from "../kernel/scratch";

/** How many lanes an array has: 8 or 16. */
export const LANES: u32 = 16;
if (LANES != 8 && LANES != 16) ERROR("LANES must be 8 or 16");

/** Bytes of a lane, and of an array of lanes. */
export const LANE: u32 = <u32>sizeof<Num>();
export const ARRAY: u32 = LANES * LANE;

/** Key of an unused lane: greater than any key. */
export const MAX_KEY: Num = isFloat<Num>() ? <Num>f64.MAX_VALUE : <Num>u32.MAX_VALUE;

const VECTOR: u32 = 16;
const VECTORS: u32 = ARRAY / VECTOR;
/** Bytes of four lanes. */
const QUAD: u32 = 4 * LANE;

/** Where `shareLanes` puts two arrays in a row, and as many lanes after them. */
const BUFFER: usize = 512;

// Comparing ---------------------------------------------------------------------------------------------------

/** Four comparison results of four lanes each as one bit per lane. */
@inline
function bits(m0: v128, m1: v128, m2: v128, m3: v128): u32 {
  return <u32>(
    i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3)))
  );
}

@inline
function atLeast(lanes: usize, key: v128): v128 {
  if (!isFloat<Num>()) return v128.ge<Num>(v128.load(lanes), key);
  return v128.shuffle<i32>(
    v128.ge<Num>(v128.load(lanes), key),
    v128.ge<Num>(v128.load(lanes, VECTOR), key),
    0,
    2,
    4,
    6,
  );
}

/** Bit i is set when lane i ≥ key. */
@inline
export function lanesAtLeast(lanes: usize, key: Num): u32 {
  const k = v128.splat<Num>(key);
  const none = i32x4.splat(0);
  return bits(
    atLeast(lanes, k),
    atLeast(lanes + QUAD, k),
    LANES > 8 ? atLeast(lanes + 2 * QUAD, k) : none,
    LANES > 8 ? atLeast(lanes + 3 * QUAD, k) : none,
  );
}

/** Where the pair (lane, lane of the next array) is ≥ (high, low) in lexical order; `more` is high + 1. */
@inline
function pairAtLeast(lanes: usize, high: v128, more: v128, low: v128): v128 {
  const lane = v128.load(lanes);
  return v128.or(
    v128.ge<Num>(lane, more), // not gt: processors have no such instruction for u32
    v128.and(v128.eq<Num>(lane, high), v128.ge<Num>(v128.load(lanes, ARRAY), low)),
  );
}

@inline
function fourPairsAtLeast(lanes: usize, high: v128, more: v128, low: v128): v128 {
  if (!isFloat<Num>()) return pairAtLeast(lanes, high, more, low);
  return v128.shuffle<i32>(
    pairAtLeast(lanes, high, more, low),
    pairAtLeast(lanes + VECTOR, high, more, low),
    0,
    2,
    4,
    6,
  );
}

/** Bit i is set when (lane i, lane i of the next array) ≥ (high, low) in lexical order, for high < MAX_KEY. */
@inline
export function pairsAtLeast(lanes: usize, high: Num, low: Num): u32 {
  const h = v128.splat<Num>(high);
  const m = v128.splat<Num>(high + 1);
  const l = v128.splat<Num>(low);
  const none = i32x4.splat(0);
  return bits(
    fourPairsAtLeast(lanes, h, m, l),
    fourPairsAtLeast(lanes + QUAD, h, m, l),
    LANES > 8 ? fourPairsAtLeast(lanes + 2 * QUAD, h, m, l) : none,
    LANES > 8 ? fourPairsAtLeast(lanes + 3 * QUAD, h, m, l) : none,
  );
}

// The greatest ------------------------------------------------------------------------------------------------

@inline
function greater(a: v128, b: v128): v128 {
  if (isFloat<Num>()) return v128.pmax<Num>(a, b);
  return v128.max<Num>(a, b);
}

// Which lanes of a vector are before, at or after lane `at` of the array: 0, 1, … compared with `at` minus the number of
// lanes in the vectors before.

@inline
function numbers(): v128 {
  if (isFloat<Num>()) return i64x2(0, 1);
  return i32x4(0, 1, 2, 3);
}
/** `at` in every lane. */
@inline
function everywhere(at: i32): v128 {
  if (isFloat<Num>()) return i64x2.splat(at);
  return i32x4.splat(at);
}
@inline
function minus(at: v128, count: v128): v128 {
  if (isFloat<Num>()) return i64x2.sub(at, count);
  return i32x4.sub(at, count);
}
/** The same for the next vector. */
@inline
function next(at: v128): v128 {
  return minus(at, everywhere(VECTOR / LANE));
}
@inline
function isIndex(a: v128, b: v128): v128 {
  if (isFloat<Num>()) return i64x2.eq(a, b);
  return i32x4.eq(a, b);
}
@inline
function isBelow(a: v128, b: v128): v128 {
  if (isFloat<Num>()) return i64x2.lt_s(a, b);
  return i32x4.lt_s(a, b);
}

/** The greatest lane, if lane `at` were `value`. */
export function greatestWith(lanes: usize, at: u32, value: Num): Num {
  const x = v128.splat<Num>(value);
  const n = numbers();
  let a = everywhere(at);
  let most = x;
  // Two at a time: so short a body is slowed by the loop itself.
  for (let i: u32 = 0; i < ARRAY; i += 2 * VECTOR) {
    most = greater(most, v128.andnot(v128.load(lanes + i), isIndex(n, a)));
    a = next(a);
    most = greater(most, v128.andnot(v128.load(lanes + i, VECTOR), isIndex(n, a)));
    a = next(a);
  }
  most = greater(most, v128.shuffle<i64>(most, most, 1, 0));
  if (!isFloat<Num>()) most = greater(most, v128.shuffle<i32>(most, most, 1, 0, 3, 2));
  return v128.extract_lane<Num>(most, 0);
}

/** The greatest lane. */
export function greatest(lanes: usize): Num {
  return greatestWith(lanes, 0, load<Num>(lanes));
}

// Moving ------------------------------------------------------------------------------------------------------

@inline
function moveVector(v: usize, distance: usize, isBefore: v128): void {
  v128.store(v, v128.bitselect(v128.load(v), v128.load(v - distance), isBefore));
}

/**
 * In two arrays, or three if `third`: move lanes by 1, −1 or −2. Up: those from `at` on, so that lane `at` is free and the
 * last one is lost. Down: those after the one or two from `at` on, which are lost. The lanes that become free hold anything.
 *
 * The lanes to move are read as vectors that overlap two of an array. They reach a lane or two beyond it, which belong to
 * the node, to the one before it, or to the pool's slack.
 */
export function moveLanes(lanes: usize, third: bool, at: u32, by: i32): void {
  const distance: usize = by * LANE;
  // Towards where they come from, so that no lane is read after it was changed.
  const step = by < 0 ? VECTOR : -VECTOR;
  if (by > 0) {
    lanes += ARRAY - VECTOR;
    at -= LANES - VECTOR / LANE;
  }
  const n = numbers();
  const more = everywhere(<i32>step / <i32>LANE);
  let i = everywhere(at);
  for (let vector: u32 = 0; vector < VECTORS; vector++) {
    const isBefore = isBelow(n, i);
    moveVector(lanes, distance, isBefore);
    moveVector(lanes + ARRAY, distance, isBefore);
    if (third) moveVector(lanes + 2 * ARRAY, distance, isBefore);
    i = minus(i, more);
    lanes += step;
  }
}

/** Set all lanes to `value`. */
export function fillLanes(lanes: usize, value: Num): void {
  const x = v128.splat<Num>(value);
  for (let i: u32 = 0; i < ARRAY; i += VECTOR) v128.store(lanes + i, x);
}

/**
 * Take `count` lanes of `left` and those of `right` in a row, leave the first `keep` in `left`, and put what follows
 * into `right`. The rest becomes `fill`, which is what the unused lanes of `right` hold.
 */
export function shareLanes(left: usize, right: usize, count: u32, keep: u32, fill: Num): void {
  const buffer = scratch() + BUFFER;
  const second = buffer + count * LANE;
  const x = v128.splat<Num>(fill);
  for (let i: u32 = 0; i < ARRAY; i += VECTOR) v128.store(buffer + i, v128.load(left + i));
  for (let i: u32 = 0; i < ARRAY; i += VECTOR) {
    v128.store(second + i, v128.load(right + i));
    v128.store(second + i, x, ARRAY);
  }
  for (let i: u32 = 0; i < ARRAY; i += VECTOR) {
    v128.store(left + i, v128.load(buffer + i));
    v128.store(right + i, v128.load(buffer + keep * LANE + i));
  }
  for (let i = keep; i < LANES; i++) store<Num>(left + i * LANE, fill);
}
