// suballoc as its users call it.

import { MemoryAllocator, type Policy } from "suballoc";
import { type Heap, numeric } from "./heap.ts";

export function heapOn(allocator: MemoryAllocator): Heap<number> {
  return {
    ...numeric,
    allocate: (size) => allocator.tryAllocate(size) ?? -1,
    allocateAligned: (size, alignment) => allocator.tryAllocate(size, alignment) ?? -1,
    free: (address, size) => allocator.free(address, size),
    failed: (address) => address < 0,
    metadataBytes: () => allocator.getStats().metadataBytes,
  };
}

export function suballoc(capacity: number, policy: Policy): Heap<number> {
  return heapOn(new MemoryAllocator(capacity, { policy }));
}

/** The core's 64-bit half: all addresses lie beyond 2^33, and are otherwise what the 32-bit half hands out. */
export function wide(capacity: number, policy: Policy): Heap<number> {
  const base = 2 ** 33;
  const allocator = new MemoryAllocator(base + capacity, { policy });
  allocator.reserve(0, base);
  return { ...heapOn(allocator), addressOf: (address) => address - base };
}

/** Sizes and addresses in bytes, counted inside in units of 256; no size is a multiple of it. */
export function granular(capacity: number, policy: Policy): Heap<number> {
  const granularity = 256;
  const allocator = new MemoryAllocator(capacity * granularity, { policy, granularity });
  return {
    ...heapOn(allocator),
    allocate: (size) => allocator.tryAllocate(size * granularity - 13) ?? -1,
    free: (address, size) => allocator.free(address, size * granularity - 13),
    addressOf: (address) => address / granularity,
  };
}

/** Batches instead of single calls, where the workload comes in batches. */
export function batches(capacity: number, policy: Policy): Heap<number> {
  const allocator = new MemoryAllocator(capacity, { policy });
  return {
    ...heapOn(allocator),
    allocateMany: (sizes) => allocator.allocateMany(sizes),
    freeMany: (addresses, sizes) => allocator.freeMany(addresses, sizes),
  };
}
