// Where everything lies. All state of a heap is in linear memory, at `control` and after it; the only wasm
// global is the address of the control block, so that instances can come and go.
//
//   control             first                     top             limit       end
//    | Control | stacks  | blocks, without gaps …  | not yet used  | bitmap(s) |
//
// first ≤ top ≤ limit < end ≤ size of the memory. The bitmaps are the tail of the heap and move when it grows.
// The block below `top` is never free: freeing it lowers `top`.
//
// Everything counts in units of 16 bytes: addresses and sizes of blocks are multiples of it.

import { CHECKED } from "./build";

export const UNIT: u32 = 16;

// A block in use is of one of two kinds, by its size in bytes:
//
//   small    16 … 512          its pointer is its first byte; freed ones wait in a stack for the next malloc of their size
//   large    544 …             a header of one unit: the size of the block; its pointer is after that
//
// The length of a small block is read off the bitmap, so that it needs no header: the states of 32 units show where it ends,
// or that it does not, and then it has 32. (The pointer of a large one is where no block begins.)

export const SMALL_UNITS: u32 = 32;
export const SMALL_MAX: u32 = SMALL_UNITS * UNIT;
/** Sizes above it are refused before anything is computed with them, so that no sum wraps. */
export const SIZE_MAX: u32 = 0xfffe0000;
export const LARGE_HEADER: u32 = UNIT;

/** Bytes before the pointer of a block of `size` usable bytes. */
// @ts-expect-error: decorator
@inline
export function headerOf(size: u32): u32 {
  return size > SMALL_MAX ? LARGE_HEADER : 0;
}

// Control block, 7328 bytes, aligned to 16:
//
//    +0  Control, the fields below          52 bytes
//   +52  tops        u32[33]               132   by class (units): bytes of pointers in its stack
//  +184  binsInUse   u32[23]                92   bit set ⇔ the bin of that number is not empty
//  +276  bins        u32[736]             2944   the first free block of each bin, or 0
// +3220  stacks      u32[32][32]          4096   of pointers to freed small blocks, class 1 first
// +7316  (unused)                           12
//
// All from `reserve` on is 0 in a heap without blocks.

// @ts-expect-error: decorator
@unmanaged
export class Control {
  /** MAGIC: there is a heap, of this version and build. */
  magic: u32;
  first: u32;
  top: u32;
  limit: u32;
  end: u32;
  /** The state of the unit at address p is in the byte at bits + (p >> 6). */
  bits: u32;
  /**
   * Checked build: whether p is the pointer of a freed block is in the byte at freed + (p >> 7).
   * Shared heap: 1 if nobody else grows the memory.
   */
  freed: u32;
  /** The newest fence (growth.ts), or 0. */
  fence: u32;
  /** How many pages more the heap may have. */
  pagesLeft: u32;
  /** The run that small blocks are cut from (reserve.ts). */
  reserve: u32;
  reserveEnd: u32;
  /** The free block that a block after it made longer last, which is in no bin, or 0 (bins.ts). */
  open: u32;
  openEnd: u32;
}

/** "hp", version, 1 if checked. */
export const MAGIC: u32 = (0x7068 << 16) | (4 << 8) | (CHECKED ? 1 : 0);

export const RESET: u32 = 36;
export const TOPS: u32 = 52;
export const BINS_IN_USE: u32 = 184;
export const BINS_IN_USE_WORDS: u32 = 23;
export const BINS: u32 = 276;
/** Bytes of one stack. */
export const STACK_BYTES: u32 = 128;
/** Class 0 has none: stack n lies at STACKS + n · STACK_BYTES. */
export const STACKS: u32 = 3220 - STACK_BYTES;
export const CONTROL_BYTES: u32 = 7328;

/** Of the stacks of one worker, in a shared heap (heap-shared/caches.ts). */
export const CACHE_TOPS: u32 = 16;
export const CACHE_STACKS: u32 = 160 - STACK_BYTES;
export const CACHE_BYTES: u32 = 160 + SMALL_UNITS * STACK_BYTES;

/** In a shared heap: where the stacks of this worker are. */
export let cache: u32 = 0;

export function setCache(address: u32): void {
  cache = address;
}

/** Address of the control block. */
export let control: u32 = 0;

export function setControl(address: u32): void {
  control = address;
}

/** The control block. */
// @ts-expect-error: decorator
@inline
export function current(): Control {
  return changetype<Control>(<usize>control);
}

/** `bytes` in whole units, at least one. */
// @ts-expect-error: decorator
@inline
export function roundUp(bytes: u32): u32 {
  return ((bytes - u32(bytes != 0)) | (UNIT - 1)) + 1;
}
