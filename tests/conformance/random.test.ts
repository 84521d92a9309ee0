// Random sequences of operations, each policy against its model after every operation, shrunk to
// the shortest failing sequence. Capacities on both sides of every width numbers can have inside.

import fc from "fast-check";
import { beforeAll, describe, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { Pair } from "../support/pair.ts";
import { Holder, requestsFor } from "../support/requests.ts";
import { seed } from "../support/seed.ts";

const CAPACITIES = [
  1,
  13,
  64,
  1000,
  100_000,
  2 ** 31 + 7,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 5,
  2 ** 53 - 1,
];

beforeAll(() => {
  // Refusals are many, and collecting their stack traces takes long.
  Error.stackTraceLimit = 0;
});

describe.each(POLICIES)("random operations: %s", (policy) => {
  test.each(CAPACITIES)("capacity %d", (capacity) => {
    const sequences = fc.array(requestsFor(capacity), { maxLength: 250, size: "max" });
    // Holes to begin with, about the numbers at which the nodes of a tree are full.
    const startingHoles = fc.constantFrom(0, 0, 0, 14, 15, 16, 17, 130, 256, 300);
    fc.assert(
      // A long sequence could go on shrinking for minutes: there is a limit.
      fc.property(fc.limitShrink(fc.tuple(startingHoles, sequences), 1000), ([holes, requests]) => {
        const pair = new Pair(policy, capacity);
        try {
          const holder = new Holder(pair);
          pair.check();
          holder.makeHoles(holes);
          for (const request of requests) {
            holder.run(request);
            pair.check();
          }
        } finally {
          pair.allocator.dispose();
        }
      }),
      { seed, numRuns: 20 },
    );
  });
});
