// The pool on a real WebGPU device in Node.

import { afterAll, expect, test } from "vitest";
import { SCENARIOS } from "../webgpu/scenarios.ts";
import { openNodeGpu } from "./node-gpu.ts";

const gpu = openNodeGpu();
afterAll(() => gpu.close());

for (const [name, scenario] of Object.entries(SCENARIOS))
  test(name, async () => {
    const devices: GPUDevice[] = [];
    const tally = await scenario(async () => {
      const device = await gpu.device();
      devices.push(device);
      return device;
    });
    if (tally) console.log(name, JSON.stringify(tally));
    for (const device of devices) {
      await device.queue.onSubmittedWorkDone().catch(() => {});
      device.destroy();
    }
    expect(gpu.uncaptured).toEqual([]);
  });
