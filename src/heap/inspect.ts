// Where everything lies in a heap's memory: for pages and tools that show it. Only reads.

import { ArgumentTypeError } from "../errors.js";
import {
  AT,
  BINS,
  BLOCK_SIZE,
  CLASSES,
  HEADER,
  Layout,
  SMALL_MAX,
  STACK_SLOTS,
  smallestOf,
  UNIT,
} from "./layout.js";
import { LeanHeap } from "./lean-heap.js";
import { viewsOf } from "./views.js";
import { blocksOf, type HeapBlock } from "./walk.js";

/** A 32-bit number that the heap keeps in its memory, little endian. */
export interface HeapField {
  /** What it is called in `assembly/heap/layout.ts`, or in the docs of what it belongs to. */
  readonly name: string;
  /** Address of its first byte, a multiple of 4. */
  readonly address: number;
  /** What it holds, from 0 to 2^32 − 1. */
  readonly value: number;
}

/** A block, and what the heap has written into it. */
export interface InspectedBlock extends HeapBlock {
  /**
   * - Of a free block: `next` in its bin (0: none), `previous` (of the first one the address of the bin's head), `size`, and
   *   `footer`, its size again in its last bytes. The block that `open` in the control block names has `size` alone, and is
   *   in no bin.
   * - Of a large live block: `size`, in the 16 bytes before its pointer.
   * - Of a foreign one: `end` and `previous`.
   *
   * Others have none.
   */
  readonly fields: readonly HeapField[];
}

/** A list of free blocks of one size, or of a narrow range of sizes. */
export interface InspectedBin {
  /** Bytes of the smallest block that belongs here. */
  readonly smallest: number;
  /** Bytes of the largest block that belongs here. */
  readonly largest: number;
  /** The number in the control block that holds the address of the first one. */
  readonly head: HeapField;
  /** Where its free blocks start, in the order of the list. */
  readonly blocks: readonly number[];
}

/** Freed blocks of one size that are handed out again first. */
export interface InspectedStack {
  /** Bytes of each block. */
  readonly size: number;
  /** The most that it can hold. */
  readonly capacity: number;
  /** The number in the control block that says how many bytes of pointers are in it. */
  readonly top: HeapField;
  /** The pointers in it; the last one is handed out next. */
  readonly pointers: readonly HeapField[];
}

/** What a unit of 16 bytes is, in two bits. */
export type UnitState = "inside" | "in use" | "free" | "in use after free";

/** Two bits of the bitmap. */
export interface HeapUnit {
  /** The two bits as a number. */
  readonly value: number;
  /**
   * `"inside"` a block, or the first unit of one. The lower bit is set if that is in use, or freed and in a stack, or the
   * reserve, foreign pages or the top; the higher one if a free block begins or ends there.
   */
  readonly state: UnitState;
  /** Address of the byte of the bitmap that they are in. */
  readonly byte: number;
  /** Which bits of that byte: 0, 2, 4 or 6 for the lower of the two. */
  readonly shift: number;
}

/** A stretch of the heap's memory with one purpose. */
export interface HeapSection {
  /** What it is for: {@link HeapInspection.sections}. */
  readonly name: "control" | "bins" | "stacks" | "blocks" | "unused" | "bitmap" | "freed";
  /** Address of its first byte. */
  readonly start: number;
  /** Its bytes. */
  readonly size: number;
}

/** A heap at one moment. */
export interface HeapInspection {
  /** Bytes of a unit, of which addresses and sizes of all blocks are multiples. */
  readonly unit: number;
  /** Small blocks: those that wait in stacks when they are freed. */
  readonly small: {
    /** Bytes of the largest one. */
    readonly upTo: number;
    /** How many a stack holds at most. */
    readonly stack: number;
  };
  /** What stands before the pointer of a large block. */
  readonly header: {
    /** Bytes of the largest block without one. */
    readonly above: number;
    /** Its bytes. */
    readonly size: number;
  };
  /**
   * All of the heap in order of address: the `control` block's fields, the heads of its `bins`, its `stacks`; the `blocks`;
   * memory `unused` so far; the `bitmap` of the units; and, where pointers are checked, a bit for each unit that says
   * whether the pointer that is its address is `freed`.
   */
  readonly sections: readonly HeapSection[];
  /** The fields at the start of the control block. */
  readonly control: readonly HeapField[];
  /** All blocks in order of address. */
  readonly blocks: readonly InspectedBlock[];
  /** The bins that are not empty, smallest sizes first. */
  readonly bins: readonly InspectedBin[];
  /** The stacks that are not empty, smallest size first. */
  readonly stacks: readonly InspectedStack[];
  /** Where the next blocks are carved; the end of the last block. */
  readonly top: number;
  /** The bits of the unit at an address between the first block and the bitmap. */
  unitAt(address: number): HeapUnit;
}

const STATES: readonly UnitState[] = ["inside", "in use", "free", "in use after free"];

