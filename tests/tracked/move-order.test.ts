// What `defragment` promises of the order of its moves within one call: destinations ascend, no block moves twice, and
// no destination overlaps the source of a later move. Over several calls under a budget it holds for each of them, and
// all moves carried out in order, on real bytes, leave every block with its contents.

import fc from "fast-check";
import { type Move, TRACKED_POLICIES, TrackedAllocator } from "suballoc";
import { expect, test } from "vitest";
import { seed } from "../support/seed.ts";

const CAPACITY = 4000;

const requests = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 2, 3, 4, 7, 16, 20, 64)),
  { minLength: 10, maxLength: 60, size: "max" },
);
const budget = fc.oneof(
  fc.constant({}),
  fc.integer({ min: 1, max: 100 }).map((maxBytes) => ({ maxBytes })),
  fc.integer({ min: 1, max: 5 }).map((maxMoves) => ({ maxMoves })),
);

function expectOrder(moves: readonly Move[]): void {
  let end = 0;
  for (const [i, { from, to, size }] of moves.entries()) {
    expect(to).toBeLessThan(from);
    expect(to).toBeGreaterThanOrEqual(end);
    end = to + size;
    for (const later of moves.slice(i + 1)) {
      // Nothing that a later move reads is overwritten; this also says that no block moves twice.
      expect(later.from >= end || later.from + later.size <= to).toBe(true);
    }
  }
}

test.each(TRACKED_POLICIES)("%s: the moves can be carried out in order", (policy) => {
  let moved = 0;
  let calls = 0;
  fc.assert(
    fc.property(requests, fc.infiniteStream(fc.boolean()), budget, (requests, coins, options) => {
      const allocator = new TrackedAllocator(CAPACITY, { policy });
      const bytes = new Uint8Array(CAPACITY);
      let marks = 0;
      const allocate = ([size, alignment]: (typeof requests)[number]) => {
        const address = allocator.tryAllocate(size, { alignment, label: String(++marks) });
        if (address !== undefined) bytes.fill(marks, address, address + size);
      };
      const freeSome = () => {
        for (const { start } of [...allocator.blocks()])
          if (coins.next().value) allocator.free(start);
      };
      requests.forEach(allocate);
      freeSome();
      for (let round = 0, done = false; !done; round++) {
        const result = allocator.defragment(options);
        done = result.done;
        moved += result.moves.length;
        calls++;
        expectOrder(result.moves);
        for (const { from, to, size } of result.moves) bytes.copyWithin(to, from, from + size);
        // Between the first calls under a budget, blocks come and go.
        if (round < 3 && !done) {
          requests.slice(0, 5).forEach(allocate);
          if (round === 1) freeSome();
        }
      }
      for (const { start, size, label } of allocator.blocks())
        expect([...new Set(bytes.subarray(start, start + size))]).toEqual([Number(label) & 255]);
      allocator.dispose();
    }),
    { seed, numRuns: 200 },
  );
  expect(moved).toBeGreaterThan(500);
  expect(calls).toBeGreaterThan(300);
});
