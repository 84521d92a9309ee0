// The model: what an allocator does, written to be obviously right rather than fast. It keeps the
// free blocks in a plain array in address order and returns an address or an error code; the
// numbers that belong to the error are in `details`. What differs between policies is one rule: which
// of the fitting blocks is taken.

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
  | "ERR_OUT_OF_MEMORY"
  | "ERR_NOT_FREE"
  | "ERR_TAIL_IN_USE"
  | "ERR_CAPACITY_NOT_POSITIVE"
  | "ERR_CAPACITY_OUT_OF_RANGE"
  | "ERR_LENGTHS_DIFFER";

/** Fields of an error, by name. */
export type Details = Readonly<Record<string, unknown>>;

export class Model {
  /** Free blocks in address order; no two touch. */
  free: Block[] = [];
  /** Where the last allocation ended: next fit goes on from here. */
  rover = 0;
  /** Fields that the error must have that the last refused call ended in. */
  details: Details = {};

  constructor(
    public capacity: number,
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
    if (fitting.length === 0) {
      const { largest, freeMemory: free } = this;
      return this.refuse("ERR_OUT_OF_MEMORY", { requested: size, largest, free, alignment });
    }
    const block = this.rule(fitting, this.rover);
    const address = alignUp(block.start, alignment as number);
    this.take(block, { start: address, size: size as number });
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
    if (bad) return this.refuse(bad);
    if (!isPositive(size)) return this.refuse("ERR_SIZE_NOT_POSITIVE", { value: size });
    if (!isPositive(alignment)) return this.refuse("ERR_ALIGNMENT_NOT_POSITIVE");
    return this.free.filter((block) => endOf(block) - alignUp(block.start, alignment) >= size);
  }

  /** undefined when the range was freed, otherwise the code of the error. */
  release(address: unknown, size: unknown): ErrorCode | undefined {
    const bad = this.badRange(address, size) ?? this.notAllocated(address, size);
    if (!bad) this.give({ start: address as number, size: size as number });
    return bad;
  }

  /** undefined when the range was taken, otherwise the code of the error. */
  reserve(address: unknown, size: unknown): ErrorCode | undefined {
    const bad = this.badRange(address, size);
    if (bad) return bad;
    const range = { start: address as number, size: size as number };
    const around = this.free.find((block) => contains(block, range));
    if (!around) return this.notFree("ERR_NOT_FREE", range);
    this.take(around, range);
    return undefined;
  }

  /** The address afterwards, or the code of the error. */
  resize(address: unknown, oldSize: unknown, newSize: unknown, alignment: unknown = 1) {
    const bad = this.badResize(address, oldSize, newSize, alignment);
    if (bad) return bad;
    const start = address as number;
    const isAligned = start % (alignment as number) === 0;
    if (isAligned && this.resizeInPlace(start, oldSize as number, newSize as number)) return start;
    const moved = this.allocate(newSize, alignment);
    if (typeof moved === "number") this.give({ start, size: oldSize as number });
    return moved;
  }

  /** Whether it has the new size now, or the code of the error. */
  tryExtend(address: unknown, oldSize: unknown, newSize: unknown): boolean | ErrorCode {
    const bad = this.badResize(address, oldSize, newSize, 1);
    if (bad) return bad;
    return this.resizeInPlace(address as number, oldSize as number, newSize as number);
  }

  /** Longer by a part of the free block right after it, or shorter by its end. */
  private resizeInPlace(start: number, oldSize: number, newSize: number): boolean {
    const end = start + Math.min(oldSize, newSize);
    const difference = { start: end, size: Math.abs(newSize - oldSize) };
    if (newSize < oldSize) this.give(difference);
    if (newSize <= oldSize) return true;
    const after = this.free.find((block) => block.start === end && block.size >= difference.size);
    if (after) this.take(after, difference);
    return after !== undefined;
  }

  grow(capacity: unknown): ErrorCode | undefined {
    const bad = this.badCapacity(capacity, this.capacity, Number.MAX_SAFE_INTEGER);
    if (bad) return bad;
    const before = this.capacity;
    this.capacity = capacity as number;
    if (this.capacity > before) this.give({ start: before, size: this.capacity - before });
    return undefined;
  }

  shrink(capacity: unknown): ErrorCode | undefined {
    const bad = this.badCapacity(capacity, 1, this.capacity);
    if (bad || capacity === this.capacity) return bad;
    const tail = { start: capacity as number, size: this.capacity - (capacity as number) };
    const around = this.free.find((block) => contains(block, tail));
    if (!around) return this.notFree("ERR_TAIL_IN_USE", tail);
    this.take(around, tail);
    this.capacity = tail.start;
    return undefined;
  }

