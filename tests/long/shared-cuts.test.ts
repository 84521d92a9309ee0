// The long run of tests/shared/cuts.test.ts: many more calls of every policy, so that trees have three levels and the
// memory grows.

import { expect, test } from "vitest";
import { ENGINES, type Engine, stoppingModule } from "../shared/support/builds.js";
import { cutEverywhere } from "../shared/support/cuts.js";
import { seed } from "../support/seed.js";

for (const engine of Object.keys(ENGINES) as Engine[])
  test(`stopped at every step: ${engine}`, () => {
    const module = stoppingModule(engine);
    for (const policy of ENGINES[engine].policies) {
      const capacity = engine === "wide" ? 2 ** 40 : 1_000_000;
      const counts = cutEverywhere({ module, policy, capacity, calls: 2000, seed });
      console.log(`${engine}, policy ${policy}:`, counts);
      expect(counts.cuts).toBeGreaterThan(50_000);
    }
  });
