// The undo log: what makes a call all or nothing when its worker is terminated in the middle of it.
//
//   entry   0         4          16                 32
//           | address | (unused) | the 16 old bytes |
//
// Before each store to the engine's data, the 16 bytes that it hits are saved: bytes, then address, then the count,
// then the store itself. Committing sets the count to 0. To undo, the saved bytes are copied back, the newest first;
// the count stays until the end, so that undoing can itself be cut short and begun again. This knows nothing of any
// invariant of the data: every engine can use it.
//
// No source calls the put… functions: the build (scripts/log-stores.ts) puts a call to one of them in the place of
// every store outside of this folder. Stores below `firstLogged` are not saved: scratch, or everything if there is
// to be no recovery.

import { ENGINE_START, logEnd, at as placeAt, UNDO_AT, UNDO_COUNT_AT } from "./layout";

const ENTRY_BYTES: usize = 32;
const NOTHING: usize = -1;

let firstLogged: usize = NOTHING;

export function setLogging(on: bool): void {
  firstLogged = on ? (isDefined(HEAP_SHARED) ? 0 : ENGINE_START) : NOTHING;
}

// Test builds (--use CUT=1) stop at the n-th step, as if the worker had been terminated there.
let fuse: u32 = 0;
export function setFuse(steps: u32): void {
  fuse = steps;
}
@inline
export function step(): void {
  if (isDefined(CUT)) if (fuse != 0 && --fuse == 0) unreachable();
}

/** Save the 16 bytes at `at`. Traps if the log is full; the wrapper then takes the call back (`abandon`). */
function save(at: usize): void {
  const count = load<u32>(placeAt(UNDO_COUNT_AT));
  const entry = placeAt(UNDO_AT) + <usize>count * ENTRY_BYTES;
  if (entry >= logEnd()) unreachable();
  step();
  v128.store(entry, v128.load(at), 16);
  step();
  store<u32>(entry, <u32>at);
  step();
  store<u32>(placeAt(UNDO_COUNT_AT), count + 1);
  step();
}

@inline
function saveWord(at: usize): void {
  if (at >= firstLogged) save(at & ~15);
}

export function put8(ptr: usize, value: u32, offset: usize): void {
  saveWord(ptr + offset);
  store<u8>(ptr + offset, <u8>value);
}
export function put16(ptr: usize, value: u32, offset: usize): void {
  saveWord(ptr + offset);
  store<u16>(ptr + offset, <u16>value);
}
export function put32(ptr: usize, value: u32, offset: usize): void {
  saveWord(ptr + offset);
  store<u32>(ptr + offset, value);
}
export function put64(ptr: usize, value: u64, offset: usize): void {
  saveWord(ptr + offset);
  store<u64>(ptr + offset, value);
}
export function putF64(ptr: usize, value: f64, offset: usize): void {
  saveWord(ptr + offset);
  store<f64>(ptr + offset, value);
}
/** Lanes are moved by whole vectors that need not be aligned. */
export function putV128(ptr: usize, value: v128, offset: usize): void {
  if (ptr + offset >= firstLogged) save(ptr + offset);
  v128.store(ptr + offset, value);
}
function saveRange(at: usize, bytes: usize): void {
  if (at < firstLogged) return;
  for (let word = at & ~15; word < at + bytes; word += 16) save(word);
}
export function fillLogged(at: usize, value: u8, bytes: usize): void {
  saveRange(at, bytes);
  memory.fill(at, value, bytes);
}
export function copyLogged(to: usize, from: usize, bytes: usize): void {
  saveRange(to, bytes);
  memory.copy(to, from, bytes);
}

/** How many entries there are. */
export function undoCount(): u32 {
  return load<u32>(placeAt(UNDO_COUNT_AT));
}

/** Whether half of it is used. A call of the engine takes far less than the other half. */
export function isHalfFull(): bool {
  return undoCount() > <u32>((logEnd() - placeAt(UNDO_AT)) / ENTRY_BYTES / 2);
}

/** Take everything back that was saved after the first `keep` entries; how many entries that were. */
export function undoTo(keep: u32): u32 {
  const count = undoCount();
  for (let i = count; i > keep; i--) {
    const entry = placeAt(UNDO_AT) + <usize>(i - 1) * ENTRY_BYTES;
    v128.store(load<u32>(entry), v128.load(entry, 16));
    step();
  }
  store<u32>(placeAt(UNDO_COUNT_AT), keep);
  return count - keep;
}

/** What was done is to stay. */
export function commit(): void {
  step();
  store<u32>(placeAt(UNDO_COUNT_AT), 0);
  step();
}
