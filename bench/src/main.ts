// The bench: runs every race, the packing and the cold starts, and prints the tables.
//
//   npm run bench [-- --quick] [--write]
//   npm run bench -- heap …               suballoc/heap instead (heap/main.ts)
//
// --quick   a short run of at most a minute
// --write   also put the tables into bench/README.md and the plot into bench/churn.svg

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createContender } from "../contenders/index.ts";
import { BENCH, OUT } from "../paths.ts";
import { buildRunner } from "./build.ts";
import { measureColdStart } from "./cold-start.ts";
import { benchHeap } from "./heap/main.ts";
import { describeMachine, describeVersions } from "./machine.ts";
import { measurePacking } from "./packing.ts";
import { CHURN, FULL, QUICK, RELEASES } from "./plan.ts";
import { plotChurn } from "./plot.ts";
import { buildPrevious } from "./previous.ts";
import { race } from "./race.ts";
import { report } from "./report.ts";
import type { RaceRecord, Results } from "./results.ts";

const README = join(BENCH, "README.md");
const BEGIN = "<!-- results: begin, written by npm run bench -- --write -->";
const END = "<!-- results: end -->";

if (process.argv[2] === "heap") {
  await benchHeap(process.argv.slice(3));
  process.exit();
}

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const isTerminal = process.stderr.isTTY;
function progress(text: string): void {
  if (isTerminal) process.stderr.write(`\r\x1b[K${text}`);
}

function writeBetweenMarkers(markdown: string): void {
  const text = readFileSync(README, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${README} lacks the markers for the results`);
  writeFileSync(README, `${text.slice(0, begin)}${BEGIN}\n\n${markdown}\n\n${text.slice(end)}`);
}

const plan = flags.quick ? QUICK : FULL;
const started = performance.now();
const date = new Date().toISOString();
const machine = describeMachine();
await buildRunner();
const hasPrevious = await buildPrevious();
if (!hasPrevious) console.error("The history lacks the release before: not compared with it.");
const plannedRaces = plan.races.filter(({ group }) => hasPrevious || group !== RELEASES);

const races: RaceRecord[] = [];
/** Too slow for churn at one N: not tried at the next, larger one. */
const tooSlow = new Set<string>();
for (const [i, planned] of plannedRaces.entries()) {
  const { group, title, options } = planned;
  const name = `[${i + 1}/${plannedRaces.length}] ${group}: ${title}`;
  if (!isTerminal) console.error(name);
  const isChurn = group === CHURN;
  const entrants = planned.entrants.filter((entrant) => !isChurn || !tooSlow.has(entrant.name));
  const results = await race(entrants, options, (text) => progress(`${name}: ${text}`));
  if (isChurn) for (const [entrant, { ns }] of results) if (ns === undefined) tooSlow.add(entrant);
  races.push({ ...planned, results: Object.fromEntries(results) });
}
const packing = measurePacking(plan.heaps, createContender, (text) => progress(`packing: ${text}`));
const coldStart = measureColdStart(plan.starts, hasPrevious, (text) =>
  progress(`cold start: ${text}`),
);
progress("");

const results: Results = {
  date,
  quick: flags.quick,
  machine,
  versions: describeVersions(),
  races,
  packing,
  coldStart,
};
writeFileSync(join(OUT, "results.json"), JSON.stringify(results, null, 1));
writeFileSync(join(OUT, "churn.svg"), plotChurn(results));
const markdown = report(results);
console.log(markdown);
if (flags.write) {
  writeBetweenMarkers(markdown);
  writeFileSync(join(BENCH, "churn.svg"), plotChurn(results));
}
console.error(`\nbench: ${((performance.now() - started) / 1000).toFixed(0)} s`);
