// Random sequences of everything a tracked allocator can do, each policy against the model after every
// operation, shrunk to the shortest failing sequence.

import fc from "fast-check";
import { describe, test } from "vitest";
import { TRACKED_POLICIES } from "../../src/index.ts";
import { seed } from "../support/seed.ts";
import { requestsFor } from "./requests.ts";
import { Twin } from "./twin.ts";

const CAPACITIES = [1, 13, 100, 3000, 2 ** 32 - 40, 2 ** 32 + 5, 2 ** 53 - 1];

describe.each(TRACKED_POLICIES)("tracked, random operations: %s", (policy) => {
  test.each(CAPACITIES)("capacity %d", (capacity) => {
    const sequences = fc.array(requestsFor(capacity), { maxLength: 120, size: "max" });
    fc.assert(
      fc.property(sequences, (requests) => {
        const twin = new Twin(policy, capacity);
        try {
          for (const request of requests) {
            twin.run(request);
            twin.check();
          }
        } finally {
          twin.allocator.dispose();
        }
      }),
      { seed, numRuns: 15 },
    );
  });
});
