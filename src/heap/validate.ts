// Every invariant of a heap, checked by reading its memory; nothing is written and the core is not called.

import { CorruptionError } from "../errors.js";
import {
  AT,
  BIN_WORDS,
  BLOCK_SIZE,
  binOf,
  CLASSES,
  CONTROL_BYTES,
  FREE,
  HEADER,
  INSIDE,
  type Layout,
  MAGIC,
  SMALL_MAX,
  STACK_SLOTS,
  UNIT,
  USED,
} from "./layout.js";
import { pointerOf } from "./walk.js";

const PAGE = 65_536;
/** Where a heap ends that has the last page of 4 GiB. */
const LAST_END = 0xffff_fff0;

function demand(condition: boolean, what: string, at: number): asserts condition {
  if (!condition) throw new CorruptionError(what, at);
}

/** Throws a `CorruptionError` when an invariant does not hold. O(bytes of the heap / 64). */
export function validate(layout: Layout): void {
  checkControl(layout);
  checkBins(layout, checkBlocks(layout, checkStacks(layout)));
  checkPages(layout);
}

function checkControl(layout: Layout): void {
  const { control, isChecked, memoryBytes } = layout;
  demand(control % UNIT === 0 && control + CONTROL_BYTES <= memoryBytes, "control block", control);
  demand((layout.field("magic") & ~1) === MAGIC, "magic number", control);
  const first = layout.field("first");
  const top = layout.field("top");
  const limit = layout.field("limit");
  const end = layout.field("end");
  const bits = layout.field("bits");
  demand(first === control + CONTROL_BYTES, "first block", first);
  demand(first <= top && top <= limit && limit < end, "order of first, top, limit, end", top);
  demand(end <= memoryBytes, "end beyond the memory", end);
  demand(end % PAGE === 0 || end === LAST_END, "place of the end", end);
  demand(top % UNIT === 0 && limit % UNIT === 0, "alignment of top and limit", top);
  const words = 8 * ((end >>> 9) - (first >>> 9)) + 8;
  demand(bits === (limit + 8 - 8 * (first >>> 9)) >>> 0, "place of the bits", bits);
  const bitsEnd = limit + 8 + words + 8;
  demand(bitsEnd <= end, "bits beyond the end", bitsEnd);
  const freed = layout.field("freed");
  if (isChecked) {
    const freedFirst = (freed + (first >>> 7)) >>> 0;
    const freedEnd = (freed + (limit >>> 7)) >>> 0;
    demand(freedFirst >= bitsEnd && freedEnd < end, "place of the freed pointers", freed);
  } else demand(freed === 0, "freed pointers of a heap that does not check", freed);
  for (let at = limit; at < limit + 8; at++)
    demand(layout.byte(at) === 0, "bits before the first block", at);
  for (let at = (bits + ((end - UNIT) >>> 6) + 1) >>> 0; at < bitsEnd; at++)
    demand(layout.byte(at) === 0, "bits beyond the top", at);
  // Those of the bitmap's own units too: when the heap grows, blocks come to lie there.
  const past = layout.nextMark(top + UNIT, end);
  demand(past === end, "bits beyond the top", past);
}

/**
 * How many blocks are free. No block is remembered: a Map holds no more than 2^24.
 *
 * @param stacked sizes of the blocks that are in stacks
 */
