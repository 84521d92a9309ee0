// PlayCanvas's BlockAllocator: free blocks in power-of-two buckets, freed by handle. The package does not
// export it, so its module is imported by path.

import {
  BlockAllocator,
  type MemBlock,
} from "../node_modules/playcanvas/build/playcanvas/src/core/block-allocator.js";
import type { Heap } from "./heap.ts";

export function playcanvas(capacity: number): Heap<MemBlock | null> {
  const allocator = new BlockAllocator(capacity);
  return {
    allocate: (size) => allocator.allocate(size),
    free: (block) => allocator.free(block as MemBlock),
    failed: (block) => block === null,
    addressOf: (block) => (block as MemBlock).offset,
    refs: (count) => new Array<MemBlock | null>(count).fill(null),
  };
}
