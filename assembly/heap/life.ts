// A heap begins, is found again, and is emptied.

import { change, USED } from "./bitmap";
import { releaseTail } from "./blocks";
import { endOfPages, fenceAt, markFence, moveBitmaps } from "./growth";
import { CONTROL_BYTES, Control, control, current, MAGIC, RESET, setControl, UNIT } from "./layout";
import { BAD_ARGUMENT, OK, OUT_OF_MEMORY } from "./status";

/** A heap begins with at least so much: control block, bitmaps and some blocks. */
const LEAST: u32 = 8192;

/**
 * Makes a heap, the one that this instance works on from then on. It begins at `base`, rounded up to 16, and owns all
 * memory from there to the present end; with `base` 0 it grows the memory and begins there. It owns at most
 * `maximumPages` pages: those from `base` on, and those that it grows. OK, BAD_ARGUMENT (`base` beyond the memory),
 * OUT_OF_MEMORY.
 */
export function init(base: u32, maximumPages: u32): i32 {
  const had = <u32>memory.size();
  const end = endOfPages(had);
  const start = base ? (base + (UNIT - 1)) & -UNIT : end;
  if (base > end || start < base) return BAD_ARGUMENT;
  const by: u32 = end - start < LEAST ? 1 : 0;
  const pages = had + by - (start >> 16);
  if (pages > maximumPages || (by && memory.grow(by) < 0)) return OUT_OF_MEMORY;

  setControl(start);
  // The bitmaps of a heap without a byte, which moveBitmaps moves to the end, are zeros too.
  memory.fill(control, 0, CONTROL_BYTES + 128);
  const first = control + CONTROL_BYTES;
  current().magic = MAGIC;
  current().first = first;
  current().limit = first;
  current().end = first;
  current().pagesLeft = maximumPages - pages;
  moveBitmaps(endOfPages(had + by));
  reset();
  return OK;
}

/** Works on the heap whose control block is at `address` from now on. BAD_ARGUMENT if there is none of this build. */
export function attach(address: u32): i32 {
  if (address & (UNIT - 1)) return BAD_ARGUMENT;
  const size = (<u64>memory.size()) << 16;
  if (<u64>address + CONTROL_BYTES > size) return BAD_ARGUMENT;
  const found = changetype<Control>(<usize>address);
  if (found.magic != MAGIC || found.end > size) return BAD_ARGUMENT;
  if (found.first != address + CONTROL_BYTES) return BAD_ARGUMENT;
  setControl(address);
  return OK;
}

/** All blocks are free again; the heap keeps its pages. */
export function reset(): void {
  memory.fill(control + RESET, 0, CONTROL_BYTES - RESET);
  memory.fill(current().limit, 0, current().end - current().limit);
  // From the last region, which the top is in, to the first.
  let end: u32 = 0;
  for (let fence = current().fence; ; fence = fenceAt(fence).previous) {
    const start = fence ? fenceAt(fence).end : current().first;
    if (end) {
      releaseTail(end, end - start);
    } else {
      current().top = start;
      change(start, USED);
    }
    if (!fence) return;
    markFence(fence);
    end = fence;
  }
}
