// What console.log prints of an allocator: its figures and a small map of the block.

import type { Block } from "./block.js";

interface Figures {
  readonly capacity: number;
  readonly policy: string;
  getFreeMemory(): number;
  getLargestFreeBlock(): number;
}

const CELLS = 48;
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

/**
 * One line of figures and one of map: each cell is an equal part of the block, drawn `█` where it is all
 * allocated, `░` where all free, `▒` where both occur. Takes one look-up per cell, however many blocks there are.
 */
export function describe(
  allocator: Figures,
  freeBlockCount: number,
  firstFreeBlockAfter: (address: number) => Block | undefined,
): string {
  const { capacity, policy } = allocator;
  const free = allocator.getFreeMemory();
  const largest = allocator.getLargestFreeBlock();
  const cells = Math.min(CELLS, capacity);
  let map = "";
  for (let cell = 0; cell < cells; cell++) {
    const from = Math.floor((capacity / cells) * cell);
    const to = Math.floor((capacity / cells) * (cell + 1));
    const block = firstFreeBlockAfter(from);
    if (!block || block.start >= to) map += "█";
    else map += block.start <= from && block.start + block.size >= to ? "░" : "▒";
  }
  const fragmentation = free === 0 ? "" : `, fragmentation ${percent(free - largest, free)}`;
  const blocks = `${freeBlockCount} free block${freeBlockCount === 1 ? "" : "s"}`;
  return (
    `MemoryAllocator "${policy}" ${capacity - free} of ${capacity} allocated (${percent(capacity - free, capacity)}), ` +
    `${blocks}, largest ${largest}${fragmentation}\n[${map}]`
  );
}
