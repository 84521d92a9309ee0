// A tracked allocator and its model, driven side by side. Where the capacity is small enough there are bytes as
// well: every block is filled with a pattern of its own, moves are carried out on them, and no byte may be lost.

import { expect } from "vitest";
import {
  type Defragmentation,
  type DefragmentOptions,
  TrackedAllocator,
  type TrackedPolicy,
} from "../../src/index.ts";
import { outcomeOf } from "../support/state.ts";
import { TrackedModel } from "./model.ts";

export type Request =
  | { kind: "allocate" | "try"; size: number; alignment: number; label: string }
  | { kind: "free"; pick: number; size: "none" | "right" | "wrong" }
  | { kind: "free at"; address: number }
  | { kind: "reserve"; address: number; size: number; alignment: number; label: string }
  | { kind: "resize"; pick: number; newSize: number; alignment: number | undefined }
  | { kind: "extend"; pick: number; newSize: number }
  | { kind: "label"; pick: number; label: string }
  | { kind: "capacity"; capacity: number }
  | { kind: "shrinkToFit" | "clone" | "restore" | "reset" }
  | { kind: "defragment"; options: DefragmentOptions };

const LARGEST_BUFFER = 200_000;

export class Twin {
  allocator: TrackedAllocator;
  readonly model: TrackedModel;
  private bytes: Uint8Array | undefined;
  /** What each block was filled with, by address. */
  private readonly seeds = new Map<number, number>();
  private nextSeed = 1;

  constructor(policy: TrackedPolicy, capacity: number) {
    this.allocator = new TrackedAllocator(capacity, { policy });
    this.model = new TrackedModel(policy, capacity);
    if (capacity <= LARGEST_BUFFER) this.bytes = new Uint8Array(capacity);
  }

  run(request: Request): void {
    const { model, allocator } = this;
    switch (request.kind) {
      case "allocate":
      case "try": {
        const { size, alignment, label } = request;
        const expected = model.allocate(size, alignment, label);
        const actual = outcomeOf(() =>
          request.kind === "allocate"
            ? allocator.allocate(size, label === "" ? alignment : { alignment, label })
            : allocator.tryAllocate(size, { alignment, label }),
        );
        const isMissed = request.kind === "try" && expected === "ERR_OUT_OF_MEMORY";
        expect(actual, JSON.stringify(request)).toBe(isMissed ? undefined : expected);
        if (typeof expected === "number") this.fill(expected);
        return;
      }
      case "free": {
        const block = this.pick(request.pick);
        if (!block) return;
        const size = { none: undefined, right: block.size, wrong: block.size + 1 }[request.size];
        const expected = model.release(block.start, size);
        expect(outcomeOf(() => allocator.free(block.start, size))).toBe(expected);
        if (!expected) this.seeds.delete(block.start);
        return;
      }
      case "free at": {
        const expected = model.release(request.address);
        expect(outcomeOf(() => allocator.free(request.address))).toBe(expected);
        if (!expected) this.seeds.delete(request.address);
        return;
      }
      case "reserve": {
        const { address, size, alignment, label } = request;
        const expected = model.reserve(address, size, alignment, label);
        const options = { alignment, label };
        expect(outcomeOf(() => allocator.reserve(address, size, options))).toBe(expected);
        if (!expected) this.fill(address);
        return;
      }
      case "resize": {
        const start = this.pick(request.pick)?.start ?? 0;
        const { newSize, alignment } = request;
        const expected = model.resize(start, newSize, alignment);
        const actual = outcomeOf(() => allocator.resize(start, newSize, alignment));
        expect(actual, JSON.stringify(request)).toBe(expected);
        if (typeof expected !== "number") return;
        this.seeds.delete(start);
        this.fill(expected);
        return;
      }
      case "extend": {
        const start = this.pick(request.pick)?.start ?? 0;
        const expected = model.extend(start, request.newSize);
        expect(outcomeOf(() => allocator.tryExtend(start, request.newSize))).toBe(expected);
        if (expected === true) this.fill(start);
        return;
      }
      case "label": {
        const start = this.pick(request.pick)?.start ?? 0;
        const expected = model.setLabel(start, request.label);
        expect(outcomeOf(() => allocator.setLabel(start, request.label))).toBe(expected);
        return;
      }
      case "capacity": {
        const { capacity } = request;
        if (capacity >= model.capacity) {
          model.capacity = capacity;
          allocator.grow(capacity);
        } else {
          const expected = model.shrink(capacity);
          expect(outcomeOf(() => allocator.shrink(capacity))).toBe(expected);
        }
        this.fitBytes();
        return;
      }
      case "shrinkToFit": {
        let end = model.capacity;
        for (const { start, size } of model.free.toReversed())
          if (start + size === end) end = start;
        model.capacity = Math.max(1, end);
        expect(allocator.shrinkToFit()).toBe(model.capacity);
        this.fitBytes();
        return;
      }
      case "clone":
      case "restore":
        this.allocator =
          request.kind === "clone"
            ? allocator.clone()
            : TrackedAllocator.restore(allocator.snapshot());
        allocator.dispose();
        return;
      case "reset":
        allocator.reset();
        model.reset();
        this.seeds.clear();
        return;
      case "defragment":
        this.defragment(request.options);
    }
  }

