// Which free blocks a policy looks at, in which order, before it decides. The core finds the same block
// faster; this is what the policy's definition says, for people to see.

import type { Block, Policy } from "suballoc";

/**
 * @param before the free blocks in address order, before the allocation
 * @param previousEnd where the last allocation ended
 * @param chosen the one that was taken; undefined if none fitted
 */
export function lookedAt(
  policy: Policy,
  before: readonly Block[],
  previousEnd: number,
  chosen: Block | undefined,
): Block[] {
  if (policy === "best-fit" || policy === "worst-fit") return [...before];
  const order =
    policy === "next-fit"
      ? [
          ...before.filter((block) => block.start + block.size > previousEnd),
          ...before.filter((block) => block.start + block.size <= previousEnd),
        ]
      : before;
  return chosen === undefined ? [...order] : order.slice(0, order.indexOf(chosen) + 1);
}
