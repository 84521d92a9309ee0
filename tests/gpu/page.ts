// What the tests run in a page: the scenarios, by name, each on devices of its own.

import { SCENARIOS } from "../webgpu/scenarios.ts";

async function run(name: string): Promise<{ tally: unknown; uncaptured: string[] }> {
  const uncaptured: string[] = [];
  const devices: GPUDevice[] = [];
  const tally = await SCENARIOS[name]?.(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) throw new Error("no WebGPU adapter");
    const device = await adapter.requestDevice();
    device.addEventListener("uncapturederror", ({ error }) => uncaptured.push(error.message));
    devices.push(device);
    return device;
  });
  for (const device of devices) {
    await device.queue.onSubmittedWorkDone().catch(() => {});
    device.destroy();
  }
  return { tally, uncaptured };
}

Object.assign(globalThis, { run });
