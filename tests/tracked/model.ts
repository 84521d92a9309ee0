// The model of a tracked allocator: a plain map of live blocks. What is free are the gaps between them, found
// afresh for every question. It answers with an address or an error code, like the model of the untracked one,
// whose rules it uses for the policies.

import type { Block, LiveBlock, Move, Policy } from "../../src/index.ts";
import { endOf, modelOf } from "../models/index.ts";

interface Held {
  size: number;
  label: string;
  alignment: number;
}

export const alignUp = (address: number, alignment: number) => {
  const past = address % alignment;
  return past === 0 ? address : address + (alignment - past);
};

export class TrackedModel {
  held = new Map<number, Held>();
  rover = 0;

  constructor(
    readonly policy: Policy,
    public capacity: number,
  ) {}

  get blocks(): LiveBlock[] {
    return [...this.held]
      .map(([start, { size, label }]) => ({ start, size, label }))
      .sort((a, b) => a.start - b.start);
  }

  get free(): Block[] {
    const gaps: Block[] = [];
    let end = 0;
    for (const block of [...this.blocks, { start: this.capacity, size: 0 }]) {
      if (block.start > end) gaps.push({ start: end, size: block.start - end });
      end = endOf(block);
    }
    return gaps;
  }

  allocate(size: number, alignment: number, label: string): number | string {
    if (size < 1) return "ERR_SIZE_NOT_POSITIVE";
    const fitting = this.free.filter(
      (block) => endOf(block) - alignUp(block.start, alignment) >= size,
    );
    if (fitting.length === 0) return "ERR_OUT_OF_MEMORY";
    const chosen = modelOf(this.policy, this.capacity).rule(fitting, this.rover);
    const address = alignUp(chosen.start, alignment);
    this.held.set(address, { size, label, alignment });
    this.rover = address + size;
    return address;
  }

  /** Why no block starts at `address`; undefined if one does. */
  refusal(address: number): string | undefined {
    if (address < 0 || address >= this.capacity) return "ERR_OUT_OF_BOUNDS";
    if (this.held.has(address)) return undefined;
    const isInside = this.blocks.some((block) => block.start < address && address < endOf(block));
    return isInside ? "ERR_INSIDE_BLOCK" : "ERR_NOT_ALLOCATED";
  }

  release(address: number, size?: number): string | undefined {
    const refusal = this.refusal(address);
    if (refusal === "ERR_NOT_ALLOCATED") return "ERR_DOUBLE_FREE";
    if (refusal) return refusal;
    if (size !== undefined && size !== this.held.get(address)!.size) return "ERR_WRONG_SIZE";
    this.held.delete(address);
    return undefined;
  }

  reserve(address: number, size: number, alignment: number, label: string): string | undefined {
    if (size < 1) return "ERR_SIZE_NOT_POSITIVE";
    if (address < 0 || address + size > this.capacity) return "ERR_OUT_OF_BOUNDS";
    if (address % alignment !== 0) return "ERR_NOT_ALIGNED";
    if (!this.isFree(address, size)) return "ERR_NOT_FREE";
    this.held.set(address, { size, label, alignment });
    return undefined;
  }

  isFree(address: number, size: number): boolean {
    return this.free.some((block) => block.start <= address && endOf(block) >= address + size);
  }

  extend(address: number, newSize: number): boolean | string {
    const refusal = this.refusal(address);
    if (refusal) return refusal;
    const block = this.held.get(address)!;
    if (newSize > block.size && !this.isFree(address + block.size, newSize - block.size))
      return false;
    block.size = newSize;
    return true;
  }

  resize(address: number, newSize: number, given?: number): number | string {
    const refusal = this.refusal(address);
    if (refusal) return refusal;
    const { label, alignment: own } = this.held.get(address)!;
    const alignment = given ?? own;
    if (address % alignment === 0 && this.extend(address, newSize) === true) {
      this.held.get(address)!.alignment = alignment;
      return address;
    }
    const moved = this.allocate(newSize, alignment, label);
    if (typeof moved === "number") this.held.delete(address);
    return moved;
  }

  setLabel(address: number, label: string): string | undefined {
    const refusal = this.refusal(address);
    if (!refusal) this.held.get(address)!.label = label;
    return refusal;
  }

  shrink(capacity: number): string | undefined {
    if (this.blocks.some((block) => endOf(block) > capacity)) return "ERR_TAIL_IN_USE";
    this.capacity = capacity;
    return undefined;
  }

  /** Carries out a move of a defragmentation; says what is wrong with it, if anything is. */
  move({ from, to, size, overlaps }: Move): string | undefined {
    const block = this.held.get(from);
    if (block?.size !== size) return "no such block";
    if (to % block.alignment !== 0) return "not aligned";
    if (overlaps !== Math.abs(from - to) < size) return "overlaps says the wrong thing";
    this.held.delete(from);
    if (!this.isFree(to, size)) return "onto a live block";
    this.held.set(to, block);
    return undefined;
  }

  /** Whether some live block could start lower within the free block in front of it. */
  get canSlide(): boolean {
    return this.free.some(({ start, size }) => {
      const behind = this.held.get(start + size);
      return behind !== undefined && alignUp(start, behind.alignment) < start + size;
    });
  }

  /** Where everything ends up when each block slides down as far as it can, lowest first. */
  get slidDown(): LiveBlock[] {
    let end = 0;
    return this.blocks.map(({ start, size, label }) => {
      const to = alignUp(end, this.held.get(start)!.alignment);
      end = to + size;
      return { start: to, size, label };
    });
  }
}
