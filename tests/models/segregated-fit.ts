// Segregated fit: 32 size classes to each doubling; of the first class that is not empty and whose sizes all hold the
// request, the block put in last. If there is none, the first of the request's own class that holds it.

import type { Block } from "../../src/index.ts";
import { alignUp, Filing } from "./filing.ts";

/** The smallest size, not always whole, of the class of a size. */
function classOf(size: number): number {
  let power = 1;
  while (2 * power <= size) power *= 2;
  return Math.floor((size / power) * 32) * (power / 32);
}

/** The smallest size of the first class whose sizes are all at least `size`. */
function classAbove(size: number): number {
  const own = classOf(size);
  if (own === size) return own;
  let power = 1;
  while (2 * power <= size) power *= 2;
  return own + power / 32;
}

export class SegregatedFiling extends Filing {
  cut(gaps: readonly Block[]): Block[] {
    return [...gaps];
  }

  /** The free blocks of classes from one on, by class, and in each the one put in last first. */
  private from(least: number): Block[] {
    return this.filed
      .map((block) => ({ block, class: classOf(block.size) }))
      .filter((entry) => entry.class >= least)
      .sort((a, b) => a.class - b.class)
      .map(({ block }) => block);
  }

  choose(size: number, alignment: number, capacity: number): number | undefined {
    const addressIn = (block: Block | undefined) => {
      if (!block) return undefined;
      const address = alignUp(block.start, alignment);
      return address + size <= block.start + block.size ? address : undefined;
    };
    const first = addressIn(this.from(classAbove(size))[0]);
    if (first !== undefined) return first;
    const longest = size + alignment - 1;
    if (alignment > 1 && longest <= capacity) {
      const roomy = addressIn(this.from(classAbove(longest))[0]);
      if (roomy !== undefined) return roomy;
    }
    return addressIn(this.from(classOf(size)).find((block) => addressIn(block) !== undefined));
  }
}
