// Checked build: one bit for each unit, set while the pointer that is that unit's address has been freed, and cleared
// when it is handed out again. Merging forgets where blocks began; this does not, and so a double free can be told from
// a pointer that was never handed out. Beside the states of units, not among them: malloc and free of a small block
// change this map and only read the other, which is loaded 64 bits at a time (a load that spans a recent narrower store
// waits for it).

import { current } from "./layout";

// @ts-expect-error: decorator
@inline
function byteOf(p: u32): u32 {
  return current().freed + (p >> 7);
}

// @ts-expect-error: decorator
@inline
function bitOf(p: u32): u32 {
  return 1 << ((p >> 4) & 7);
}

// @ts-expect-error: decorator
@inline
export function isFreed(p: u32): bool {
  return (load<u8>(byteOf(p)) & bitOf(p)) != 0;
}

/** Notes that p is freed. False, and nothing done, if it is already. */
// @ts-expect-error: decorator
@inline
export function markFreed(p: u32): bool {
  const at = byteOf(p);
  const had: u32 = load<u8>(at);
  if (had & bitOf(p)) return false;
  store<u8>(at, had | bitOf(p));
  return true;
}

/** Notes that p is handed out. */
// @ts-expect-error: decorator
@inline
export function markLive(p: u32): void {
  const at = byteOf(p);
  store<u8>(at, <u32>load<u8>(at) & ~bitOf(p));
}
