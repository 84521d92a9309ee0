// A worker stopped at any step of any call leaves, once recovered from, exactly what was before the call. The long run
// is tests/long/shared-cuts.test.ts.

import { expect, test } from "vitest";
import { seed } from "../support/seed.js";
import { ENGINES, type Engine, stoppingHeap, stoppingModule } from "./support/builds.js";
import { cutEverywhere } from "./support/cuts.js";
import { cutHeapEverywhere } from "./support/heap-cuts.js";

for (const engine of Object.keys(ENGINES) as Engine[]) {
  test(`stopped at every step: ${engine}`, () => {
    const module = stoppingModule(engine);
    for (const policy of ENGINES[engine].policies) {
      const counts = cutEverywhere({ module, policy, capacity: 100_000, calls: 25, seed });
      console.log(`policy ${policy}:`, counts);
      expect(counts.cuts).toBeGreaterThan(500);
      expect(counts.nested).toBeGreaterThan(10);
    }
  });
}

test("stopped at every step: heap", () => {
  const counts = cutHeapEverywhere({ module: stoppingHeap(), calls: 80, seed });
  console.log("heap:", counts);
  expect(counts.cuts).toBeGreaterThan(500);
  expect(counts.nested).toBeGreaterThan(10);
  expect(counts.growths).toBeGreaterThan(0);
  expect(counts.between).toBeGreaterThan(0);
});
