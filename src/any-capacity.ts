// The classes of the main entry: those of suballoc/narrow, with all engines.

import type { AllocatorOptions } from "./allocator.js";
import type { Block } from "./block.js";
import { rejectRange } from "./check.js";
import { Field, Status } from "./core/abi.js";
import { loadOrder, readOrder } from "./core/order.js";
import type { Engines } from "./engine.js";
import { ENGINES, TRACKED_ENGINES } from "./engines.js";
import { MemoryAllocator as NarrowMemoryAllocator } from "./memory-allocator.js";
import { commonMultiple, powerFor } from "./power.js";
import { damaged, readSnapshot, type Snapshot } from "./snapshot.js";
import { TrackedAllocator as NarrowTrackedAllocator } from "./tracked-allocator.js";

/**
 * Allocates ranges of one contiguous block of `[0, capacity)` and frees them, merging free neighbours.
 * It records free blocks only: the caller keeps address and size of what it holds.
 *
 * As MemoryAllocator of `suballoc/narrow`, with capacities up to 2^53 − 1 and every policy.
 */
export class MemoryAllocator extends NarrowMemoryAllocator {
  /** @internal Bundlers rename one of two classes that have the same name. */
  // @ts-expect-error: TypeScript refuses every static `name`.
  static override get name(): string {
    return "MemoryAllocator";
  }

  /** @internal */
  protected override engines(): Engines {
    return ENGINES;
  }

  override clone(): MemoryAllocator {
    return new MemoryAllocator(this.capacity, this.options as AllocatorOptions).copyFrom(this);
  }

  static override restore(bytes: Uint8Array): MemoryAllocator {
    const { capacity, options, blocks, rover } = readSnapshot(bytes, false);
    return new MemoryAllocator(capacity, options as AllocatorOptions).fill(blocks, rover);
  }
}

/**
 * Allocates ranges of one contiguous block of `[0, capacity)` and remembers them: a block is freed, resized and asked
 * about by its address, anything that is not a block is refused, and live blocks can be listed and moved together.
 *
 * As TrackedAllocator of `suballoc/narrow`, with capacities up to 2^53 − 1 and every policy.
 */
export class TrackedAllocator extends NarrowTrackedAllocator {
  /** @internal Bundlers rename one of two classes that have the same name. */
  // @ts-expect-error: TypeScript refuses every static `name`.
  static override get name(): string {
    return "TrackedAllocator";
  }

  /** @internal */
  protected override engines(): Engines {
    return TRACKED_ENGINES;
  }

  override clone(): TrackedAllocator {
    return new TrackedAllocator(this.capacity, this.options).copyFrom(this);
  }

  /** @internal */
  protected override copyFrom(other: TrackedAllocator): this {
    super.copyFrom(other);
    const { order } = other;
    if (order) loadOrder(this.abi, this.handle, order);
    return this;
  }

  /** @internal */
  protected override get order(): number[] | undefined {
    return readOrder(this.abi, this.handle);
  }

  /** @internal */
  protected override take(snapshot: Snapshot): this {
    super.take(snapshot);
    const { abi, handle } = this;
    const { order } = snapshot;
    if (abi.loadOrder ? loadOrder(abi, handle, order) : order.length === 0) return this;
    this.dispose();
    return damaged("the order of its free blocks does not fit");
  }

  override shrinkToFit(): number {
    // Under buddy several free blocks may lie side by side at the end.
    const before = this.capacity;
    return super.shrinkToFit() < before ? this.shrinkToFit() : before;
  }

  /** @internal Under buddy it may also lie in what a block takes beyond its size. */
  protected override blockAround(address: number): Block | undefined {
    if (this.policy !== "buddy") return super.blockAround(address);
    const { abi, handle, granularity } = this;
    for (let power = 1; power <= abi.get(handle, Field.CAPACITY); power *= 2) {
      const start = Math.floor(address / granularity / power) * power;
      if (abi.findBlock(handle, start) !== Status.OK) continue;
      const size = abi.foundSize() * granularity;
      const taken = powerFor(abi.foundSize()) * granularity;
      const offset = address - start * granularity;
      if (offset > 0 && offset < taken)
        return { start: start * granularity, size: offset < size ? size : taken };
    }
    return undefined;
  }

  /** @internal */
  protected override get step() {
    return this.policy === "buddy"
      ? (size: number, alignment: number) => commonMultiple(powerFor(size), alignment)
      : undefined;
  }

  /** @internal */
  protected override refuseReserve(status: number, address: number, size: number): never {
    if (this.policy !== "buddy") super.refuseReserve(status, address, size);
    const taken = powerFor(this.toUnits(size)) * this.granularity;
    if (status === Status.NOT_FREE) super.refuseReserve(status, address, taken);
    rejectRange(
      "ERR_NOT_A_BUDDY_BLOCK",
      "address",
      `where a block of ${size}, which takes ${taken}, can be: at a multiple of that, within the capacity of ${this.capacity}`,
      address,
    );
  }

  static override restore(bytes: Uint8Array): TrackedAllocator {
    const snapshot = readSnapshot(bytes, true);
    return new TrackedAllocator(snapshot.capacity, snapshot.options).take(snapshot);
  }
}
