// Lanes: sixteen numbers side by side, worked on with SIMD and without branches.
//
// T is u32 or f64: four or two lanes to a v128. `base` is the address of lane 0. `openLane` reads one lane
// below it and `closeLane` one lane above lane 15; node.ts lays nodes out so that both are readable.

/** How many lanes an array of lanes has. */
export const LANES: u32 = 16;

/** One bit per lane out of four comparison results of four lanes each. */
@inline
function bits(m0: v128, m1: v128, m2: v128, m3: v128): u32 {
  return <u32>(
    i8x16.bitmask(
      i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(m0, m1), i16x8.narrow_i32x4_s(m2, m3)),
    )
  );
}

/** Two comparison results of two wide lanes each, as one of four narrow lanes. */
@inline
function narrow(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

@inline
function atLeast<T>(address: usize, key: v128): v128 {
  return v128.ge<T>(v128.load(address), key);
}

/** Bit i is set when lane i ≥ key. */
@inline
export function lanesAtLeast<T>(base: usize, key: T): u32 {
  const k = v128.splat<T>(key);
  if (sizeof<T>() == 4) {
    return bits(
      atLeast<T>(base, k),
      atLeast<T>(base + 16, k),
      atLeast<T>(base + 32, k),
      atLeast<T>(base + 48, k),
    );
  } else {
    return bits(
      narrow(atLeast<T>(base, k), atLeast<T>(base + 16, k)),
      narrow(atLeast<T>(base + 32, k), atLeast<T>(base + 48, k)),
      narrow(atLeast<T>(base + 64, k), atLeast<T>(base + 80, k)),
      narrow(atLeast<T>(base + 96, k), atLeast<T>(base + 112, k)),
    );
  }
}

@inline
function atMost<T>(address: usize, key: v128): v128 {
  return v128.le<T>(v128.load(address), key);
}

/** How many lanes are ≤ key; in ascending lanes, the index of the first that is greater. */
@inline
export function rank<T>(base: usize, key: T): u32 {
  const k = v128.splat<T>(key);
  if (sizeof<T>() == 4) {
    return popcnt(
      bits(
        atMost<T>(base, k),
        atMost<T>(base + 16, k),
        atMost<T>(base + 32, k),
        atMost<T>(base + 48, k),
      ),
    );
  } else {
    return popcnt(
      bits(
        narrow(atMost<T>(base, k), atMost<T>(base + 16, k)),
        narrow(atMost<T>(base + 32, k), atMost<T>(base + 48, k)),
        narrow(atMost<T>(base + 64, k), atMost<T>(base + 80, k)),
        narrow(atMost<T>(base + 96, k), atMost<T>(base + 112, k)),
      ),
    );
  }
}

/** Where the pair (a lane, its companion `companions` bytes further) is ≤ (high, low) in lexical order. */
@inline
function pairAtMost<T>(address: usize, companions: usize, high: v128, low: v128): v128 {
  const a = v128.load(address);
  return v128.or(
    v128.lt<T>(a, high),
    v128.and(v128.eq<T>(a, high), v128.le<T>(v128.load(address + companions), low)),
  );
}

/** How many pairs (lane of `base`, lane of the array right behind it) are ≤ (high, low) in lexical order. */
export function rankOfPair<T>(base: usize, high: T, low: T): u32 {
  const h = v128.splat<T>(high);
  const l = v128.splat<T>(low);
  if (sizeof<T>() == 4) {
    return popcnt(
      bits(
        pairAtMost<T>(base, 64, h, l),
        pairAtMost<T>(base + 16, 64, h, l),
        pairAtMost<T>(base + 32, 64, h, l),
        pairAtMost<T>(base + 48, 64, h, l),
      ),
    );
  } else {
    return popcnt(
      bits(
        narrow(pairAtMost<T>(base, 128, h, l), pairAtMost<T>(base + 16, 128, h, l)),
        narrow(pairAtMost<T>(base + 32, 128, h, l), pairAtMost<T>(base + 48, 128, h, l)),
        narrow(pairAtMost<T>(base + 64, 128, h, l), pairAtMost<T>(base + 80, 128, h, l)),
        narrow(pairAtMost<T>(base + 96, 128, h, l), pairAtMost<T>(base + 112, 128, h, l)),
      ),
    );
  }
}

/** The greater of each two lanes. */
@inline
function greater<T>(a: v128, b: v128): v128 {
  if (isFloat<T>()) return v128.pmax<T>(a, b);
  return v128.max<T>(a, b);
}

/** The greatest lane. */
export function greatest<T>(base: usize): T {
  let m = greater<T>(
    greater<T>(v128.load(base), v128.load(base, 16)),
    greater<T>(v128.load(base, 32), v128.load(base, 48)),
  );
  if (sizeof<T>() == 8) {
    m = greater<T>(
      m,
      greater<T>(
        greater<T>(v128.load(base, 64), v128.load(base, 80)),
        greater<T>(v128.load(base, 96), v128.load(base, 112)),
      ),
    );
  }
  m = greater<T>(m, v128.shuffle<i64>(m, m, 1, 0));
  if (sizeof<T>() == 4) m = greater<T>(m, v128.shuffle<i32>(m, m, 1, 0, 3, 2));
  return v128.extract_lane<T>(m, 0);
}

/** Four lanes numbered `index`: those below `at` from `old`, the one at `at` from `value`, the rest from `moved`. */
@inline
function opened4(old: v128, moved: v128, value: v128, index: v128, at: v128): v128 {
  return v128.bitselect(
    old,
    v128.bitselect(value, moved, i32x4.eq(index, at)),
    i32x4.lt_s(index, at),
  );
}

/** The same for two wide lanes. */
@inline
function opened2(old: v128, moved: v128, value: v128, index: v128, at: v128): v128 {
  return v128.bitselect(
    old,
    v128.bitselect(value, moved, i64x2.eq(index, at)),
    i64x2.lt_s(index, at),
  );
}

/** Put `value` in lane `at`, having moved that lane and those above it up by one. Lane 15 is lost. */
export function openLane<T>(base: usize, at: u32, value: T): void {
  const x = v128.splat<T>(value);
  if (sizeof<T>() == 4) {
    const p = i32x4.splat(at);
    const v0 = opened4(v128.load(base), v128.load(base - 4), x, i32x4(0, 1, 2, 3), p);
    const v1 = opened4(v128.load(base, 16), v128.load(base, 12), x, i32x4(4, 5, 6, 7), p);
    const v2 = opened4(v128.load(base, 32), v128.load(base, 28), x, i32x4(8, 9, 10, 11), p);
    const v3 = opened4(v128.load(base, 48), v128.load(base, 44), x, i32x4(12, 13, 14, 15), p);
    v128.store(base, v0);
    v128.store(base, v1, 16);
    v128.store(base, v2, 32);
    v128.store(base, v3, 48);
  } else {
    const p = i64x2.splat(at);
    const v0 = opened2(v128.load(base), v128.load(base - 8), x, i64x2(0, 1), p);
    const v1 = opened2(v128.load(base, 16), v128.load(base, 8), x, i64x2(2, 3), p);
    const v2 = opened2(v128.load(base, 32), v128.load(base, 24), x, i64x2(4, 5), p);
    const v3 = opened2(v128.load(base, 48), v128.load(base, 40), x, i64x2(6, 7), p);
    const v4 = opened2(v128.load(base, 64), v128.load(base, 56), x, i64x2(8, 9), p);
    const v5 = opened2(v128.load(base, 80), v128.load(base, 72), x, i64x2(10, 11), p);
    const v6 = opened2(v128.load(base, 96), v128.load(base, 88), x, i64x2(12, 13), p);
    const v7 = opened2(v128.load(base, 112), v128.load(base, 104), x, i64x2(14, 15), p);
    v128.store(base, v0);
    v128.store(base, v1, 16);
    v128.store(base, v2, 32);
    v128.store(base, v3, 48);
    v128.store(base, v4, 64);
    v128.store(base, v5, 80);
    v128.store(base, v6, 96);
    v128.store(base, v7, 112);
  }
}

/** Four lanes numbered `index`: those below `at` from `old`, the rest from `moved`. */
@inline
function closed4(old: v128, moved: v128, index: v128, at: v128): v128 {
  return v128.bitselect(old, moved, i32x4.lt_s(index, at));
}

/** The same for two wide lanes. */
@inline
function closed2(old: v128, moved: v128, index: v128, at: v128): v128 {
  return v128.bitselect(old, moved, i64x2.lt_s(index, at));
}

/** Drop lane `at`, moving those above it down by one. Lane 15 becomes `fill`. */
export function closeLane<T>(base: usize, at: u32, fill: T): void {
  if (sizeof<T>() == 4) {
    const p = i32x4.splat(at);
    const v0 = closed4(v128.load(base), v128.load(base, 4), i32x4(0, 1, 2, 3), p);
    const v1 = closed4(v128.load(base, 16), v128.load(base, 20), i32x4(4, 5, 6, 7), p);
    const v2 = closed4(v128.load(base, 32), v128.load(base, 36), i32x4(8, 9, 10, 11), p);
    const v3 = closed4(v128.load(base, 48), v128.load(base, 52), i32x4(12, 13, 14, 15), p);
    v128.store(base, v0);
    v128.store(base, v1, 16);
    v128.store(base, v2, 32);
    v128.store(base, v128.replace_lane<T>(v3, 3, fill), 48);
  } else {
    const p = i64x2.splat(at);
    const v0 = closed2(v128.load(base), v128.load(base, 8), i64x2(0, 1), p);
    const v1 = closed2(v128.load(base, 16), v128.load(base, 24), i64x2(2, 3), p);
    const v2 = closed2(v128.load(base, 32), v128.load(base, 40), i64x2(4, 5), p);
    const v3 = closed2(v128.load(base, 48), v128.load(base, 56), i64x2(6, 7), p);
    const v4 = closed2(v128.load(base, 64), v128.load(base, 72), i64x2(8, 9), p);
    const v5 = closed2(v128.load(base, 80), v128.load(base, 88), i64x2(10, 11), p);
    const v6 = closed2(v128.load(base, 96), v128.load(base, 104), i64x2(12, 13), p);
    const v7 = closed2(v128.load(base, 112), v128.load(base, 120), i64x2(14, 15), p);
    v128.store(base, v0);
    v128.store(base, v1, 16);
    v128.store(base, v2, 32);
    v128.store(base, v3, 48);
    v128.store(base, v4, 64);
    v128.store(base, v5, 80);
    v128.store(base, v6, 96);
    v128.store(base, v128.replace_lane<T>(v7, 1, fill), 112);
  }
}

/** Set all lanes to `value`. */
export function fillLanes<T>(base: usize, value: T): void {
  const x = v128.splat<T>(value);
  for (let offset: usize = 0; offset < LANES * sizeof<T>(); offset += 16) {
    v128.store(base + offset, x);
  }
}

/** Copy `count` lanes, one after the other from the first: to a lower address in the same array, or to another. */
export function copyLanes<T>(to: usize, from: usize, count: u32): void {
  for (let i: usize = 0; i < count * sizeof<T>(); i += sizeof<T>()) {
    store<T>(to + i, load<T>(from + i));
  }
}
