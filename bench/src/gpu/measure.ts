// Measures in the process that has the driver: the stores take turns, round after round, on one device. Writes JSON.

import { writeFileSync } from "node:fs";
import { openNodeGpu } from "../../../tests/gpu/node-gpu.ts";
import type { Figures } from "./scenario.ts";

const [, , out = "", rounds = "", frames = ""] = process.argv;
const gpu = openNodeGpu();
// These need the globals of WebGPU.
const { drawing, run } = await import("./scenario.ts");
const { STORES } = await import("./stores.ts");
const device = await gpu.device();
const draws = drawing(device);

const figures: Record<string, Figures[]> = {};
for (let round = -1; round < Number(rounds); round++) {
  const names = Object.keys(STORES);
  // Another one begins in each round; the first round only warms up.
  for (let i = 0; i < names.length; i++) {
    const name = names[(i + round + names.length) % names.length] as string;
    const result = await run(device, draws, STORES[name] as never, Number(frames));
    if (round >= 0) figures[name] = [...(figures[name] ?? []), result];
  }
}
if (gpu.uncaptured.length > 0) throw new Error(gpu.uncaptured[0]);
const { vendor, description } = device.adapterInfo;
gpu.close();
writeFileSync(out, JSON.stringify({ adapter: `${vendor} ${description}`.trim(), figures }));
