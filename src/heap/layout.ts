// Where things lie in a heap's memory: its control block, its two bits for each unit of 16 bytes, its bins and stacks.
// Drawn in assembly/heap; here they are only read.

import type { MemoryViews } from "./views.js";

export const UNIT = 16;
/** Blocks above this have a header of 16 bytes, which begins with their size. */
export const MEDIUM_MAX = 8192;
export const HEADER = 16;
export const CONTROL_BYTES = 5504;
export const MAGIC = 0x70616568;
export const VERSION = 1;
export const CLASSES = 28;
export const STACK_SLOTS = 31;
export const GROUPS = 25;
export const BINS = 16 * GROUPS;

/** Offset of the size of a free block. */
export const BLOCK_SIZE = 8;

/** Offsets of the control block's fields. */
export const AT = {
  magic: 0,
  version: 4,
  first: 8,
  top: 12,
  limit: 16,
  end: 20,
  bits: 24,
  known: 28,
  reserve: 32,
  reserveEnd: 36,
  fence: 40,
  pages: 44,
  maximumPages: 48,
  groups: 52,
  growths: 56,
  tops: 64,
  binsInUse: 192,
  bins: 304,
  stacks: 1920,
} as const;

/** The two bits of a unit. */
export const INSIDE = 0;
export const IN_USE = 1;
export const RESERVED = 2;
export const FREE = 3;

/** The fields of a control block, and the bits of its heap. Reads memory as it is when a method is called. */
export class Layout {
  readonly #views: () => MemoryViews;

  constructor(
    views: () => MemoryViews,
    /** Address of the control block. */
    readonly control: number,
  ) {
    this.#views = views;
  }

  /** The number at an address, a multiple of 4. */
  word(address: number): number {
    return this.#views().u32[address >>> 2] as number;
  }

  field(name: keyof typeof AT): number {
    return this.word(this.control + AT[name]);
  }

  get isChecked(): boolean {
    return (this.field("version") & 1) === 1;
  }

  get memoryBytes(): number {
    return this.#views().u8.length;
  }

  byte(address: number): number {
    return this.#views().u8[address] as number;
  }

  /** The bits of the unit at an address. */
  bitsOf(address: number): number {
    const at = (this.field("bits") + (address >>> 6)) >>> 0;
    return (this.byte(at) >>> ((address >>> 3) & 6)) & 3;
  }

  /** The first address from `from` on, and not beyond `to`, whose unit has bits other than 0; `to` if there is none. */
  nextMark(from: number, to: number): number {
    const bytes = this.#views().u8;
    const bits = this.field("bits");
    for (let address = from; address < to; ) {
      const byte = bytes[(bits + (address >>> 6)) >>> 0] as number;
      const rest = byte >>> ((address >>> 3) & 6);
      if (rest !== 0) {
        const skipped = (31 - Math.clz32(rest & -rest)) >>> 1;
        return Math.min(address + UNIT * skipped, to);
      }
      address = address - (address % 64) + 64;
    }
    return to;
  }

  /** Fences by address, with the end of the foreign memory that each begins. */
  fences(): Map<number, number> {
    const fences = new Map<number, number>();
    for (let at = this.field("fence"); at !== 0 && !fences.has(at); at = this.word(at + 4))
      fences.set(at, this.word(at));
    return fences;
  }

  /** Address of the stack of a class. */
  stack(sizeClass: number): number {
    return this.control + AT.stacks + 4 * (STACK_SLOTS + 1) * (sizeClass - 1);
  }

  /** Pointers in the stack of a class: the blocks of so many units that are handed out next, the next one last. */
  stacked(sizeClass: number): number[] {
    const pointers: number[] = [];
    const top = this.word(this.control + AT.tops + 4 * sizeClass);
    for (let at = this.stack(sizeClass); at < top && pointers.length <= STACK_SLOTS; at += 4)
      pointers.push(this.word(at));
    return pointers;
  }
}

/** The bin of a free block of this size. */
export function binOf(size: number): number {
  if (size < 256) return size >>> 4;
  const power = 31 - Math.clz32(size);
  return ((power - 7) << 4) | ((size >>> (power - 4)) & 15);
}
