// OffsetAllocator's published algorithm (S. Aaltonen, 2023), written for this bench: assembly/offset.ts. A block is
// freed by its handle; a request can be refused although a free block could hold it.

import { loadDriver } from "./driver.ts";
import { type Heap, numeric } from "./heap.ts";

interface Exports {
  create(capacity: number): void;
  allocate(size: number): number;
  free(handle: number): void;
  addressOf(handle: number): number;
  metadataBytes(): number;
}

export function offset(capacity: number): Heap<number> {
  const { create, allocate, free, addressOf, metadataBytes } = loadDriver(
    "offset",
  ) as unknown as Exports;
  create(capacity);
  return {
    ...numeric,
    allocate: (size) => allocate(size),
    free: (handle) => free(handle),
    failed: (handle) => handle === 0,
    addressOf: (handle) => addressOf(handle) >>> 0,
    metadataBytes,
  };
}
