// malloc (codemix): a skip list of free blocks inside an ArrayBuffer.

import Allocator from "malloc";
import { type Heap, numeric } from "./heap.ts";

export function codemixMalloc(capacity: number): Heap<number> {
  const allocator = new Allocator(new ArrayBuffer(capacity));
  return {
    ...numeric,
    allocate: (size) => allocator.alloc(size),
    free: (address) => {
      allocator.free(address);
    },
    failed: (address) => address === 0,
  };
}
