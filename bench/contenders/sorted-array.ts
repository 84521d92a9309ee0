// The allocator one writes first: free blocks in a sorted JavaScript array, first fit by scanning it.

import { type Heap, numeric } from "./heap.ts";

interface FreeBlock {
  start: number;
  size: number;
}

export function sortedArray(capacity: number): Heap<number> {
  const free: FreeBlock[] = [{ start: 0, size: capacity }];

  function allocate(size: number): number {
    let i = 0;
    while (i < free.length && (free[i] as FreeBlock).size < size) i++;
    const block = free[i];
    if (!block) return -1;
    const { start } = block;
    if (block.size === size) free.splice(i, 1);
    else {
      block.start += size;
      block.size -= size;
    }
    return start;
  }

  /** Position of the first free block that starts after `address`. */
  function indexAfter(address: number): number {
    let low = 0;
    let high = free.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((free[middle] as FreeBlock).start > address) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function release(address: number, size: number): void {
    const i = indexAfter(address);
    const left = free[i - 1];
    const right = free[i];
    const joinsLeft = left !== undefined && left.start + left.size === address;
    const joinsRight = right !== undefined && address + size === right.start;
    if (joinsLeft && joinsRight) {
      left.size += size + right.size;
      free.splice(i, 1);
    } else if (joinsLeft) left.size += size;
    else if (joinsRight) {
      right.start = address;
      right.size += size;
    } else free.splice(i, 0, { start: address, size });
  }

  return { ...numeric, allocate, free: release, failed: (address) => address < 0 };
}
