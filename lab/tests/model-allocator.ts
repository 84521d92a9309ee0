// A plain allocator of every policy, obviously right and slow: the free blocks in a sorted array.

import type { ReplayAllocator } from "../src/replay/allocator.ts";

interface FreeBlock {
  start: number;
  size: number;
}

export const MODEL_POLICIES = [
  "first-fit",
  "next-fit",
  "best-fit",
  "worst-fit",
  "linked-list",
] as const;

export class ModelAllocator implements ReplayAllocator {
  #free: FreeBlock[];
  #previousEnd = 0;

  constructor(
    readonly capacity: number,
    readonly policy: string,
  ) {
    this.#free = [{ start: 0, size: capacity }];
  }

  tryAllocate(size: number): number | undefined {
    const block = this.#choose(this.#free.filter((block) => block.size >= size));
    if (block === undefined) return undefined;
    const address = block.start;
    block.start += size;
    block.size -= size;
    if (block.size === 0) this.#free.splice(this.#free.indexOf(block), 1);
    this.#previousEnd = address + size;
    return address;
  }

  #choose(fitting: FreeBlock[]): FreeBlock | undefined {
    const bySize = (sign: number) =>
      fitting.sort((a, b) => sign * (a.size - b.size) || a.start - b.start)[0];
    if (this.policy === "best-fit") return bySize(1);
    if (this.policy === "worst-fit") return bySize(-1);
    if (this.policy === "next-fit") {
      return fitting.find(({ start, size }) => start + size > this.#previousEnd) ?? fitting[0];
    }
    return fitting[0];
  }

  free(address: number, size: number): void {
    const blocks = [...this.#free, { start: address, size }].sort((a, b) => a.start - b.start);
    this.#free = [];
    for (const block of blocks) {
      const last = this.#free.at(-1);
      if (last !== undefined && last.start + last.size === block.start) last.size += block.size;
      else this.#free.push(block);
    }
  }

  getFreeMemory(): number {
    return this.#free.reduce((sum, { size }) => sum + size, 0);
  }

  getLargestFreeBlock(): number {
    return Math.max(0, ...this.#free.map(({ size }) => size));
  }

  getStats() {
    return { largestFreeBlock: this.getLargestFreeBlock(), freeBlockCount: this.#free.length };
  }

  *freeBlocks(): IterableIterator<FreeBlock> {
    yield* this.#free.map((block) => ({ ...block }));
  }

  dispose(): void {}
}
