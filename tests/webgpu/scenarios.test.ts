// Every scenario, on the fake device. On real devices: tests/gpu.

import { expect, test } from "vitest";
import { FakeDevice } from "./fake-device.ts";
import { SCENARIOS } from "./scenarios.ts";

for (const [name, scenario] of Object.entries(SCENARIOS))
  test(name, async () => {
    const devices: FakeDevice[] = [];
    await scenario(async () => {
      const device = new FakeDevice();
      devices.push(device);
      return device.gpu;
    });
    expect(devices.flatMap(({ uncaptured }) => uncaptured)).toEqual([]);
  });