function checkBlocks(layout: Layout, stacked: Map<number, number>): number {
  let free = 0;
  let stackedMet = 0;
  const top = layout.field("top");
  const reserve = layout.field("reserve");
  const reserveEnd = layout.field("reserveEnd");
  const fences = layout.fences();
  let wasFree = false;
  let fencesMet = 0;
  let isReserveMet = false;
  let start = layout.field("first");
  while (start < top) {
    const bits = layout.bitsOf(start);
    demand(bits !== INSIDE, "a block without a first unit", start);
    let size: number;
    if (bits === FREE) {
      size = layout.word(start + BLOCK_SIZE);
      demand(size >= UNIT && size % UNIT === 0, "size of a free block", start);
      demand(start + size < top, "a free block at the top", start);
      demand(!wasFree, "two free blocks side by side", start);
      demand(layout.sizeBefore(start + size) === size, "size at the end of a free block", start);
      demand(layout.nextMark(start + UNIT, top) === start + size, "inside of a free block", start);
      free++;
    } else {
      size = layout.nextMark(start + UNIT, top) - start;
      const fenceEnd = fences.get(start);
      demand(bits === (wasFree ? USED | FREE : USED), "bits of a block in use", start);
      if (fenceEnd !== undefined) {
        demand(start + size === fenceEnd, "end of a fence", start);
        if (layout.isChecked) demand(layout.isFreed(start + UNIT), "the pointer of a fence", start);
        fencesMet++;
      } else if (start === reserve && reserve < reserveEnd) {
        demand(start + size === reserveEnd, "end of the reserve", start);
        isReserveMet = true;
      } else {
        if (size > SMALL_MAX)
          demand(layout.word(start) === size && size > HEADER, "size of a large block", start);
        const isStacked = stacked.get(start) === size;
        if (isStacked) stackedMet++;
        if (layout.isChecked)
          demand(
            layout.isFreed(pointerOf(start, size)) === isStacked,
            "a pointer that is freed and in no stack, or in one and not freed",
            start,
          );
      }
    }
    wasFree = bits === FREE;
    start += size;
  }
  demand(start === top, "blocks beyond the top", start);
  demand(fencesMet === fences.size, "a fence that is no block", layout.field("fence"));
  demand(reserve === reserveEnd || isReserveMet, "a reserve that is no block", reserve);
  if (top < layout.field("limit")) demand(layout.bitsOf(top) === USED, "bits of the top", top);
  demand(stackedMet === stacked.size, "a stack holds no block of its size", stackedMet);
  return free;
}

/** After `checkBlocks`, which has shown that the bits of a free block are nowhere else. */
function checkBins(layout: Layout, free: number): void {
  const { control } = layout;
  const open = layout.field("open");
  const openEnd = layout.field("openEnd");
  const isOpen = layout.isFree(open) && layout.word(open + BLOCK_SIZE) === openEnd - open;
  demand(open === 0 ? openEnd === 0 : isOpen, "open block", open);
  let left = free - (open === 0 ? 0 : 1);
  for (let word = 0; word < BIN_WORDS; word++) {
    const inUse = layout.word(control + AT.binsInUse + 4 * word);
    for (let bin = 32 * word; bin < 32 * word + 32; bin++) {
      const slot = control + AT.bins + 4 * bin;
      const head = layout.word(slot);
      demand(((inUse >>> (bin % 32)) & 1) === (head === 0 ? 0 : 1), "bit of a bin", bin);
      let previous = slot;
      for (let block = head; block !== 0; previous = block, block = layout.word(block)) {
        demand(layout.isFree(block), "a bin lists a block that is not free", block);
        demand(block !== open, "a bin lists the open block", block);
        demand(binOf(layout.word(block + BLOCK_SIZE)) === bin, "a block in the wrong bin", block);
        // So no block is listed twice.
        demand(layout.word(block + 4) === previous, "link to the previous block", block);
        left--;
      }
    }
  }
  demand(left === 0, "free blocks that no bin lists", left);
}

/** Sizes of the blocks in stacks, by address. */
function checkStacks(layout: Layout): Map<number, number> {
  const stacked = new Map<number, number>();
  for (let sizeClass = 1; sizeClass <= CLASSES; sizeClass++) {
    const top = layout.word(layout.control + AT.tops + 4 * sizeClass);
    demand(top <= 4 * STACK_SLOTS && top % 4 === 0, "top of a stack", sizeClass);
    for (const block of layout.stacked(sizeClass)) {
      demand(!stacked.has(block), "a block is in a stack twice", block);
      stacked.set(block, sizeClass * UNIT);
    }
  }
  demand(layout.word(layout.control + AT.tops) === 0, "top of class 0", 0);
  return stacked;
}

/** The heap's pages are those from its control block to its end, without the foreign ones; fences ascend. */
function checkPages(layout: Layout): void {
  const { control } = layout;
  const page = (address: number) => Math.floor(address / PAGE);
  const pagesBetween = (from: number, to: number) => page(to + PAGE - 1) - page(from);
  let pages = 0;
  let end = layout.field("end");
  let above = end;
  for (const [fence, next] of layout.fences()) {
    demand(fence > control && next > fence && next < above, "order of the fences", fence);
    pages += pagesBetween(next, end);
    end = fence + UNIT;
    above = fence;
  }
  pages += pagesBetween(control, end);
  demand(pages + layout.field("pagesLeft") <= 65536, "pages left", layout.field("pagesLeft"));
}
