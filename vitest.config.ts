// Test projects. `npm test` runs node, browser and lab; `npm run test:long` runs long, `npm run test:gpu` gpu.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "node",
          include: ["tests/**/*.test.ts"],
          exclude: ["tests/browser/**", "tests/everywhere/**", "tests/gpu/**", "tests/long/**"],
          execArgv: ["--expose-gc"],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "lab",
          include: ["lab/tests/**/*.test.ts"],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          name: "gpu",
          include: ["tests/gpu/**/*.test.ts"],
          testTimeout: 10 * 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "long",
          include: ["tests/long/**/*.test.ts"],
          testTimeout: 30 * 60_000,
        },
      },
    ],
  },
});
