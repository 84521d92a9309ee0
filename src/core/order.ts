// The order of the free blocks in their bins, which decides where segregated fit and buddy put the next block: part of an
// allocator's state, besides the live blocks. A free block is named by its end, in units.

import { type Abi, BATCH, Field, type Handle } from "./abi.js";
import { unwrap } from "./core.js";

/** Ends of the free blocks, bin by bin, in each the one put in last first; undefined where there are no bins. O(n). */
export function readOrder(abi: Abi, handle: Handle): number[] | undefined {
  if (!abi.copyOrder) return undefined;
  const order: number[] = [];
  for (;;) {
    const count = unwrap(abi, abi.copyOrder(handle, order.at(-1) ?? 0, BATCH));
    if (count === 0) return order;
    order.push(...new Float64Array(abi.memory.buffer, abi.resultAddress(), count));
  }
}

/** Give the free blocks the order that `readOrder` returned. Whether it is one of just these blocks. O(n). */
export function loadOrder(abi: Abi, handle: Handle, order: readonly number[]): boolean {
  if (!abi.loadOrder || order.length !== abi.get(handle, Field.FREE_BLOCKS)) return false;
  const lastFirst = [...order].reverse();
  for (let i = 0; i < order.length; i += BATCH) {
    const ends = lastFirst.slice(i, i + BATCH);
    new Float64Array(abi.memory.buffer, abi.resultAddress(), ends.length).set(ends);
    if (unwrap(abi, abi.loadOrder(handle, ends.length)) < 0) return false;
  }
  return readOrder(abi, handle)?.every((end, i) => end === order[i]) ?? false;
}
