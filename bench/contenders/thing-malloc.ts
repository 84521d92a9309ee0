// @thi.ng/malloc: a pool in an ArrayBuffer, with lists of free and of used blocks inside it.

import { MemPool } from "@thi.ng/malloc";
import { type Heap, numeric } from "./heap.ts";

export function thingMalloc(capacity: number): Heap<number> {
  const pool = new MemPool({ size: capacity });
  return {
    ...numeric,
    allocate: (size) => pool.malloc(size),
    free: (address) => {
      pool.free(address);
    },
    failed: (address) => address === 0,
  };
}
