// The classes of the main entry: those of suballoc/narrow, with all engines.

import type { AllocatorOptions } from "./allocator.js";
import type { Engines } from "./engine.js";
import { ENGINES, TRACKED_ENGINES } from "./engines.js";
import { MemoryAllocator as NarrowMemoryAllocator } from "./memory-allocator.js";
import { readSnapshot } from "./snapshot.js";
import { TrackedAllocator as NarrowTrackedAllocator } from "./tracked-allocator.js";

/**
 * Allocates ranges of one contiguous block of `[0, capacity)` and frees them, merging free neighbours.
 * It records free blocks only: the caller keeps address and size of what it holds.
 *
 * As MemoryAllocator of `suballoc/narrow`, with capacities up to 2^53 − 1 and every policy.
 */
export class MemoryAllocator extends NarrowMemoryAllocator {
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
  /** @internal */
  protected override engines(): Engines {
    return TRACKED_ENGINES;
  }

  override clone(): TrackedAllocator {
    return new TrackedAllocator(this.capacity, this.options).copyFrom(this);
  }

  static override restore(bytes: Uint8Array): TrackedAllocator {
    const snapshot = readSnapshot(bytes, true);
    return new TrackedAllocator(snapshot.capacity, snapshot.options).take(snapshot);
  }
}
