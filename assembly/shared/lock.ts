// The lock: one word, the id of the attachment that holds it | CONTENDED, or 0. After Drepper's mutex (U. Drepper,
// "Futexes are tricky", 2004), with an owner, so that a dead one can be told from a slow one.
//
//   0 ──cmpxchg──▶ id ──another waits──▶ id | CONTENDED ──release: xchg 0, notify one──▶ 0
//
// An attachment that has waited takes the lock as contended, since others may be waiting too. Waiting ends after a
// short time in any case: the wrapper then decides whether to go on, and a wake-up that went to a worker which died
// with it costs no more than that time.
//
// Calls nest: an attachment that holds the lock enters again without touching it, and only the outermost leaving
// commits and releases.

import { DISPOSED, OK } from "../kernel/status";
import { at, EPOCH_AT, LOCK_AT } from "./layout";
import { LOCKED } from "./status";
import { commit, step, undoCount, undoTo } from "./undo";

const CONTENDED: u32 = 0x80000000;
/** Holds the lock of a disposed allocator, for ever. */
const NOBODY: u32 = 0x7fffffff;

/** Loads before waiting, or before giving up where waiting is not allowed. */
const SPINS: u32 = 200;
const SPINS_WITHOUT_WAITING: u32 = 2000;
/** 50 ms. */
const WAIT_NANOSECONDS: i64 = 50000000;
const TIMED_OUT: i32 = 2;

// Of this instance: who it is, whether it may wait, and how often it has entered.
let me: u32 = 0;
let mayWait: bool = false;
let depth: u32 = 0;
/** Entries of the undo log when the innermost call began. */
let mark: u32 = 0;

export function setOwner(id: u32): void {
  me = id;
}
export function owner(): u32 {
  return me;
}
export function setMayWait(allowed: u32): void {
  mayWait = allowed != 0;
}

/** OK, or nothing was done: LOCKED (another holds the lock) or DISPOSED. */
@inline
export function enter(): f64 {
  if (isDefined(NO_LOCK)) return OK;
  if (depth == 0 && atomic.cmpxchg<u32>(at(LOCK_AT), 0, me) == 0) {
    depth = 1;
    mark = 0;
    return OK;
  }
  return enterSlowly();
}

function enterSlowly(): f64 {
  if (depth == 0) {
    const status = acquire();
    if (status != OK) return status;
    mark = 0;
  } else {
    mark = undoCount();
  }
  depth++;
  return OK;
}

function acquire(): f64 {
  const spins = mayWait ? SPINS : SPINS_WITHOUT_WAITING;
  for (let i: u32 = 0; i < spins; i++) {
    if (atomic.load<u32>(at(LOCK_AT)) == 0 && atomic.cmpxchg<u32>(at(LOCK_AT), 0, me) == 0)
      return OK;
  }
  while (true) {
    const seen = atomic.load<u32>(at(LOCK_AT));
    if (seen == 0) {
      if (atomic.cmpxchg<u32>(at(LOCK_AT), 0, me | CONTENDED) == 0) return OK;
      continue;
    }
    if ((seen & ~CONTENDED) == NOBODY) return DISPOSED;
    if (!mayWait) return LOCKED;
    const contended = seen | CONTENDED;
    if (seen != contended && atomic.cmpxchg<u32>(at(LOCK_AT), seen, contended) != seen) continue;
    if (atomic.wait<i32>(at(LOCK_AT), contended, WAIT_NANOSECONDS) == TIMED_OUT) return LOCKED;
  }
}

/** End a call that entered: what it did stays. */
@inline
export function leave(): void {
  if (isDefined(NO_LOCK)) return;
  if (--depth != 0) return;
  commit();
  release();
}

@inline
function release(): void {
  if (atomic.xchg<u32>(at(LOCK_AT), 0) & CONTENDED) atomic.notify(at(LOCK_AT), 1);
}

/** After a trap: take back what the innermost call did, and leave. */
export function abandon(): void {
  if (depth == 0) return;
  undoTo(mark);
  leave();
}

/** Whether this attachment holds the lock. */
export function isInside(): bool {
  return depth != 0;
}

/** Who holds the lock; 0 if nobody does. */
export function holder(): u32 {
  return atomic.load<u32>(at(LOCK_AT)) & ~CONTENDED;
}

/** Let the owner know that somebody waits. The lock word, to wait on with `Atomics.waitAsync`; 0 if it is free now. */
export function contend(): u32 {
  while (true) {
    const seen = atomic.load<u32>(at(LOCK_AT));
    if (seen == 0 || (seen & CONTENDED) != 0) return seen;
    if (atomic.cmpxchg<u32>(at(LOCK_AT), seen, seen | CONTENDED) == seen) return seen | CONTENDED;
  }
}

/**
 * The attachment `dead` is known to have ended. If it holds the lock, take the lock over and undo what was not
 * committed: how many entries; the caller then leaves. −1 if it does not hold it. Of several that try, one succeeds.
 */
export function takeOver(dead: u32): i32 {
  while (true) {
    const seen = atomic.load<u32>(at(LOCK_AT));
    if ((seen & ~CONTENDED) != dead || dead == me) return -1;
    if (atomic.cmpxchg<u32>(at(LOCK_AT), seen, me | CONTENDED) != seen) continue;
    step();
    depth = 1;
    mark = 0;
    const undone = undoTo(0);
    atomic.add<u32>(at(EPOCH_AT), 1);
    return <i32>undone;
  }
}

/** Of a lock that this attachment holds: nobody gets it any more. */
export function close(): void {
  depth = 0;
  atomic.store<u32>(at(LOCK_AT), NOBODY | CONTENDED);
  atomic.notify(at(LOCK_AT), -1);
}
