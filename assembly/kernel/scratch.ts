// Scratch: memory that a call uses and that nothing needs afterwards, except results until the next call.
//
//   0                         SCRATCH_RESULTS                            SCRATCH_BYTES
//   | cursors of the engine   | results: 128 entries of up to 3 f64      |
//
// Static memory, or in builds for shared memory (--use OWN_MEMORY=1) below all else, at a fixed address.

/** Entries that a call reads or writes at most as results, of up to three f64 each. */
export const RESULT_ENTRIES: u32 = 128;
const ENTRY_BYTES: u32 = 24;
const SCRATCH_RESULTS: u32 = 1024;
export const SCRATCH_BYTES: i32 = SCRATCH_RESULTS + RESULT_ENTRIES * ENTRY_BYTES;

/** Where it is in shared memory. */
export const SHARED_SCRATCH: usize = 16640;

const area: usize = isDefined(OWN_MEMORY) ? SHARED_SCRATCH : memory.data(SCRATCH_BYTES, 64);

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
