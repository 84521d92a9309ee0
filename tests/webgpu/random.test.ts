// The pool against a model of every slice's bytes, on the fake device. On real devices: tests/gpu.

import { expect, test } from "vitest";
import { FakeDevice } from "./fake-device.ts";
import { randomRun, runs } from "./random-run.ts";

for (const run of runs(1))
  test(`${run.operations} random operations: ${run.name}`, async () => {
    const device = new FakeDevice();
    const tally = await randomRun(device.gpu, run);
    expect(device.uncaptured).toEqual([]);
    expect(device.used).toBe(0);
    expect(tally.moved).toBeGreaterThan(run.operations / 100);
    expect(tally.verified).toBeGreaterThan(run.operations / 1000);
  });
