// How many allocations a policy refuses in a block of a given capacity, when the program goes on without them.

import type { AllocatorFactory } from "../replay/allocator.ts";
import type { Trace } from "../trace/trace.ts";

export interface Refusals {
  readonly allocations: number;
  /** Of these, how many although there was enough free memory in all. */
  readonly fragmented: number;
  /** Bytes of the smallest one that was refused; 0 if none was. */
  readonly smallest: number;
}

export function refusalsIn(
  trace: Trace,
  createAllocator: AllocatorFactory,
  capacity: number,
): Refusals {
  const { operations, sizes, alignments } = trace;
  const addresses = new Float64Array(sizes.length).fill(-1);
  const allocator = createAllocator(capacity);
  let allocations = 0;
  let fragmented = 0;
  let smallest = Infinity;
  for (const operation of operations) {
    if (operation >= 0) {
      const size = sizes[operation]!;
      const address = allocator.tryAllocate(size, alignments[operation]);
      if (address !== undefined) {
        addresses[operation] = address;
        continue;
      }
      allocations++;
      if (allocator.getFreeMemory() >= size) fragmented++;
      smallest = Math.min(smallest, size);
    } else if (addresses[~operation]! >= 0) {
      allocator.free(addresses[~operation]!, sizes[~operation]!);
    }
  }
  allocator.dispose();
  return { allocations, fragmented, smallest: allocations === 0 ? 0 : smallest };
}
