// A heap begins, is found again, and is emptied.

import { change, IN_USE, RESERVED } from "./bitmap";
import { clearBins } from "./bins";
import { release } from "./blocks";
import { CHECKED } from "./build";
import { endOfPages, fenceAt, moveBitmaps } from "./growth";
import { Control, control, CONTROL_BYTES, current, MAGIC, setControl, STACK_BYTES, VERSION } from "./layout";
import { clearStacks } from "./stacks";
import { BAD_ARGUMENT, OK, OUT_OF_MEMORY } from "./status";

/** A heap begins with at least so much: control block, bitmaps and some blocks. */
const LEAST: u32 = 8192;

/**
 * Makes a heap, the one that this instance works on from then on. It begins at `base` and owns all memory from
 * there to the present end; with `base` 0 it grows the memory and begins there. It owns at most `maximumPages`
 * pages: those from `base` on, and those that it grows. OK, BAD_ARGUMENT (`base` beyond the memory), OUT_OF_MEMORY.
 */
export function init(base: u32, maximumPages: u32): i32 {
  const had = <u32>memory.size();
  if (base > endOfPages(had)) return BAD_ARGUMENT;
  const start: u64 = base ? (<u64>base + (STACK_BYTES - 1)) & ~<u64>(STACK_BYTES - 1) : <u64>had << 16;
  const by: u32 = base && start + LEAST <= endOfPages(had) ? 0 : 1;
  if (had + by > 65536) return OUT_OF_MEMORY;
  const pages = had + by - <u32>(start >> 16);
  if (pages > maximumPages || (by && memory.grow(by) < 0)) return OUT_OF_MEMORY;

  setControl(<u32>start);
  // The bitmaps of a heap without a byte, which moveBitmaps moves to the end, are zeros too.
  memory.fill(control, 0, CONTROL_BYTES + 128);
  current().magic = MAGIC;
  current().version = VERSION;
  const first = control + CONTROL_BYTES;
  current().first = first;
  current().limit = first;
  current().end = first;
  current().pages = pages;
  current().maximumPages = maximumPages;
  moveBitmaps(endOfPages(had + by));
  reset();
  return OK;
}

/** Works on the heap whose control block is at `address` from now on. BAD_ARGUMENT if there is none of this build. */
export function attach(address: u32): i32 {
  if (address & (STACK_BYTES - 1)) return BAD_ARGUMENT;
  const size = <u64>memory.size() << 16;
  if (<u64>address + CONTROL_BYTES > size) return BAD_ARGUMENT;
  const found = changetype<Control>(<usize>address);
  if (found.magic != MAGIC || found.version != VERSION || found.end > size) return BAD_ARGUMENT;
  if (found.first != address + CONTROL_BYTES) return BAD_ARGUMENT;
  setControl(address);
  return OK;
}

/** All blocks are free again; the heap keeps its pages. */
export function reset(): void {
  clearStacks();
  clearBins();
  current().reserve = current().reserveEnd = 0;
  memory.fill(current().limit, 0, current().end - current().limit);
  let fence = current().fence;
  current().top = fence ? fenceAt(fence).end : current().first;
  change(current().top, RESERVED);
  while (fence) {
    const previous = fenceAt(fence).previous;
    const start = previous ? fenceAt(previous).end : current().first;
    change(fence, RESERVED);
    change(start, IN_USE);
    release(start, fence - start);
    fence = previous;
  }
}
