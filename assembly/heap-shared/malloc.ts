// malloc and its family for several workers: small blocks come from the worker's own cache and go back to it without the
// lock; everything else takes the lock, and is undone as a whole if it does not get to its end.
//
// The stores of this file are not logged (scripts/log-stores.ts). No store to a block's own bytes is ever logged, and none
// is made before the call that allocated the block is committed: undoing must find in free blocks what the heap keeps
// there.

import { ALL, CANDIDATES } from "../heap/bins";
import { smallUnits, stateOf, USED } from "../heap/bitmap";
import { largeSize, release } from "../heap/blocks";
import { endOfPages } from "../heap/growth";
import { LARGE_HEADER, roundUp, SIZE_MAX, SMALL_MAX, UNIT } from "../heap/layout";
import { malloc_usable_size, resizeLarge } from "../heap/realloc";
import { giveUpReserve } from "../heap/reserve";
import { pop, push } from "../heap/stacks";
import { enter, leave } from "../shared/lock";
import { LOCKED } from "../shared/status";
import { commit } from "../shared/undo";
import { flushCache } from "./caches";
import { obtain } from "./obtain";

/** Of the host: called with 0, 1, 2 … while another holds the lock. Throws if that is enough. */
@external("env", "waiting")
declare function waiting(times: u32): void;

@inline
export function acquire(): void {
  if (enter() == LOCKED) acquireSlowly();
}

function acquireSlowly(): void {
  let times: u32 = 0;
  do waiting(times++);
  while (enter() == LOCKED);
}

/**
 * Before bytes up to `end` are copied or filled. When another thread has grown a shared memory, V8 tells this one by an
 * interrupt. Until that is served, memory.size is the old size here, and memory.copy, memory.fill and atomic accesses trap
 * beyond it; plain loads and stores do not. memory.grow(0) tells it at once.
 */
function reach(end: u32): void {
  if (end > endOfPages(memory.size())) memory.grow(0);
}

/** A pointer to `size` bytes, aligned to 16, or 0. A size of 0 gets a block of its own as well. */
export function malloc(size: u32): u32 {
  if (size <= SMALL_MAX) {
    const p = pop((size + (UNIT - 1)) / UNIT); // class 0 has no stack
    if (p) return p;
  }
  return mallocLocked(size);
}

function mallocLocked(size: u32): u32 {
  acquire();
  const p = obtainOrFlush(UNIT, size);
  leave();
  return p;
}

/** What this worker's cache and the reserve withhold may be what is missing. */
function obtainOrFlush(alignment: u32, size: u32): u32 {
  const p = obtain(alignment, size, CANDIDATES);
  if (p || size > SIZE_MAX) return p;
  flushCache();
  giveUpReserve();
  return obtain(alignment, size, ALL);
}

/** Gives back the block whose pointer is p; 0 is nothing. */
export function free(p: u32): void {
  if (!p) return;
  const units = smallUnits(p);
  if (units && push(units, p)) return;
  freeLocked(p, units);
}

function freeLocked(p: u32, units: u32): void {
  acquire();
  giveBack(p, units);
  leave();
}

function giveBack(p: u32, units: u32): void {
  if (units) release(p, units * UNIT);
  else if (stateOf(p - LARGE_HEADER) & USED) release(p - LARGE_HEADER, largeSize(p - LARGE_HEADER));
}

/**
 * A block of `size` bytes with what was in the block of p, which is free then; 0, and nothing changed, if there is no
 * room. Large blocks stay where they are if they can. A worker that dies while the bytes are copied has both blocks.
 */
export function realloc(p: u32, size: u32): u32 {
  if (!p) return malloc(size);
  const had = malloc_usable_size(p);
  const wanted = roundUp(size);
  if (had <= SMALL_MAX && wanted <= had && wanted >= had / 2) return p;
  acquire();
  let q = p;
  if (had <= SMALL_MAX || wanted <= SMALL_MAX || size > SIZE_MAX || !resizeLarge(p, had, wanted)) {
    q = obtainOrFlush(UNIT, size);
    // Committed: from here on its bytes may be written.
    commit();
    if (q) {
      reach(q + size);
      memory.copy(q, p, min(size, had));
      giveBack(p, smallUnits(p));
    }
  }
  leave();
  return q;
}

/** `count` · `size` bytes of zeros; 0 if the product does not fit. */
export function calloc(count: u32, size: u32): u32 {
  const bytes = <u64>count * size;
  if (bytes > SIZE_MAX) return 0;
  const p = malloc(<u32>bytes);
  if (!p) return 0;
  reach(p + <u32>bytes);
  memory.fill(p, 0, <u32>bytes);
  return p;
}

/** A pointer that is a multiple of `alignment`, a power of two, to `size` bytes. 0 if there is no room, or `alignment` is none. */
export function aligned_alloc(alignment: u32, size: u32): u32 {
  if (popcnt(alignment) != 1) return 0;
  if (alignment <= UNIT) return malloc(size);
  if (size > SIZE_MAX - alignment) return 0;
  acquire();
  const p = obtainOrFlush(alignment, size);
  leave();
  return p;
}

// The numbers of WASI, which wasi-libc and Emscripten use.
const EINVAL: i32 = 28;
const ENOMEM: i32 = 48;

/** As aligned_alloc; stores the pointer at `out`. 0, EINVAL (`alignment` is no power of two, or less than a pointer's size) or ENOMEM. */
export function posix_memalign(out: u32, alignment: u32, size: u32): i32 {
  if (popcnt(alignment) != 1 || alignment < sizeof<usize>()) return EINVAL;
  const p = aligned_alloc(alignment, size);
  if (!p) return ENOMEM;
  store<u32>(out, p);
  return 0;
}
