// as-pect: the specs of the wasm core from inside, tests/as-pect/*.spec.ts (`npx asp`).
//
// Specs named on the command line are run instead of all: `npx asp tests/as-pect/abi.spec.ts`.
// Results: build/test-results/as-pect.json, written by scripts/as-pect-reporter.ts, and removed here
// before the run, so that what lies there is never the result of an earlier one. The exit code is 0 only
// if every spec compiled and every test passed.

import { rmSync } from "node:fs";
import { register } from "tsx/esm/api";

register(); // the reporter is TypeScript
rmSync("build/test-results/as-pect.json", { force: true });

const named = process.argv.slice(2).some((argument) => argument.endsWith(".spec.ts"));

export default {
  entries: named ? [] : ["tests/as-pect/*.spec.ts"],
  include: ["tests/as-pect/*.include.ts"],
  disclude: [],
  reporter: "scripts/as-pect-reporter.ts",
  instantiate: (_memory, createImports, instantiate, binary) =>
    instantiate(binary, createImports({ env: {} })),
};
