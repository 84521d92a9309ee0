// Runs the tests on real WebGPU devices, in Node and in headless Chromium, and prints their sum as the last line.
// Without the driver, or a Chromium, they are skipped, saying how to get it; where CI is set they fail.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { vitestTally } from "../../scripts/test-results.ts";
import { driverEnvironment } from "./driver.ts";

const RESULTS = "build/test-results/gpu.json";
const env = driverEnvironment();
if (!env) {
  console.log(
    "no software Vulkan driver: get Debian's with `apt-get install chromium`, or set SWIFTSHADER_PATH " +
      "to a folder with libvulkan.so.1 and vk_swiftshader_icd.json.",
  );
  console.log(process.env.CI ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
  process.exit(process.env.CI ? 1 : 0);
}

mkdirSync("build/test-results", { recursive: true });
rmSync(RESULTS, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    ...["node_modules/vitest/vitest.mjs", "run", "--project=gpu"],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${RESULTS}`],
    ...process.argv.slice(2),
  ],
  { stdio: "inherit", env, timeout: 30 * 60_000, killSignal: "SIGKILL" },
);
const { passed, failed } = vitestTally(RESULTS, status === 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
