// as-pect: the specs of the wasm cores from inside, tests/as-pect/*.spec.ts (`npx asp`). Those of the tree cores run a
// second time for the wide one: `npx asp -a ./as-pect.wide.asconfig.json`.
//
// Specs named on the command line are run instead of all: `npx asp tests/as-pect/list.spec.ts`.
// Results: build/test-results/as-pect.json (as-pect-wide.json), written by scripts/as-pect-reporter.ts, and removed
// here before the run, so that what lies there is never the result of an earlier one. The exit code is 0 only
// if every spec compiled and every test passed.

import { rmSync } from "node:fs";
import { register } from "tsx/esm/api";

register(); // the reporter is TypeScript
const isWide = process.argv.includes("./as-pect.wide.asconfig.json");
process.env.AS_PECT_RESULTS = `build/test-results/as-pect${isWide ? "-wide" : ""}.json`;
rmSync(process.env.AS_PECT_RESULTS, { force: true });

const named = process.argv.slice(2).some((argument) => argument.endsWith(".spec.ts"));

export default {
  entries: named ? [] : [`tests/as-pect/${isWide ? "{btree,ranges}-" : ""}*.spec.ts`],
  include: ["tests/as-pect/*.include.ts"],
  disclude: [],
  reporter: "scripts/as-pect-reporter.ts",
  instantiate: (_memory, createImports, instantiate, binary) =>
    instantiate(binary, createImports({ env: {} })),
};
