// The floor: what the loop itself and a call into wasm cost when nothing is done there.

import { loadDriver } from "./driver.ts";
import { type Heap, numeric } from "./heap.ts";

interface Exports {
  allocate(handle: number, size: number): number;
  free(handle: number, address: number, size: number): number;
}

export function noop(): Heap<number> {
  const { allocate, free } = loadDriver("noop") as unknown as Exports;
  const handle = 64;
  return {
    ...numeric,
    allocate: (size) => allocate(handle, size),
    free: (address, size) => {
      free(handle, address, size);
    },
    failed: (address) => address < 0,
  };
}
