// TrackedAllocator as its users call it: blocks are freed by their address alone.

import { TrackedAllocator, type TrackedPolicy } from "suballoc";
import { type Heap, numeric } from "./heap.ts";

export function heapOnTracked(allocator: TrackedAllocator): Heap<number> {
  return {
    ...numeric,
    allocate: (size) => allocator.tryAllocate(size) ?? -1,
    free: (address) => allocator.free(address),
    failed: (address) => address < 0,
    metadataBytes: () => allocator.getStats().metadataBytes,
  };
}

export function tracked(capacity: number, policy: TrackedPolicy): Heap<number> {
  return heapOnTracked(new TrackedAllocator(capacity, { policy }));
}