  /** The capacity afterwards. */
  shrinkToFit(): number {
    const last = this.free.at(-1);
    if (last && endOf(last) === this.capacity) this.shrink(Math.max(1, last.start));
    return this.capacity;
  }

  /** The addresses, or the code of the error; then none was taken. */
  allocateMany(sizes: readonly unknown[]): number[] | ErrorCode {
    return this.allOrNothing(sizes, (size) => this.allocate(size));
  }

  /** undefined when all were freed, otherwise the code of the error; then none was. */
  freeMany(addresses: readonly unknown[], sizes: readonly unknown[]): ErrorCode | undefined {
    if (sizes.length !== addresses.length)
      return this.refuse("ERR_LENGTHS_DIFFER", { value: sizes.length });
    const result = this.allOrNothing(addresses, (address, i) => this.release(address, sizes[i]));
    return typeof result === "string" ? result : undefined;
  }

  private allOrNothing<T>(
    elements: readonly unknown[],
    each: (element: unknown, index: number) => T | ErrorCode,
  ): T[] | ErrorCode {
    const { free, rover } = this;
    this.free = [...free];
    const results: T[] = [];
    for (const [index, element] of elements.entries()) {
      const result = each(element, index);
      if (typeof result === "string") {
        Object.assign(this, { free, rover });
        return this.refuse(result as ErrorCode, { ...this.details, index });
      }
      results.push(result);
    }
    return results;
  }

  private refuse(code: ErrorCode, details: Details = {}): ErrorCode {
    this.details = details;
    return code;
  }

  private badRange(address: unknown, size: unknown): ErrorCode | undefined {
    const bad = firstBadNumber(address, size);
    if (bad) return this.refuse(bad);
    if (!isPositive(size)) return this.refuse("ERR_SIZE_NOT_POSITIVE", { value: size });
    const start = address as number;
    if (start < 0 || size > this.capacity - start)
      return this.refuse("ERR_OUT_OF_BOUNDS", { value: address });
    return undefined;
  }

  private badResize(address: unknown, oldSize: unknown, newSize: unknown, alignment: unknown) {
    const bad = firstBadNumber(address, oldSize, newSize, alignment);
    if (bad) return this.refuse(bad);
    if (!isPositive(newSize)) return this.refuse("ERR_SIZE_NOT_POSITIVE", { value: newSize });
    if (!isPositive(alignment)) return this.refuse("ERR_ALIGNMENT_NOT_POSITIVE");
    return this.badRange(address, oldSize) ?? this.notAllocated(address, oldSize);
  }

  private badCapacity(value: unknown, least: number, greatest: number): ErrorCode | undefined {
    const bad = firstBadNumber(value);
    if (bad) return this.refuse(bad);
    if (!isPositive(value)) return this.refuse("ERR_CAPACITY_NOT_POSITIVE");
    if (value < least || value > greatest) return this.refuse("ERR_CAPACITY_OUT_OF_RANGE");
    return undefined;
  }

  private notAllocated(address: unknown, size: unknown): ErrorCode | undefined {
    const range = { start: address as number, size: size as number };
    const freeBlock = this.free.find((block) => overlaps(block, range));
    if (!freeBlock) return undefined;
    const code = contains(freeBlock, range) ? "ERR_DOUBLE_FREE" : "ERR_NOT_ALLOCATED";
    return this.refuse(code, { address, size, freeBlock });
  }

  /** The first allocated range within one that is not wholly free, as far as it lies within. */
  private notFree(code: ErrorCode, range: Block): ErrorCode {
    const around = this.free.find(
      (block) => block.start <= range.start && endOf(block) > range.start,
    );
    const start = around ? endOf(around) : range.start;
    const next = this.free.find((block) => block.start > start);
    const end = Math.min(endOf(range), next?.start ?? endOf(range));
    const blocking = { start, size: end - start };
    return this.refuse(code, { address: range.start, size: range.size, blocking });
  }

  /** Cuts a range out of a free block; what is left before and after it stays free. */
  private take(block: Block, range: Block): void {
    const before = { start: block.start, size: range.start - block.start };
    const after = { start: endOf(range), size: endOf(block) - endOf(range) };
    const left = [before, after].filter((piece) => piece.size > 0);
    this.free.splice(this.free.indexOf(block), 1, ...left);
  }

  /** Puts a range back in address order and merges it with neighbours it touches. */
  private give(range: Block): void {
    const after = this.free.findIndex((block) => block.start > range.start);
    const index = after < 0 ? this.free.length : after;
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

function overlaps(a: Block, b: Block): boolean {
  return a.start < endOf(b) && b.start < endOf(a);
}

/** Whether all of `inner` lies within `outer`. */
function contains(outer: Block, inner: Block): boolean {
  return outer.start <= inner.start && endOf(outer) >= endOf(inner);
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