  /** Carries a defragmentation out on the bytes, in order, and checks all there is to check of its answer. */
  defragment(options: DefragmentOptions): Defragmentation {
    const { model } = this;
    const couldSlide = model.canSlide;
    const result = this.allocator.defragment(options);
    const { maxMoves = Infinity, maxBytes = Infinity, noOverlap = false } = options;
    for (const move of result.moves) {
      expect(model.move(move), JSON.stringify(move)).toBe(undefined);
      if (noOverlap) expect(move.overlaps).toBe(false);
      this.carryOut(move.from, move.to, move.size, noOverlap);
    }
    const moved = result.moves.reduce((sum, { size }) => sum + size, 0);
    expect(result.movedBytes).toBe(moved);
    expect(result.moves.length).toBeLessThanOrEqual(maxMoves);
    if (result.moves.length > 1) expect(moved).toBeLessThanOrEqual(maxBytes);
    expect(result.done).toBe(!model.canSlide);
    if (result.blocked) expect(noOverlap && !result.done).toBe(true);
    if (couldSlide && !result.blocked) expect(result.moves.length).toBeGreaterThan(0);
    return result;
  }

  private carryOut(from: number, to: number, size: number, isCopyPlain: boolean): void {
    const { bytes, seeds } = this;
    seeds.set(to, seeds.get(from)!);
    seeds.delete(from);
    if (!bytes) return;
    if (isCopyPlain) {
      // As a copy that may run in any order: what it reads is spoilt behind it.
      bytes.set(bytes.subarray(from, from + size), to);
      bytes.fill(0xee, from, from + size);
    } else {
      bytes.copyWithin(to, from, from + size);
    }
  }

  /** Everything that can be seen agrees with the model, the structure is sound and every byte is there. */
  check(): void {
    const { allocator, model } = this;
    allocator.validate();
    expect(allocator.capacity).toBe(model.capacity);
    expect([...allocator.blocks()]).toEqual(model.blocks);
    expect([...allocator.freeBlocks()]).toEqual(model.free);
    expect(allocator.getStats().liveBlockCount).toBe(model.held.size);
    this.checkBytes();
  }

  checkBytes(): void {
    const { bytes, model } = this;
    if (!bytes) return;
    for (const [start, { size }] of model.held) {
      const seed = this.seeds.get(start)!;
      for (let i = 0; i < size; i++)
        if (bytes[start + i] !== patternAt(seed, i))
          expect.fail(`byte ${i} of the block at ${start} is not what was written`);
    }
  }

  private fill(start: number): void {
    const seed = this.nextSeed++;
    this.seeds.set(start, seed);
    if (!this.bytes) return;
    const { size } = this.model.held.get(start)!;
    for (let i = 0; i < size; i++) this.bytes[start + i] = patternAt(seed, i);
  }

  private fitBytes(): void {
    if (!this.bytes) return;
    const bytes = new Uint8Array(this.model.capacity);
    bytes.set(this.bytes.subarray(0, bytes.length));
    this.bytes = bytes;
  }

  private pick(pick: number) {
    const { blocks } = this.model;
    return blocks.length === 0 ? undefined : blocks[pick % blocks.length];
  }
}

/** Byte `i` of the pattern of a block: no two blocks and no two places in one look alike for long. */
function patternAt(seed: number, i: number): number {
  return (Math.imul(seed * 65_537 + i + 1, 0x9e3779b1) >>> 24) & 0xff;
}
