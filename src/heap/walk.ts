// A walk over all blocks of a heap, in address order, and the figures taken from it.

import { BLOCK_SIZE, CLASSES, FREE, HEADER, type Layout, SMALL_MAX, UNIT } from "./layout.js";

/**
 * What a stretch of a heap is: `"live"`, handed out; `"free"`, merged with its neighbours and in a bin; `"cached"`, freed
 * and in the stack of its size, to be handed out again first; `"reserve"`, where small blocks are cut from next;
 * `"foreign"`, pages that somebody else took from the memory in between.
 */
export type HeapBlockState = "live" | "free" | "cached" | "reserve" | "foreign";

/** A block of the heap. */
export interface HeapBlock {
  /** Its first byte. */
  readonly start: number;
  /** Its bytes, with header and rounding. */
  readonly size: number;
  /** What it is used for. */
  readonly state: HeapBlockState;
  /** What malloc returned, when it is live. */
  readonly pointer: number | undefined;
}

/** Blocks of one size, or of a range of sizes. */
export interface SizeClassStats {
  /** Bytes of the largest block of this class; every block of a class up to 512 has exactly so many. */
  readonly size: number;
  /** Blocks handed out. */
  readonly live: number;
  /** Their bytes. */
  readonly liveBytes: number;
  /** Freed blocks that wait in the stack of this class. */
  readonly cached: number;
}

/** Figures of a heap, in bytes unless said otherwise. */
export interface HeapStats {
  /** Blocks handed out. */
  readonly blocks: number;
  /** Bytes of these blocks, with headers and rounding. */
  readonly used: number;
  /** Bytes asked for; known in debug mode only. */
  readonly requested: number | undefined;
  /** Bytes that can be handed out without growth. */
  readonly free: number;
  /** As much of `free` as waits in stacks and in the reserve for small blocks. */
  readonly cached: number;
  /** The largest stretch of free bytes. */
  readonly largest: number;
  /** Control block and bitmaps. */
  readonly metadata: number;
  /** Bytes between the heap's pages that others took from the memory. */
  readonly foreign: number;
  /** All bytes of the heap: `used + free + metadata`. */
  readonly footprint: number;
  /** From the first block to the end of the last one, gaps included, foreign bytes not. */
  readonly extent: number;
  /** How often the heap grew since this object was made. */
  readonly growths: number;
  /** By size: one for each multiple of 16 up to 512, then one for each doubling; those with no block are left out. */
  readonly classes: readonly SizeClassStats[];
}

/** Calls `visit` for each block from the first to the top. */
export function walk(
  layout: Layout,
  visit: (start: number, size: number, state: HeapBlockState) => void,
): void {
  const top = layout.field("top");
  const reserve = layout.field("reserve");
  const reserveEnd = layout.field("reserveEnd");
  const fences = layout.fences();
  // Blocks in stacks have the bits of blocks in use.
  const cached = new Set<number>();
  for (let sizeClass = 1; sizeClass <= CLASSES; sizeClass++)
    for (const pointer of layout.stacked(sizeClass)) cached.add(pointer);

  for (let start = layout.field("first"), size: number; start < top; start += size) {
    const bits = layout.bitsOf(start);
    const fenceEnd = fences.get(start);
    let state: HeapBlockState = cached.has(start) ? "cached" : "live";
    if (fenceEnd !== undefined) {
      state = "foreign";
      size = fenceEnd - start;
    } else if (start === reserve && reserve < reserveEnd) {
      state = "reserve";
      size = reserveEnd - start;
    } else if (bits === FREE) {
      state = "free";
      size = layout.word(start + BLOCK_SIZE);
    } else {
      const far = Math.min(start + SMALL_MAX + UNIT, top);
      size = layout.nextMark(start + UNIT, far) - start;
      if (size > SMALL_MAX) size = layout.word(start);
    }
    if (size === 0 || size % UNIT !== 0) return; // damaged: validate() says how
    visit(start, size, state);
  }
}

/** What malloc returned for a live block. */
export const pointerOf = (start: number, size: number) =>
  size > SMALL_MAX ? start + HEADER : start;

/** All blocks, as they are at this moment. */
export function blocksOf(layout: Layout): HeapBlock[] {
  const blocks: HeapBlock[] = [];
  walk(layout, (start, size, state) => {
    blocks.push({
      ...{ start, size, state },
      pointer: state === "live" ? pointerOf(start, size) : undefined,
    });
  });
  return blocks;
}

/** The block around an address, when there is one. */
export function blockAround(layout: Layout, address: number): HeapBlock | undefined {
  let found: HeapBlock | undefined;
  walk(layout, (start, size, state) => {
    if (address >= start && address < start + size)
      found = { start, size, state, pointer: pointerOf(start, size) };
  });
  return found;
}

/** The largest block of the class that a block of this size belongs to. */
const classOf = (size: number) =>
  size <= CLASSES * UNIT ? size : 2 ** (32 - Math.clz32((size - 1) | 0));

export function statsOf(layout: Layout): Omit<HeapStats, "requested" | "growths"> {
  const top = layout.field("top");
  const limit = layout.field("limit");
  let blocks = 0;
  let used = 0;
  let free = limit - top;
  let cached = 0;
  let largest = limit - top;
  let foreign = 0;
  const classes = new Map<number, { live: number; liveBytes: number; cached: number }>();
  const inClass = (size: number) => {
    const found = classes.get(classOf(size)) ?? { live: 0, liveBytes: 0, cached: 0 };
    classes.set(classOf(size), found);
    return found;
  };
  walk(layout, (_, size, state) => {
    if (state === "foreign") {
      foreign += size;
      return;
    }
    if (state === "live") {
      blocks++;
      used += size;
      const its = inClass(size);
      its.live++;
      its.liveBytes += size;
      return;
    }
    free += size;
    if (state === "free") {
      largest = Math.max(largest, size);
      return;
    }
    cached += size;
    if (state === "cached") inClass(size).cached++;
  });
  const first = layout.field("first");
  const footprint = layout.field("end") - layout.control - foreign;
  return {
    ...{ blocks, used, free, cached, largest, foreign, footprint },
    metadata: footprint - used - free,
    extent: top - first - foreign,
    classes: [...classes]
      .sort(([a], [b]) => a - b)
      .map(([size, { live, liveBytes, cached }]) => ({ size, live, liveBytes, cached })),
  };
}
