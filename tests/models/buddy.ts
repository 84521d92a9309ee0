// Buddy: free blocks are powers of two at multiples of themselves, as large as can be; of the smallest that hold the
// request, the one put in last.

import type { Block } from "../../src/index.ts";
import { alignUp, Filing } from "./filing.ts";

/** The smallest power of two that is not below a size. */
export function powerFor(size: number): number {
  let power = 1;
  while (power < size) power *= 2;
  return power;
}

export class BuddyFiling extends Filing {
  override takenBy(size: number): number {
    return powerFor(size);
  }

  cut(gaps: readonly Block[]): Block[] {
    return gaps.flatMap((gap) => {
      const blocks: Block[] = [];
      const end = gap.start + gap.size;
      for (let start = gap.start; start < end; ) {
        let size = 1;
        while (start % (2 * size) === 0 && start + 2 * size <= end) size *= 2;
        blocks.push({ start, size });
        start += size;
      }
      return blocks;
    });
  }

  choose(size: number, alignment: number): number | undefined {
    const taken = powerFor(size);
    const addressIn = ({ start, size: length }: Block) => {
      let address = alignUp(start, taken);
      while (address % alignment !== 0 && address + taken <= start + length) address += taken;
      return address + taken <= start + length ? address : undefined;
    };
    const block = [...this.filed]
      .sort((a, b) => a.size - b.size)
      .find((block) => addressIn(block) !== undefined);
    return block && addressIn(block);
  }
}
