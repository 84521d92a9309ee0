// suballoc as its users call it.

import { MemoryAllocator, type Policy } from "suballoc";
import { type Heap, numeric } from "./heap.ts";

export function suballoc(capacity: number, policy: Policy): Heap<number> {
  const allocator = new MemoryAllocator(capacity, { policy });
  return {
    ...numeric,
    allocate: (size) => allocator.tryAllocate(size) ?? -1,
    free: (address, size) => allocator.free(address, size),
    failed: (address) => address < 0,
    metadataBytes: () => allocator.getStats().metadataBytes,
  };
}
