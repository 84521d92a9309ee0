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

// A block in use is of one of three kinds, by its size in bytes:
//
//   small    16 … 448          its pointer is its first byte; freed ones wait in a stack for the next malloc of their size
//   medium   464 … 8192        its pointer is its first byte
//   large    8208 …            a header of one unit: the size of the block; its pointer is after that
//
// The length of small and medium blocks is read off the bitmap, so that they need no header.

/** 28 units: as many as one 64-bit load of the bitmap always shows, wherever a block begins. */
export const SMALL_UNITS: u32 = 28;
export const SMALL_MAX: u32 = SMALL_UNITS * UNIT;
export const MEDIUM_MAX: u32 = 8192;
/** Sizes above it are refused before anything is computed with them, so that no sum wraps. */
export const SIZE_MAX: u32 = 0xfffe0000;
export const LARGE_HEADER: u32 = UNIT;

// Control block, 5504 bytes, aligned to 128:
//
//    +0  Control, the fields below          64 bytes
//   +64  tops        u32[32]               128   by class (units): where the next freed block goes
//  +192  binsInUse   u32[28]               112   by group: bit i set ⇔ bin 16 · group + i is not empty
//  +304  bins        u32[25 · 16]         1600   the first free block of each bin, or 0
// +1920  stacks      u32[28][32]          3584   of pointers to freed small blocks, class 1 first

// @ts-ignore: decorator
@unmanaged
export class Control {
  magic: u32;
  /** Version << 8, and 1 if checked. */
  version: u32;
  first: u32;
  top: u32;
  limit: u32;
  end: u32;
  /** The state of the unit at address p is in the byte at bits + (p >> 6). */
  bits: u32;
  /** Checked build: whether p was freed once is in the byte at known + (p >> 7). */
  known: u32;
  /** The run that small blocks are cut from (reserve.ts). */
  reserve: u32;
  reserveEnd: u32;
  /** The newest fence (growth.ts), or 0. */
  fence: u32;
  pages: u32;
  maximumPages: u32;
  /** Bit g set ⇔ binsInUse[g] is not 0. */
  groups: u32;
  /** How many times the heap has grown. */
  growths: u32;
  unused: u32;
}

export const MAGIC: u32 = 0x70616568; // "heap"
export const VERSION: u32 = (1 << 8) | (CHECKED ? 1 : 0);

export const TOPS: usize = 64;
export const BINS_IN_USE: usize = 192;
export const BINS: usize = 304;
export const BIN_GROUPS: u32 = 25;
/** Bytes of one stack. Stacks are aligned to it: the low bits of a top count what is in the stack. */
export const STACK_BYTES: u32 = 128;
/** Class 0 has none: stack n lies at STACKS + n · STACK_BYTES. */
export const STACKS: u32 = 1920 - STACK_BYTES;
export const CONTROL_BYTES: u32 = STACKS + (SMALL_UNITS + 1) * STACK_BYTES;

/** Address of the control block. */
export let control: u32 = 0;

export function setControl(address: u32): void {
  control = address;
}

/** The control block. */
// @ts-ignore: decorator
@inline
export function current(): Control {
  return changetype<Control>(<usize>control);
}

/** `bytes` in whole units. */
// @ts-ignore: decorator
@inline
export function roundUp(bytes: u32): u32 {
  return (bytes + (UNIT - 1)) & ~(UNIT - 1);
}