/**
 * Takes a heap apart: where its control block, bins, stacks and bitmap lie, and what is written in each block. O(blocks), and
 * a copy of the bitmap; what is returned stays as it is when the heap changes.
 *
 * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS` when it is not a heap.
 *
 * @example
 * ```ts
 * const heap = new Heap();
 * const p = heap.malloc(1000);
 * heap.malloc(2000);
 * heap.free(p);
 * inspectHeap(heap).blocks.map(({ state, size }) => [state, size]); // [["free", 1024], ["live", 2016]]
 * ```
 */
export function inspectHeap(heap: LeanHeap): HeapInspection {
  if (!(heap instanceof LeanHeap))
    throw new ArgumentTypeError("ERR_BAD_OPTIONS", "heap must be a heap", "heap", heap);
  const views = viewsOf(heap.memory.buffer);
  const layout = new Layout(() => views, heap.control);
  const [limit, end, bits] = [layout.field("limit"), layout.field("end"), layout.field("bits")];
  const bitmap = views.u8.slice(limit, end);
  return {
    unit: UNIT,
    small: { upTo: SMALL_MAX, stack: STACK_SLOTS },
    header: { above: SMALL_MAX, size: HEADER },
    sections: sectionsOf(layout),
    control: controlOf(layout),
    blocks: blocksOf(layout).map((block) => ({ ...block, fields: fieldsOf(layout, block) })),
    bins: binsOf(layout),
    stacks: stacksOf(layout),
    top: layout.field("top"),
    unitAt(address) {
      const byte = (bits + (address >>> 6)) >>> 0;
      const shift = (address >>> 3) & 6;
      const value = ((bitmap[byte - limit] as number) >>> shift) & 3;
      return { value, state: STATES[value] as UnitState, byte, shift };
    },
  };
}

function fieldAt(layout: Layout, name: string, address: number): HeapField {
  return { name, address, value: layout.word(address) };
}

function fieldsOf(layout: Layout, { start, size, state }: HeapBlock): HeapField[] {
  const field = (name: string, offset: number) => fieldAt(layout, name, start + offset);
  if (state === "foreign") return [field("end", 0), field("previous", 4)];
  if (state === "live") return size > SMALL_MAX ? [field("size", 0)] : [];
  if (state !== "free") return [];
  if (start === layout.field("open")) return [field("size", BLOCK_SIZE)];
  return [
    field("next", 0),
    field("previous", 4),
    field("size", BLOCK_SIZE),
    field("footer", size - 4),
  ];
}

function controlOf(layout: Layout): HeapField[] {
  return Object.entries(AT)
    .filter((entry): entry is [string, AT] => typeof entry[1] === "number" && entry[1] < AT.tops)
    .map(([name, offset]) => fieldAt(layout, name, layout.control + offset));
}

function binsOf(layout: Layout): InspectedBin[] {
  const bins: InspectedBin[] = [];
  for (let bin = 0; bin < BINS; bin++) {
    const head = fieldAt(layout, "head", layout.control + AT.bins + 4 * bin);
    if (head.value === 0) continue;
    const blocks = new Set<number>(); // a damaged list may be a circle
    for (let at = head.value; at !== 0 && !blocks.has(at); at = layout.word(at)) blocks.add(at);
    const smallest = smallestOf(bin);
    const largest = smallestOf(bin + 1) - UNIT;
    bins.push({ smallest, largest, head, blocks: [...blocks] });
  }
  return bins;
}

function stacksOf(layout: Layout): InspectedStack[] {
  const stacks: InspectedStack[] = [];
  for (let sizeClass = 1; sizeClass <= CLASSES; sizeClass++) {
    const first = layout.stack(sizeClass);
    const count = layout.stacked(sizeClass).length;
    if (count === 0) continue;
    stacks.push({
      size: UNIT * sizeClass,
      capacity: STACK_SLOTS,
      top: fieldAt(layout, "top", layout.control + AT.tops + 4 * sizeClass),
      pointers: Array.from({ length: count }, (_, i) => fieldAt(layout, "pointer", first + 4 * i)),
    });
  }
  return stacks;
}

function sectionsOf(layout: Layout): HeapSection[] {
  const { control } = layout;
  const [first, top, limit, end] = [
    layout.field("first"),
    layout.field("top"),
    layout.field("limit"),
    layout.field("end"),
  ];
  // The first unit's freed bit is in the first byte of those.
  const freed = layout.isChecked ? (layout.field("freed") + (first >>> 7)) >>> 0 : end;
  const starts: [HeapSection["name"], number][] = [
    ["control", control],
    ["bins", control + AT.binsInUse],
    ["stacks", control + AT.stacks],
    ["blocks", first],
    ["unused", top],
    ["bitmap", limit],
    ["freed", freed],
  ];
  return starts
    .map(([name, start], i) => ({ name, start, size: (starts[i + 1]?.[1] ?? end) - start }))
    .filter(({ size }) => size > 0);
}
