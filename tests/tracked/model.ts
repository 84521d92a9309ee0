// The model of a tracked allocator: a plain map of live blocks. What is free are the gaps between them, found
// afresh for every question. It answers with an address or an error code, like the model of the untracked one,
// whose rules it uses for the policies.

import type { Block, LiveBlock, Move, Policy, TrackedPolicy } from "../../src/index.ts";
import { alignUp, filingOf, modelOf } from "../models/index.ts";

interface Held {
  size: number;
  label: string;
  alignment: number;
}

export class TrackedModel {
  held = new Map<number, Held>();
  rover = 0;
  /** For policies that choose by what was freed when. */
  private readonly filing;

  constructor(
    readonly policy: TrackedPolicy,
    private length: number,
  ) {
    this.filing = filingOf(policy);
    this.changed();
  }

  get capacity(): number {
    return this.length;
  }
  set capacity(capacity: number) {
    this.length = capacity;
    this.changed();
  }

  private changed(): void {
    this.filing?.update(this.gaps);
  }

  /** How much a block of a size takes: for buddy more than was asked for. */
  takenBy(size: number): number {
    return this.filing?.takenBy(size) ?? size;
  }

  private endOf({ start, size }: Block): number {
    return start + this.takenBy(size);
  }

  private take(address: number, held: Held): void {
    this.held.set(address, held);
    this.changed();
  }

  private give(address: number): void {
    this.held.delete(address);
    this.changed();
  }

  reset(): void {
    this.held.clear();
    this.rover = 0;
    this.changed();
  }

  get blocks(): LiveBlock[] {
    return [...this.held]
      .map(([start, { size, label }]) => ({ start, size, label }))
      .sort((a, b) => a.start - b.start);
  }

  /** What lies between the live blocks. */
  get gaps(): Block[] {
    const gaps: Block[] = [];
    let end = 0;
    for (const block of this.blocks) {
      if (block.start > end) gaps.push({ start: end, size: block.start - end });
      end = this.endOf(block);
    }
    if (this.capacity > end) gaps.push({ start: end, size: this.capacity - end });
    return gaps;
  }

  get free(): Block[] {
    return this.filing?.cut(this.gaps) ?? this.gaps;
  }

  allocate(size: number, alignment: number, label: string): number | string {
    if (size < 1) return "ERR_SIZE_NOT_POSITIVE";
    const address = this.choose(size, alignment);
    if (address === undefined) return "ERR_OUT_OF_MEMORY";
    this.take(address, { size, label, alignment });
    this.rover = address + size;
    return address;
  }

  private choose(size: number, alignment: number): number | undefined {
    if (this.filing) return this.filing.choose(size, alignment, this.capacity);
    const fitting = this.free.filter(
      (block) => this.endOf(block) - alignUp(block.start, alignment) >= size,
    );
    if (fitting.length === 0) return undefined;
    const chosen = modelOf(this.policy as Policy, this.capacity).rule(fitting, this.rover);
    return alignUp(chosen.start, alignment);
  }

  /** Why no block starts at `address`; undefined if one does. */
  refusal(address: number): string | undefined {
    if (address < 0 || address >= this.capacity) return "ERR_OUT_OF_BOUNDS";
    if (this.held.has(address)) return undefined;
    const isInside = this.blocks.some(
      (block) => block.start < address && address < this.endOf(block),
    );
    return isInside ? "ERR_INSIDE_BLOCK" : "ERR_NOT_ALLOCATED";
  }

  release(address: number, size?: number): string | undefined {
    const refusal = this.refusal(address);
    if (refusal === "ERR_NOT_ALLOCATED") return "ERR_DOUBLE_FREE";
    if (refusal) return refusal;
    if (size !== undefined && size !== this.held.get(address)!.size) return "ERR_WRONG_SIZE";
    this.give(address);
    return undefined;
  }

  reserve(address: number, size: number, alignment: number, label: string): string | undefined {
    if (size < 1) return "ERR_SIZE_NOT_POSITIVE";
    if (address < 0 || address + size > this.capacity) return "ERR_OUT_OF_BOUNDS";
    if (address % alignment !== 0) return "ERR_NOT_ALIGNED";
    const taken = this.takenBy(size);
    if (this.policy === "buddy" && (address % taken !== 0 || address + taken > this.capacity))
      return "ERR_NOT_A_BUDDY_BLOCK";
    if (!this.isFree(address, taken)) return "ERR_NOT_FREE";
    this.take(address, { size, label, alignment });
    return undefined;
  }

  isFree(address: number, size: number): boolean {
    return this.gaps.some((gap) => gap.start <= address && gap.start + gap.size >= address + size);
  }

  extend(address: number, newSize: number): boolean | string {
    const refusal = this.refusal(address);
    if (refusal) return refusal;
    const block = this.held.get(address)!;
    const before = this.takenBy(block.size);
    const after = this.takenBy(newSize);
    if (this.policy === "buddy" && address % after !== 0) return false;
    if (after > before && !this.isFree(address + before, after - before)) return false;
    block.size = newSize;
    this.changed();
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
    if (typeof moved === "number") this.give(address);
    return moved;
  }

  setLabel(address: number, label: string): string | undefined {
    const refusal = this.refusal(address);
    if (!refusal) this.held.get(address)!.label = label;
    return refusal;
  }

  shrink(capacity: number): string | undefined {
    if (this.blocks.some((block) => this.endOf(block) > capacity)) return "ERR_TAIL_IN_USE";
    this.capacity = capacity;
    return undefined;
  }

  /** Carries out a move of a defragmentation; says what is wrong with it, if anything is. */
  move({ from, to, size, overlaps }: Move): string | undefined {
    const block = this.held.get(from);
    if (block?.size !== size) return "no such block";
    if (to % block.alignment !== 0) return "not aligned";
    if (overlaps !== Math.abs(from - to) < size) return "overlaps says the wrong thing";
    const taken = this.takenBy(size);
    if (this.policy === "buddy") {
      // Blocks of buddy never overlap what they move to: the new one is taken before the old one is freed.
      if (to % taken !== 0) return "not at a multiple of what it takes";
      if (!this.isFree(to, taken)) return "onto a live block";
      this.take(to, block);
      this.give(from);
      return undefined;
    }
    this.give(from);
    if (!this.isFree(to, size)) return "onto a live block";
    this.take(to, block);
    return undefined;
  }

  /** What the address of a block must be a multiple of: for buddy, of what it takes too. */
  private stepOf(size: number, alignment: number): number {
    if (this.policy !== "buddy") return alignment;
    const taken = this.takenBy(size);
    let step = taken;
    while (step % alignment !== 0 && step <= this.capacity) step += taken;
    return step;
  }

  /** Whether some live block could start lower within the free memory in front of it. */
  get canSlide(): boolean {
    return this.gaps.some(({ start, size }) => {
      const behind = this.held.get(start + size);
      if (behind === undefined) return false;
      return alignUp(start, this.stepOf(behind.size, behind.alignment)) < start + size;
    });
  }

  /** Where everything ends up when each block slides down as far as it can, lowest first. */
  get slidDown(): LiveBlock[] {
    let end = 0;
    return this.blocks.map(({ start, size, label }) => {
      const to = alignUp(end, this.stepOf(size, this.held.get(start)!.alignment));
      end = to + this.takenBy(size);
      return { start: to, size, label };
    });
  }
}
