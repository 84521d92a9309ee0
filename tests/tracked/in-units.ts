// A tracked allocator with a granularity, seen in units of it: what is asked in units goes to the allocator in the
// caller's unit, with any size that rounds up to them, and what it returns comes back in units.

import type { Defragmentation, DefragmentOptions, TrackedAllocator } from "../../src/index.ts";
import { alignmentOf, sizeOf } from "../support/units.ts";

type BlockOptions = { alignment?: number; label?: string };

export class InUnits {
  constructor(
    readonly inner: TrackedAllocator,
    private readonly random: (bound: number) => number,
  ) {}

  private get granularity(): number {
    return this.inner.granularity;
  }
  private size(units: number): number {
    return sizeOf(units, this.granularity, this.random);
  }
  private alignment(units: number): number {
    return alignmentOf(units, this.granularity, this.random);
  }
  private options(given: number | BlockOptions): number | BlockOptions {
    if (typeof given === "number") return this.alignment(given);
    const { alignment } = given;
    return alignment === undefined ? given : { ...given, alignment: this.alignment(alignment) };
  }

  get capacity(): number {
    return this.inner.capacity / this.granularity;
  }
  allocate(size: number, options: number | BlockOptions): number {
    return this.inner.allocate(this.size(size), this.options(options)) / this.granularity;
  }
  tryAllocate(size: number, options: number | BlockOptions): number | undefined {
    const address = this.inner.tryAllocate(this.size(size), this.options(options));
    return address === undefined ? undefined : address / this.granularity;
  }
  free(address: number, size?: number): void {
    this.inner.free(address * this.granularity, size === undefined ? undefined : this.size(size));
  }
  reserve(address: number, size: number, options: BlockOptions): void {
    this.inner.reserve(address * this.granularity, this.size(size), this.options(options));
  }
  resize(address: number, newSize: number, alignment?: number): number {
    const start = address * this.granularity;
    const options = alignment === undefined ? undefined : this.options(alignment);
    return this.inner.resize(start, this.size(newSize), options) / this.granularity;
  }
  tryExtend(address: number, newSize: number): boolean {
    return this.inner.tryExtend(address * this.granularity, this.size(newSize));
  }
  setLabel(address: number, label: string): void {
    this.inner.setLabel(address * this.granularity, label);
  }
  grow(capacity: number): void {
    this.inner.grow(capacity * this.granularity + this.random(this.granularity));
  }
  shrink(capacity: number): void {
    this.inner.shrink(capacity * this.granularity);
  }
  shrinkToFit(): number {
    return this.inner.shrinkToFit() / this.granularity;
  }
  defragment({ maxBytes = Infinity, ...options }: DefragmentOptions): Defragmentation {
    const { granularity } = this;
    const result = this.inner.defragment({ ...options, maxBytes: maxBytes * granularity });
    return {
      ...result,
      movedBytes: result.movedBytes / granularity,
      moves: result.moves.map(({ from, to, size, overlaps }) => ({
        from: from / granularity,
        to: to / granularity,
        size: size / granularity,
        overlaps,
      })),
    };
  }
  *blocks() {
    for (const { start, size, label } of this.inner.blocks())
      yield { start: start / this.granularity, size: size / this.granularity, label };
  }
  *freeBlocks() {
    for (const { start, size } of this.inner.freeBlocks())
      yield { start: start / this.granularity, size: size / this.granularity };
  }
  clone(): TrackedAllocator {
    return this.inner.clone();
  }
  snapshot(): Uint8Array {
    return this.inner.snapshot();
  }
  reset(): void {
    this.inner.reset();
  }
  validate(): void {
    this.inner.validate();
  }
  getStats() {
    return this.inner.getStats();
  }
  dispose(): void {
    this.inner.dispose();
  }
}
