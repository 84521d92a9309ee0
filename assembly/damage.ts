// Damage: what `validate` reports when an invariant does not hold. The code says which, and
// `damageAt` at which address (or, for sums, what was counted). src/damage.ts words them.

export const BAD_LINKS: f64 = -101;
export const BAD_SIZE: f64 = -102;
export const BAD_BOUNDS: f64 = -103;
export const BAD_ORDER: f64 = -104;
export const BAD_COUNT: f64 = -105;
export const BAD_SUM: f64 = -106;
export const BAD_FILL: f64 = -107;
export const BAD_SEPARATOR: f64 = -108;
export const BAD_GREATEST: f64 = -109;
export const BAD_LANES: f64 = -110;
export const BAD_SECOND_ORDER: f64 = -111;
export const BAD_LIVE: f64 = -112;

let at: f64 = 0;

/** Remember where, and return the code. */
export function damage(code: f64, where: f64): f64 {
  at = where;
  return code;
}

export function damageAt(): f64 {
  return at;
}
