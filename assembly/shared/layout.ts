// The first part of a memory that workers share: everything below the engine's own data, at fixed addresses.
//
//      0   magic u32 | version u32 | flags u32 | handle u32      who made it, how; the allocator's record
//     16   policy u32 | (unused) | capacity f64                  as created
//     32   nextId u32 | key u32 × 2 | caches u32                 attachments so far; a random name for Web Locks; of a heap
//     64   lock u32 | epoch u32                                  lock.ts: owner | CONTENDED; recoveries so far
//    128   undoCount u32                                         undo.ts: entries in the log
//    256   announced: 1 bit for each id, modulo ANNOUNCED_IDS    which attachments hold a Web Lock
//  16640   scratch                                               kernel/scratch.ts, used under the lock
//  20736   undo log: entries of 32 bytes, up to the end
// 589824 = ENGINE_START                                          the engine's: node pool, allocator, trees
//
// A heap (--use HEAP_SHARED=1) has the same at an address of its own, 64 KiB long; after it comes the heap.
//
// What is written often lies in cache lines of its own. Fresh memory is zero, and that is a valid state of everything:
// nobody holds the lock, the log is empty. The wrapper reads the same addresses (src/shared/layout.ts; a test compares).

import { SCRATCH_BYTES, SHARED_SCRATCH } from "../kernel/scratch";

export const MAGIC_AT: usize = 0;
export const VERSION_AT: usize = 4;
export const FLAGS_AT: usize = 8;
export const HANDLE_AT: usize = 12;
export const POLICY_AT: usize = 16;
export const CAPACITY_AT: usize = 24;
export const NEXT_ID_AT: usize = 32;
/** Of a heap: the first cache (heap-shared/caches.ts). */
export const CACHES_AT: usize = 44;
export const LOCK_AT: usize = 64;
export const EPOCH_AT: usize = 68;
export const UNDO_COUNT_AT: usize = 128;
export const UNDO_AT: usize = SHARED_SCRATCH + SCRATCH_BYTES;
/** Also the build's --memoryBase. */
export const ENGINE_START: usize = 589824;
/** Of a heap. */
export const HEADER_BYTES: u32 = 65536;

let base: usize = 0;

/** Where the header of the heap lies that this instance works on. */
export function setBase(address: usize): void {
  base = address;
}

/** The address of a place in the header. */
@inline
export function at(place: usize): usize {
  return isDefined(HEAP_SHARED) ? base + place : place;
}

/** Where the log ends. */
@inline
export function logEnd(): usize {
  return isDefined(HEAP_SHARED) ? base + HEADER_BYTES : ENGINE_START;
}

/** "sub1", or of a heap "hps1". */
export const MAGIC: u32 = isDefined(HEAP_SHARED) ? 0x31737068 : 0x31627573;
/** Grows whenever anything in shared memory changes its meaning. */
export const VERSION: u32 = 1;

/** Flag: there is an undo log. */
export const RECOVERY: u32 = 1;
/** Flag of a heap: nobody else grows the memory. */
export const OWN_PAGES: u32 = 2;
