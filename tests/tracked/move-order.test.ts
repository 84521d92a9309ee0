// What `defragment` promises of the order of its moves: destinations ascend, no block moves twice, and no destination
// overlaps the source of a later move.

import fc from "fast-check";
import { TRACKED_POLICIES, TrackedAllocator } from "suballoc";
import { expect, test } from "vitest";
import { seed } from "../support/seed.ts";

const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 4, 7, 16)), {
  minLength: 1,
  maxLength: 60,
});

test.each(TRACKED_POLICIES)("%s: the moves can be carried out in order", (policy) => {
  let moved = 0;
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.boolean()), (requests, coins) => {
      const allocator = new TrackedAllocator(4000, { policy });
      const blocks = requests.map(([size, alignment]) => allocator.allocate(size, alignment));
      for (const block of blocks) if (coins.next().value) allocator.free(block);
      const { moves } = allocator.defragment();
      moved += moves.length;
      for (const [i, { from, to }] of moves.entries()) {
        const earlier = moves.slice(0, i);
        for (const before of earlier) {
          expect(to).toBeGreaterThanOrEqual(before.to + before.size);
          expect(from).not.toBe(before.to);
          expect(before.to + before.size <= from || before.to >= from + (moves[i]?.size ?? 0)).toBe(
            true,
          );
        }
      }
      allocator.dispose();
    }),
    { seed, numRuns: 200 },
  );
  expect(moved).toBeGreaterThan(0);
});
