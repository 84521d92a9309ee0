// How large a contender's block is: the workload's capacity, and what the contender's own way of keeping blocks adds.

import { BUDDY, type ContenderName, ownsBytes } from "../contenders/names.ts";
import type { Operations } from "./operations.ts";
import type { Workload } from "./workloads.ts";

/** What buddy takes for a block: the smallest power of two that holds it. */
export const roundedUp = (size: number): number => 2 ** Math.ceil(Math.log2(size));

/** The most that the live blocks take together, each `taken(size)`. */
function peakOf({ sizes }: Operations, taken: (size: number) => number): number {
  let live = 0;
  let peak = 0;
  for (const size of sizes) {
    live += size > 0 ? taken(size) : -taken(-size);
    peak = Math.max(peak, live);
  }
  return peak;
}

/**
 * Where headers lie between the blocks there is room for them. Where sizes are rounded up, what the blocks take at most
 * fills the same share of the block as what was asked for fills of the others'.
 */
export function roomFor(contender: ContenderName, { capacity, slots, prepare }: Workload): number {
  if (ownsBytes(contender)) return Math.ceil((capacity * 1.1 + 48 * slots) / 16) * 16;
  if (contender !== BUDDY) return capacity;
  const asked = peakOf(prepare, (size) => size);
  return asked > 0 ? Math.ceil((capacity * peakOf(prepare, roundedUp)) / asked) : capacity;
}
