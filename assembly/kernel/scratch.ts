// Scratch: memory that a call uses and that nothing needs afterwards, except results until the next call.
//
//   0                         SCRATCH_RESULTS                            SCRATCH_BYTES
//   | cursors of the engine   | results: 128 entries of up to 3 f64      |
//
// Each instance has its own, so that several instances can work on one shared memory (one at a time): such a build
// calls `setScratch` before anything else.

export const SCRATCH_BYTES: i32 = 4096;

/** Entries that a call reads or writes at most as results, of up to three f64 each. */
export const RESULT_ENTRIES: u32 = 128;
const SCRATCH_RESULTS: usize = 1024;

let area: usize = memory.data(SCRATCH_BYTES, 64);

/** Use the SCRATCH_BYTES bytes from `address` on, a multiple of 64. */
export function setScratch(address: usize): void {
  area = address;
}

/** Where the engine's cursors lie: 1 KiB. */
@inline
export function scratch(): usize {
  return area;
}

/** Where arrays of numbers pass in and out. */
@inline
export function results(): usize {
  return area + SCRATCH_RESULTS;
}
