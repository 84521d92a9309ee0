// Every invariant of a heap, checked by reading its memory; nothing is written and the core is not called.

import { CorruptionError } from "../errors.js";
import {
  AT,
  BINS,
  BLOCK_SIZE,
  binOf,
  CLASSES,
  CONTROL_BYTES,
  FREE,
  GROUPS,
  HEADER,
  IN_USE,
  INSIDE,
  type Layout,
  MAGIC,
  MEDIUM_MAX,
  RESERVED,
  STACK_SLOTS,
  UNIT,
  VERSION,
} from "./layout.js";

function demand(condition: boolean, what: string, at: number): asserts condition {
  if (!condition) throw new CorruptionError(what, at);
}

/** Throws a `CorruptionError` when an invariant does not hold. O(bytes of the heap / 64). */
export function validate(layout: Layout): void {
  checkControl(layout);
  const found = checkBlocks(layout);
  checkBins(layout, found.free);
  checkStacks(layout, found);
  checkPages(layout);
}

interface Found {
  /** Sizes of the free blocks by address. */
  readonly free: Map<number, number>;
  /** Sizes of blocks that are in use by their bits, and of those that are reserved. */
  readonly inUse: Map<number, number>;
  readonly reserved: Map<number, number>;
}

function checkControl(layout: Layout): void {
  const { control, isChecked, memoryBytes } = layout;
  demand(control % 128 === 0 && control + CONTROL_BYTES <= memoryBytes, "control block", control);
  demand(layout.field("magic") === MAGIC, "magic number", control);
  demand(layout.field("version") >>> 1 === VERSION << 7, "version", control);
  const first = layout.field("first");
  const top = layout.field("top");
  const limit = layout.field("limit");
  const end = layout.field("end");
  const bits = layout.field("bits");
  demand(first === control + CONTROL_BYTES, "first block", first);
  demand(first <= top && top <= limit && limit < end, "order of first, top, limit, end", top);
  demand(end <= memoryBytes, "end beyond the memory", end);
  demand(top % UNIT === 0 && limit % UNIT === 0, "alignment of top and limit", top);
  demand(bits === (limit + 8 - (first >>> 6)) >>> 0, "place of the bits", bits);
  // The last byte that a bit of a unit up to `limit` can lie in.
  const bitsEnd = limit + 8 + ((limit >>> 6) - (first >>> 6));
  demand(bitsEnd <= end, "bits beyond the end", bitsEnd);
  const known = layout.field("known");
  if (isChecked) {
    const knownFirst = (known + (first >>> 7)) >>> 0;
    const knownEnd = (known + (limit >>> 7)) >>> 0;
    demand(knownFirst >= bitsEnd && knownEnd <= end, "place of the known pointers", known);
  } else demand(known === 0, "known pointers of a heap that does not check", known);
  for (let at = limit; at < limit + 8; at++)
    demand(layout.byte(at) === 0, "bits before the first block", at);
  const past = layout.nextMark(top + UNIT, limit);
  demand(past >= limit, "bits beyond the top", past);
}

