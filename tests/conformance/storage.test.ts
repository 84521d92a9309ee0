// Node storage at its end: whatever the operation, and however few nodes are left, it succeeds, or it
// is refused and has changed nothing.

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { MemoryAllocator, POLICIES, type Policy } from "../../src/index.ts";
import { freezeStorage, thawStorage } from "../support/cores.ts";
import { Pair } from "../support/pair.ts";
import { Holder, type Request, requestsFor } from "../support/requests.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { stateOf } from "../support/state.ts";

/** More blocks than there are ever nodes for. */
const MOST = 2 ** 20;

/** Takes what nodes lie unused, all but a few, as free blocks of its own. */
class Hog {
  readonly allocators: MemoryAllocator[];

  constructor(policy: Policy) {
    // Nodes for capacities of either width, and of this engine.
    this.allocators = [2 ** 31, 2 ** 40].map(
      (capacity) => new MemoryAllocator(capacity, { policy }),
    );
  }

  /** Takes nodes until there are none, and frees so many blocks' worth again. */
  take(spared: number): void {
    for (const allocator of this.allocators) allocator.reserve(0, allocator.capacity);
    freezeStorage();
    for (const allocator of this.allocators) {
      // Backwards, which even the list does without a search.
      let last = MOST;
      try {
        for (;;) allocator.free(2 * --last, 1);
      } catch {
        thawStorage(); // a reservation, too, may want nodes
        const end = Math.min(MOST, last + 1 + spared);
        for (let i = last + 1; i < end; i++) allocator.reserve(2 * i, 1);
        freezeStorage();
      }
    }
  }

  giveBack(): void {
    thawStorage();
    for (const allocator of this.allocators) allocator.reset();
  }

  dispose(): void {
    thawStorage();
    for (const allocator of this.allocators) allocator.dispose();
  }
}

afterEach(thawStorage);

describe.each(POLICIES)("node storage: %s", (policy) => {
  test.each([2000, 2 ** 32 - 2, 2 ** 40])("capacity %d", (capacity) => {
    const random = randomFrom(seed);
    const pair = new Pair(policy, capacity);
    const holder = new Holder(pair);
    const hog = new Hog(policy);
    const refused = new Map<Request["kind"], number>();
    holder.makeHoles(260);
    for (const request of fc.sample(requestsFor(capacity), { seed, numRuns: 300 })) {
      const before = pair.allocator.snapshot();
      hog.take(random(3) === 0 ? random(40) : 0);
      if (holder.tryRun(request) === "ERR_NODE_STORAGE") {
        refused.set(request.kind, (refused.get(request.kind) ?? 0) + 1);
        expect(pair.allocator.snapshot()).toEqual(before);
      }
      hog.giveBack();
      pair.check();
    }
    expect(refused.size).toBeGreaterThan(1);
    pair.allocator.dispose();
    hog.dispose();
  });

  test.each([2000, 2 ** 40])(
    "capacity %d: batches that fail at their end are undone",
    (capacity) => {
      const random = randomFrom(seed);
      const hog = new Hog(policy);
      for (let round = 0; round < 12; round++) {
        const pair = new Pair(policy, capacity);
        new Holder(pair).makeHoles(400);
        // Some of the holes closed, some of them joined, so that trees are at many fills.
        for (let i = 0; i < 200; i++) pair.run(["try", 1]);
        const { free } = pair.model;
        const addresses = Array.from({ length: 300 }, () => free[random(free.length)]!.start + 1);
        const distinct = [...new Set(addresses)].filter((address) => address < capacity);
        const sizes = distinct.map(() => 1 + random(2));
        hog.take(random(1600));
        const before = stateOf(pair.allocator);
        for (const operation of [
          ["free many", [...distinct, free[0]!.start], [...sizes, 1]],
          ["allocate many", [...sizes.map(() => 1), capacity]],
        ] as const) {
          const answer = pair.tryRun(operation);
          expect(answer).toMatch(/ERR_/);
          const after = stateOf(pair.allocator);
          expect(after.free).toEqual(before.free);
          pair.allocator.validate();
        }
        hog.giveBack();
        pair.check();
        pair.allocator.dispose();
      }
      hog.dispose();
    },
  );
});
