// Mutation test: breaks the core on purpose, one fault of tests/mutation/<target>.ts at a time, in a copy of the
// tree, and runs the specs that must notice. Fails when a fault survives, when its text does not stand exactly
// once in its file, when it does not compile, or when the specs fail without any fault.
//
//   npm run test:mutation               all faults
//   npm run test:mutation -- merge      those whose name or file contains "merge"

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Fault, FaultGroup } from "../tests/mutation/fault.ts";
import type { AsPectResults } from "./as-pect-reporter.ts";

/** What as-pect needs of the tree. */
const COPIED = [
  "package.json",
  "as-pect.config.js",
  "as-pect.asconfig.json",
  "assembly",
  "scripts/as-pect-reporter.ts",
  "tests/as-pect",
];
/** A spec takes a few of them; one that a fault sent round in circles ends here. Not time on the clock, which others use up. */
const CPU_SECONDS = 20;

type Outcome =
  | { kind: "passed"; tests: number }
  | { kind: "failed"; by: string }
  | { kind: "broken"; why: string };

function runSpecs(tree: string, specs: readonly string[]): Outcome {
  const seconds = CPU_SECONDS * specs.length;
  const resultsFile = join(tree, "build/test-results/as-pect.json");
  rmSync(resultsFile, { force: true });
  const run = spawnSync(
    "sh",
    [
      "-c",
      `ulimit -t ${seconds} && exec "$@"`,
      "sh",
      process.execPath,
      "node_modules/@as-pect/cli/lib/test.js",
      "--no-logo",
      ...specs,
    ],
    { cwd: tree, encoding: "utf8" },
  );
  if (run.signal === "SIGXCPU" || run.signal === "SIGKILL") {
    return { kind: "failed", by: `no end after ${seconds} s of processor time` };
  }
  if (!existsSync(resultsFile)) {
    return { kind: "broken", why: `the specs did not run:\n${run.stdout}${run.stderr}` };
  }
  const results: AsPectResults = JSON.parse(readFileSync(resultsFile, "utf8"));
  const failed = results.tests.find((test) => !test.pass);
  if (failed) return { kind: "failed", by: failed.name };
  if (run.status !== 0 || results.files !== specs.length) {
    return { kind: "broken", why: `exit code ${run.status}:\n${run.stdout}${run.stderr}` };
  }
  return { kind: "passed", tests: results.passed };
}

/** The outcome with `fault` in place; the file is as before afterwards. */
function runWithFault(tree: string, group: FaultGroup, fault: Fault): Outcome {
  const file = join(tree, group.file);
  const source = readFileSync(file, "utf8");
  const parts = source.split(fault.text);
  if (parts.length !== 2) {
    return { kind: "broken", why: `its text stands ${parts.length - 1} times in ${group.file}` };
  }
  writeFileSync(file, parts.join(fault.replacement));
  try {
    return runSpecs(tree, group.specs);
  } finally {
    writeFileSync(file, source);
  }
}

/** The number of faults that went wrong, or survived. */
function tryFaults(tree: string, groups: readonly FaultGroup[]): number {
  const specs = [...new Set(groups.flatMap((group) => group.specs))];
  const sound = runSpecs(tree, specs);
  if (sound.kind !== "passed") {
    console.error(`Without a fault: ${sound.kind === "failed" ? sound.by : sound.why}`);
    return 1;
  }
  console.log(`Without a fault, ${sound.tests} tests pass.`);

  let caught = 0;
  const bad: string[] = [];
  for (const group of groups) {
    for (const fault of group.faults) {
      const outcome = runWithFault(tree, group, fault);
      if (outcome.kind === "failed") {
        caught++;
        console.log(`caught    ${fault.name}\n          by ${outcome.by}`);
      } else {
        const what = outcome.kind === "passed" ? "SURVIVED" : "BROKEN  ";
        bad.push(`${what}  ${fault.name}`);
        console.error(bad.at(-1));
        if (outcome.kind === "broken") console.error(outcome.why);
      }
    }
  }
  console.log(`\n${caught} faults caught, ${bad.length} not`);
  for (const line of bad) console.log(line);
  return bad.length;
}

const wanted = process.argv[2] ?? "";
const files = readdirSync("tests/mutation").filter((file) => file !== "fault.ts");
const targets: FaultGroup[][] = await Promise.all(
  files.map(async (file) => (await import(`../tests/mutation/${file}`)).default),
);
const groups = targets
  .flat()
  .map((group) => ({
    ...group,
    faults: group.faults.filter((fault) => `${group.file} ${fault.name}`.includes(wanted)),
  }))
  .filter((group) => group.faults.length > 0);
if (groups.length === 0) {
  console.error(`No fault's name or file contains "${wanted}".`);
  process.exit(2);
}

const tree = mkdtempSync(join(tmpdir(), "suballoc-mutation-"));
try {
  for (const path of COPIED) cpSync(path, join(tree, path), { recursive: true });
  symlinkSync(resolve("node_modules"), join(tree, "node_modules"), "dir");
  process.exitCode = tryFaults(tree, groups) > 0 ? 1 : 0;
} finally {
  rmSync(tree, { recursive: true, force: true });
}