function checkBlocks(layout: Layout): Found {
  const found: Found = { free: new Map(), inUse: new Map(), reserved: new Map() };
  const top = layout.field("top");
  const reserve = layout.field("reserve");
  const reserveEnd = layout.field("reserveEnd");
  const fences = layout.fences();
  let wasFree = false;
  let fencesMet = 0;
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
      demand(layout.word(start + size - 4) === size, "size at the end of a free block", start);
      if (size > UNIT) {
        const last = start + size - UNIT;
        demand(layout.nextMark(start + UNIT, top) === last, "inside of a free block", start);
        demand(layout.bitsOf(last) === FREE, "last unit of a free block", last);
      }
      found.free.set(start, size);
    } else {
      size = layout.nextMark(start + UNIT, top) - start;
      const fenceEnd = fences.get(start);
      const isReserve = start === reserve && reserve < reserveEnd;
      const isReserved = layout.isChecked ? bits === RESERVED : fenceEnd !== undefined || isReserve;
      if (fenceEnd !== undefined) {
        demand(start + size === fenceEnd, "end of a fence", start);
        demand(isReserved, "bits of a fence", start);
        fencesMet++;
      } else if (isReserve) {
        demand(start + size === reserveEnd, "end of the reserve", start);
        demand(isReserved, "bits of the reserve", start);
      } else if (isReserved) found.reserved.set(start, size);
      else {
        demand(bits === IN_USE, "bits of a block in use", start);
        if (size > MEDIUM_MAX)
          demand(layout.word(start) === size && size > HEADER, "size of a large block", start);
        found.inUse.set(start, size);
      }
    }
    wasFree = bits === FREE;
    start += size;
  }
  demand(start === top, "blocks beyond the top", start);
  demand(fencesMet === fences.size, "a fence that is no block", layout.field("fence"));
  if (reserve !== reserveEnd)
    demand(reserve < reserveEnd && layout.bitsOf(reserve) !== INSIDE, "the reserve", reserve);
  if (top < layout.field("limit"))
    demand(layout.bitsOf(top) === (layout.isChecked ? RESERVED : IN_USE), "bits of the top", top);
  return found;
}

function checkBins(layout: Layout, free: Map<number, number>): void {
  const { control } = layout;
  const listed = new Set<number>();
  let groups = 0;
  for (let group = 0; group < GROUPS; group++) {
    const inUse = layout.word(control + AT.binsInUse + 4 * group);
    if (inUse !== 0) groups |= 1 << group;
    for (let bin = 16 * group; bin < 16 * group + 16 && bin < BINS; bin++) {
      const head = layout.word(control + AT.bins + 4 * bin);
      demand(((inUse >>> (bin % 16)) & 1) === (head === 0 ? 0 : 1), "bit of a bin", bin);
      let previous = 0;
      for (let block = head; block !== 0; previous = block, block = layout.word(block)) {
        const size = free.get(block);
        demand(size !== undefined, "a bin lists a block that is not free", block);
        demand(!listed.has(block), "a block is listed twice", block);
        demand(binOf(size) === bin, "a block in the wrong bin", block);
        demand(layout.word(block + 4) === previous, "link to the previous block", block);
        listed.add(block);
      }
    }
    demand(inUse >>> 16 === 0, "bits of bins", group);
  }
  demand(layout.field("groups") === groups >>> 0, "bits of the groups", groups);
  for (const block of free.keys())
    demand(listed.has(block), "a free block that no bin lists", block);
}

function checkStacks(layout: Layout, { inUse, reserved }: Found): void {
  const blocks = layout.isChecked ? reserved : inUse;
  const stacked = new Set<number>();
  for (let sizeClass = 1; sizeClass <= CLASSES; sizeClass++) {
    const stack = layout.stack(sizeClass);
    const top = layout.word(layout.control + AT.tops + 4 * sizeClass);
    demand(
      top >= stack && top <= stack + 4 * STACK_SLOTS && top % 4 === 0,
      "top of a stack",
      sizeClass,
    );
    for (const block of layout.stacked(sizeClass)) {
      demand(blocks.get(block) === sizeClass * UNIT, "a stack holds no block of its size", block);
      demand(!stacked.has(block), "a block is in a stack twice", block);
      stacked.add(block);
    }
  }
  for (const block of reserved.keys())
    demand(stacked.has(block), "a reserved block in no stack", block);
}

/** The heap's pages are those from its control block to its end, without the foreign ones; fences ascend. */
function checkPages(layout: Layout): void {
  const { control } = layout;
  const page = (address: number) => Math.floor(address / 65536);
  const pagesBetween = (from: number, to: number) => page(to + 65535) - page(from);
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
  demand(layout.field("pages") === pages, "number of pages", layout.field("pages"));
  demand(pages <= layout.field("maximumPages"), "more pages than the maximum", pages);
}
