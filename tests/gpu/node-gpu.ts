// WebGPU in Node: npm's `webgpu`, from the package beside this file.

import { createRequire } from "node:module";

interface WebGpuPackage {
  create(options: string[]): GPU;
  globals: object;
}

/** Gives devices until it is closed; then it lets the process end. */
export function openNodeGpu() {
  const require = createRequire(import.meta.url);
  const { create, globals } = require("webgpu") as WebGpuPackage;
  Object.assign(globalThis, globals);
  let gpu: GPU | undefined = create(["backend=vulkan"]);
  const devices: GPUDevice[] = [];
  return {
    /** What no error scope caught, on any device. */
    uncaptured: [] as string[],
    async device(descriptor: GPUDeviceDescriptor = {}): Promise<GPUDevice> {
      const adapter = await gpu?.requestAdapter();
      if (!adapter) throw new Error("no WebGPU adapter: is the chromium package's driver there?");
      const device = await adapter.requestDevice(descriptor);
      device.addEventListener("uncapturederror", ({ error }) =>
        this.uncaptured.push(error.message),
      );
      devices.push(device);
      return device;
    },
    close(): void {
      for (const device of devices) device.destroy();
      gpu = undefined; // while it is referenced, the process does not end
    },
  };
}
