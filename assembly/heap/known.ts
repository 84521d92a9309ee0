// Checked build: one bit for each unit, set when a block whose pointer was that unit's address goes back to the heap.
// Merging forgets where blocks began; this does not, and so a double free can be told from a pointer that was never
// handed out.

import { current } from "./layout";

export function isKnown(p: u32): bool {
  return ((load<u8>(current().known + (p >> 7)) >> ((p >> 4) & 7)) & 1) != 0;
}

export function markKnown(p: u32): void {
  const at = current().known + (p >> 7);
  store<u8>(at, <u32>load<u8>(at) | (1 << ((p >> 4) & 7)));
}
