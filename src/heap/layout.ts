// Where things lie in a heap's memory: its control block, its two bits for each unit of 16 bytes, its bins and stacks.
// Drawn in assembly/heap; here they are only read.

import type { MemoryViews } from "./views.js";

export const UNIT = 16;
/** Blocks above this have a header of 16 bytes, which begins with their size. */
export const SMALL_MAX = 512;
export const HEADER = 16;
export const CONTROL_BYTES = 7328;
/** Without the lowest bit, which is 1 in a heap that checks pointers. */
export const MAGIC = 0x70680400;
export const CLASSES = 32;
export const STACK_SLOTS = 32;
export const BIN_WORDS = 23;
/** 32 for each word. As a literal: bundlers keep what is computed. */
export const BINS = 736;

/** Offsets of the control block's fields. */
export enum AT {
  magic = 0,
  first = 4,
  top = 8,
  limit = 12,
  end = 16,
  bits = 20,
  freed = 24,
  fence = 28,
  pagesLeft = 32,
  reserve = 36,
  reserveEnd = 40,
  open = 44,
  openEnd = 48,
  tops = 52,
  binsInUse = 184,
  bins = 276,
  stacks = 3220,
}

/** Offset of the size of a free block. */
export const BLOCK_SIZE = 8;

/** The two bits of a unit: a block in use begins there (`USED`); a free one begins or ends there (`FREE`). */
export const INSIDE = 0;
export const USED = 1;
export const FREE = 2;

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
    return (this.field("magic") & 1) === 1;
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

  /** Whether a free block begins at an address, by its bits. */
  isFree(address: number): boolean {
    const isBlock = address % UNIT === 0 && address >= this.field("first");
    return isBlock && address < this.field("top") && this.bitsOf(address) === FREE;
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

  /** The size of the free block that ends at an address: in its last bytes, or kept back while it is the open one. */
  sizeBefore(end: number): number {
    return end === this.field("openEnd") ? end - this.field("open") : this.word(end - 4);
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
    return this.control + AT.stacks + 4 * STACK_SLOTS * (sizeClass - 1);
  }

  /** Pointers in the stack of a class: the blocks of so many units that are handed out next, the next one last. */
  stacked(sizeClass: number): number[] {
    const bytes = Math.min(this.word(this.control + AT.tops + 4 * sizeClass), 4 * STACK_SLOTS);
    const stack = this.stack(sizeClass);
    return Array.from({ length: bytes >>> 2 }, (_, i) => this.word(stack + 4 * i));
  }

  /** Checked: whether the pointer was freed since it was handed out last. */
  isFreed(pointer: number): boolean {
    const at = (this.field("freed") + (pointer >>> 7)) >>> 0;
    return ((this.byte(at) >>> ((pointer >>> 4) & 7)) & 1) === 1;
  }
}

/** The highest bits of 512 as a floating-point number. */
const BIN_0 = 0x44000000 >>> 18;

/** The bin of a free block of this size: exponent and highest five bits of `size + 512`. */
export function binOf(size: number): number {
  const [bits] = new Uint32Array(Float32Array.of(size + 512).buffer);
  return ((bits as number) >>> 18) - BIN_0;
}

/** The smallest size that belongs in a bin. */
export const smallestOf = (bin: number) => (32 + (bin & 31)) * 2 ** ((bin >>> 5) + 4) - 512;
