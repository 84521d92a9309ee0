// AssemblyScript's TLSF, built by asc. It owns real bytes: its heap grows as it needs, so it never
// fails here, and its block headers lie between the blocks.

import { loadDriver } from "./driver.ts";
import { type Heap, numeric } from "./heap.ts";

interface Exports {
  allocate(size: number): number;
  free(address: number): void;
}

export function tlsf(): Heap<number> {
  const { allocate, free } = loadDriver("tlsf") as unknown as Exports;
  return {
    ...numeric,
    allocate: (size) => allocate(size) >>> 0,
    free: (address) => free(address),
    failed: (address) => address === 0,
  };
}
