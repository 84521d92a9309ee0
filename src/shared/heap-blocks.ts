// What a shared heap looks like inside: its blocks one by one, the figures, the check of all invariants. Under the lock.

import { CorruptionError } from "../errors.js";
import {
  BINS,
  BLOCK_SIZE,
  binOf,
  CLASSES,
  FREE,
  AT as HEAP_AT,
  INSIDE,
  Layout,
  UNIT,
  USED,
} from "../heap/layout.js";
import type { MemoryViews } from "../heap/views.js";
import { AT, CACHE } from "./layout.js";

/** What {@link SharedHeap.stats} returns, in bytes. */
export interface SharedHeapStats {
  /** What the heap can hand out without growing, used or not. */
  readonly capacity: number;
  /** Of that, what is free. */
  readonly freeBytes: number;
  /** The largest piece that is free. */
  readonly largestFree: number;
  /** Of the rest, what waits in the workers' caches to be handed out again. */
  readonly cachedBytes: number;
  /** Live blocks, with their headers and what they are longer than asked for, and the caches themselves. */
  readonly usedBytes: number;
  /** Attachments that have a cache. */
  readonly caches: number;
}

const corrupt = (what: string, at: number) => new CorruptionError(what, at);

export class HeapBlocks {
  readonly #layout: Layout;
  readonly #base: number;

  constructor(views: () => MemoryViews, base: number, control: number) {
    this.#layout = new Layout(views, control);
    this.#base = base;
  }

  stats(): SharedHeapStats {
    const layout = this.#layout;
    const top = layout.field("top");
    const limit = layout.field("limit");
    const reserve = layout.field("reserveEnd") - layout.field("reserve");
    const open = layout.field("openEnd") - layout.field("open");
    let freeBytes = limit - top + reserve + open;
    let largestFree = Math.max(limit - top, reserve, open);
    for (const { size } of this.#binned()) {
      freeBytes += size;
      largestFree = Math.max(largestFree, size);
    }
    let cachedBytes = 0;
    let caches = 0;
    for (const cache of this.#caches()) {
      if (layout.word(cache + CACHE.owner) !== 0) caches++;
      for (const [units, pointers] of this.#stacks(cache))
        cachedBytes += pointers.length * units * UNIT;
    }
    const capacity = limit - layout.field("first");
    const usedBytes = capacity - freeBytes - cachedBytes;
    return { capacity, freeBytes, largestFree, cachedBytes, usedBytes, caches };
  }

  /** Throws unless every invariant holds. */
  validate(): void {
    const layout = this.#layout;
    const first = layout.field("first");
    const top = layout.field("top");
    if (
      !(first <= top && top <= layout.field("limit") && layout.field("limit") < layout.field("end"))
    )
      throw corrupt("first, top, limit and end are out of order", top);
    // How many there are, less those in bins. (A Map of them would hold no more than 2^24.)
    let free = 0;
    let wasFree = false;
    let at = first;
    while (at < top) {
      const bits = layout.bitsOf(at);
      if (bits === INSIDE) throw corrupt("a block ends, and none begins", at);
      if (bits !== FREE) {
        if (bits !== (wasFree ? USED | FREE : USED)) throw corrupt("the bits of a block", at);
        at = layout.nextMark(at + UNIT, top);
        wasFree = false;
        continue;
      }
      const size = layout.word(at + BLOCK_SIZE);
      const end = at + size;
      if (wasFree) throw corrupt("two free blocks touch", at);
      if (size < UNIT || size % UNIT !== 0 || end >= top) throw corrupt("a free block's size", at);
      if (layout.sizeBefore(end) !== size)
        throw corrupt("the ends of a free block do not match", at);
      if (layout.nextMark(at + UNIT, end) !== end)
        throw corrupt("a block begins inside a free one", at);
      free++;
      wasFree = true;
      at = end;
    }
    if (at !== top) throw corrupt("the last block does not end at the top", at);
    if (layout.bitsOf(top) !== USED) throw corrupt("the top is not marked", top);
    const open = layout.field("open");
    const openEnd = layout.field("openEnd");
    const isOpen = layout.isFree(open) && layout.word(open + BLOCK_SIZE) === openEnd - open;
    if (open === 0 ? openEnd !== 0 : !isOpen) throw corrupt("the open block is not free", open);
    if (isOpen) free--;
    for (const { bin, block, size } of this.#binned()) {
      if (!layout.isFree(block) || block === open || binOf(size) !== bin)
        throw corrupt("a bin holds what is no free block of its sizes", block);
      free--;
    }
    if (free !== 0) throw corrupt("free blocks are in no bin", free);
  }

  /** Throws unless what the caches hold are blocks, each once. While no worker allocates or frees. */
  validateCaches(): void {
    const layout = this.#layout;
    const seen = new Set<number>();
    for (const cache of this.#caches())
      for (const [units, pointers] of this.#stacks(cache))
        for (const pointer of pointers) {
          const end = layout.nextMark(pointer + UNIT, layout.field("top"));
          if (layout.bitsOf(pointer) === FREE || end !== pointer + units * UNIT)
            throw corrupt("a cache holds what is no block of its class", pointer);
          if (seen.has(pointer)) throw corrupt("a block is in caches twice", pointer);
          seen.add(pointer);
        }
  }

  *#binned(): Iterable<{ bin: number; block: number; size: number }> {
    const layout = this.#layout;
    for (let bin = 0; bin < BINS; bin++) {
      const slot = layout.control + HEAP_AT.bins + 4 * bin;
      let before = slot;
      for (let block = layout.word(slot); block !== 0; block = layout.word(block)) {
        if (layout.word(block + 4) !== before)
          throw corrupt("the links of a bin do not match", block);
        before = block;
        yield { bin, block, size: layout.word(block + BLOCK_SIZE) };
      }
      const marked =
        (layout.word(layout.control + HEAP_AT.binsInUse + 4 * (bin >>> 5)) >>> (bin & 31)) & 1;
      if ((marked === 1) !== (layout.word(slot) !== 0))
        throw corrupt("a bin is marked wrongly", bin);
    }
  }

  *#caches(): Iterable<number> {
    const layout = this.#layout;
    for (let at = layout.word(this.#base + AT.caches); at !== 0; at = layout.word(at)) yield at;
  }

  /** Units and pointers of each class. */
  *#stacks(cache: number): Iterable<[units: number, pointers: number[]]> {
    const layout = this.#layout;
    for (let units = 1; units <= CLASSES; units++) {
      const count = layout.word(cache + CACHE.tops + 4 * units) >>> 2;
      const stack = cache + CACHE.stacks + 128 * (units - 1);
      yield [units, Array.from({ length: count }, (_, i) => layout.word(stack + 4 * i))];
    }
  }
}
