// The model: what an allocator does, written to be obviously right rather than fast. It keeps the
// free blocks in a plain array in address order and answers with an address or an error code.
// What differs between policies is one rule: which of the fitting blocks is taken.

import type { Block } from "../../src/index.ts";

/** Chooses among the blocks the request fits in: never empty, in address order. */
export type Rule = (fitting: readonly Block[], rover: number) => Block;

export type ErrorCode =
  | "ERR_NOT_A_NUMBER"
  | "ERR_NOT_AN_INTEGER"
  | "ERR_SIZE_NOT_POSITIVE"
  | "ERR_ALIGNMENT_NOT_POSITIVE"
  | "ERR_OUT_OF_BOUNDS"
  | "ERR_NOT_ALLOCATED"
  | "ERR_DOUBLE_FREE"
  | "ERR_OUT_OF_MEMORY";

export class Model {
  /** Free blocks in address order; no two touch. */
  free: Block[] = [];
  /** Where the last allocation ended: next fit goes on from here. */
  rover = 0;

  constructor(
    readonly capacity: number,
    readonly rule: Rule,
  ) {
    this.reset();
  }

  reset(): void {
    this.free = [{ start: 0, size: this.capacity }];
    this.rover = 0;
  }

  get freeMemory(): number {
    return this.free.reduce((sum, block) => sum + block.size, 0);
  }

  get largest(): number {
    return this.free.reduce((largest, block) => Math.max(largest, block.size), 0);
  }

  /** The address, or the code of the error the call ends in. */
  allocate(size: unknown, alignment: unknown = 1): number | ErrorCode {
    const fitting = this.fitting(size, alignment);
    if (typeof fitting === "string") return fitting;
    if (fitting.length === 0) return "ERR_OUT_OF_MEMORY";

    const block = this.rule(fitting, this.rover);
    const address = alignUp(block.start, alignment as number);
    this.take(block, address, size as number);
    this.rover = address + (size as number);
    return address;
  }

  canAllocate(size: unknown, alignment: unknown = 1): boolean | ErrorCode {
    const fitting = this.fitting(size, alignment);
    return typeof fitting === "string" ? fitting : fitting.length > 0;
  }

  /** The free blocks that the request fits in. */
  private fitting(size: unknown, alignment: unknown): Block[] | ErrorCode {
    const bad = firstBadNumber(size, alignment);
    if (bad) return bad;
    if (!isPositive(size)) return "ERR_SIZE_NOT_POSITIVE";
    if (!isPositive(alignment)) return "ERR_ALIGNMENT_NOT_POSITIVE";
    return this.free.filter((block) => endOf(block) - alignUp(block.start, alignment) >= size);
  }

  /** undefined when the range was freed, otherwise the code of the error. */
  release(address: unknown, size: unknown): ErrorCode | undefined {
    const bad = firstBadNumber(address, size);
    if (bad) return bad;
    if (!isPositive(size)) return "ERR_SIZE_NOT_POSITIVE";
    const start = address as number;
    if (start < 0 || start + size > this.capacity) return "ERR_OUT_OF_BOUNDS";

    const end = start + size;
    const overlapping = this.free.filter((block) => block.start < end && endOf(block) > start);
    const wholly = overlapping.some((block) => block.start <= start && endOf(block) >= end);
    if (wholly) return "ERR_DOUBLE_FREE";
    if (overlapping.length > 0) return "ERR_NOT_ALLOCATED";

    this.give({ start, size });
    return undefined;
  }

  /** Cuts a range out of a free block; what is left before and behind it stays free. */
  private take(block: Block, address: number, size: number): void {
    const before = { start: block.start, size: address - block.start };
    const behind = { start: address + size, size: endOf(block) - (address + size) };
    const left = [before, behind].filter((piece) => piece.size > 0);
    this.free.splice(this.free.indexOf(block), 1, ...left);
  }

  /** Puts a range back in address order and merges it with neighbours it touches. */
  private give(range: Block): void {
    const behind = this.free.findIndex((block) => block.start > range.start);
    const index = behind < 0 ? this.free.length : behind;
    this.free.splice(index, 0, range);
    this.mergeWithNext(index);
    this.mergeWithNext(index - 1);
  }

  private mergeWithNext(index: number): void {
    const block = this.free[index];
    const next = this.free[index + 1];
    if (!block || !next || endOf(block) !== next.start) return;
    this.free.splice(index, 2, { start: block.start, size: block.size + next.size });
  }
}

export function endOf(block: Block): number {
  return block.start + block.size;
}

/** The first multiple of `alignment` that is not below `start`. */
function alignUp(start: number, alignment: number): number {
  const past = start % alignment;
  return past === 0 ? start : start + (alignment - past);
}

function firstBadNumber(...values: unknown[]): ErrorCode | undefined {
  if (values.some((value) => typeof value !== "number")) return "ERR_NOT_A_NUMBER";
  if (values.some((value) => !isWhole(value as number))) return "ERR_NOT_AN_INTEGER";
  return undefined;
}

function isWhole(value: number): boolean {
  return Number.isInteger(value) && value <= Number.MAX_SAFE_INTEGER;
}

function isPositive(value: unknown): value is number {
  return (value as number) > 0;
}
