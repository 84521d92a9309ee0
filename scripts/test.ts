// Runs every test: the core's own (as-pect) and the vitest projects, each with its usual output, then
// prints the sum of them all as the last line. Fails when any test failed, or any of them ran none.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import type { AsPectResults } from "./as-pect-reporter.ts";
import { failedOf, printFailure, readResults, type Tally, vitestTally } from "./test-results.ts";

const RESULTS = "build/test-results";
const SPECS = "tests/as-pect";
const PROJECTS = ["node", "browser", "lab"];

/** Runs a runner; one that never ends (a loop in the core) is ended, and has failed. */
function run(script: string, ...args: string[]): boolean {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    stdio: "inherit",
    timeout: 20 * 60_000,
    killSignal: "SIGKILL",
  });
  return status === 0;
}

/**
 * The specs of all cores, or once more those of the tree cores for the wide one. A spec that does not compile ends
 * as-pect's run: it and those after it are not in the results.
 */
function runAsPect(isWide: boolean): Tally {
  const asconfig = isWide ? ["-a", "./as-pect.wide.asconfig.json"] : [];
  const succeeded = run("node_modules/@as-pect/cli/bin/asp.js", "--no-logo", ...asconfig);
  const results = readResults<AsPectResults>(`${RESULTS}/as-pect${isWide ? "-wide" : ""}.json`);
  const reported = new Set(results?.tests.map(({ file }) => file));
  const specs = readdirSync(SPECS).filter(
    (file) => file.endsWith(".spec.ts") && (!isWide || /^(btree|ranges)-/.test(file)),
  );
  const missing = specs.map((file) => `${SPECS}/${file}`).filter((spec) => !reported.has(spec));
  for (const { file, name, pass, message } of results?.tests ?? [])
    if (!pass) printFailure(`${file} > ${name}`, message);
  for (const spec of missing) printFailure(spec, "did not run");
  const failed = failedOf("as-pect", (results?.failed ?? 0) + missing.length, succeeded);
  return { passed: results?.passed ?? 0, failed, skipped: 0 };
}

function runVitest(project: string): Tally {
  const file = `${RESULTS}/${project}.json`;
  const succeeded = run(
    "node_modules/vitest/vitest.mjs",
    "run",
    `--project=${project}`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  );
  return vitestTally(file, succeeded);
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

const suites: Record<string, () => Tally> = {
  "as-pect": () => runAsPect(false),
  "as-pect, wide": () => runAsPect(true),
};
for (const project of PROJECTS) suites[project] = () => runVitest(project);

const total: Tally = { passed: 0, failed: 0, skipped: 0 };
for (const [name, runSuite] of Object.entries(suites)) {
  console.log(`\n── ${name} ──`);
  const tally = runSuite();
  if (tally.passed + tally.failed + tally.skipped === 0) {
    printFailure(name, "ran no test");
    tally.failed = 1;
  }
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
