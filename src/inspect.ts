// What console.log prints of an allocator: its figures and a small map of the block.

import type { Block } from "./block.js";

interface Figures {
  readonly capacity: number;
  readonly policy: string;
  getStats(): {
    freeMemory: number;
    largestFreeBlock: number;
    freeBlockCount: number;
    externalFragmentation: number;
  };
}

const CELLS = 48;
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/**
 * One line of figures and one of map: each cell is an equal part of the block, drawn `█` where it is all
 * allocated, `░` where all free, `▒` where both occur. Takes one look-up per cell, however many blocks there are.
 */
export function describe(
  name: string,
  allocator: Figures,
  firstFreeBlockAfter: (address: number) => Block | undefined,
): string {
  const { capacity, policy } = allocator;
  const { freeMemory, largestFreeBlock, freeBlockCount, externalFragmentation } =
    allocator.getStats();
  const cells = Math.min(CELLS, capacity);
  let map = "";
  for (let cell = 0; cell < cells; cell++) {
    const from = Math.floor((capacity / cells) * cell);
    const to = Math.min(Math.floor((capacity / cells) * (cell + 1)), capacity); // rounding could go past it
    const { start, size } = firstFreeBlockAfter(from) ?? { start: to, size: 0 };
    if (start >= to) map += "█";
    else map += start <= from && start + size >= to ? "░" : "▒";
  }
  const used = capacity - freeMemory;
  return (
    `${name} "${policy}" ${used} of ${capacity} allocated (${percent(used / capacity)}), free blocks: ` +
    `${freeBlockCount}, largest ${largestFreeBlock}, fragmentation ${percent(externalFragmentation)}\n[${map}]`
  );
}
