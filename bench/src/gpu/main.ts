// The GPU bench: npm run bench:gpu [-- --quick] [--write]
//
// --quick   fewer rounds and frames
// --write   also put the table into bench/README.md

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { driverEnvironment } from "../../../tests/gpu/driver.ts";
import { BENCH, OUT, ROOT } from "../../paths.ts";
import { describeMachine, describeVersions } from "../machine.ts";
import { table } from "../report.ts";
import type { Figures } from "./scenario.ts";

const README = join(BENCH, "README.md");
const BEGIN = "<!-- gpu results: begin, written by npm run bench:gpu -- --write -->";
const END = "<!-- gpu results: end -->";
const JSON_FILE = join(OUT, "gpu.json");

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const env = driverEnvironment();
if (!env)
  throw new Error("no software Vulkan driver: `apt-get install chromium`, or set SWIFTSHADER_PATH");

const date = new Date().toISOString().slice(0, 10);
const machine = describeMachine();
mkdirSync(OUT, { recursive: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(ROOT, "node_modules/tsx/dist/cli.mjs"),
    join(BENCH, "src/gpu/measure.ts"),
    ...[JSON_FILE, flags.quick ? "3" : "9", flags.quick ? "40" : "200"],
  ],
  { stdio: "inherit", env, cwd: ROOT },
);
if (status !== 0) throw new Error("the measurement failed");
const { adapter, figures }: { adapter: string; figures: Record<string, Figures[]> } = JSON.parse(
  readFileSync(JSON_FILE, "utf8"),
);

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const medianOf = (name: string, figure: keyof Figures) =>
  median((figures[name] ?? []).map((round) => round[figure]));
const [reference = ""] = Object.keys(figures);

function milliseconds(name: string, figure: keyof Figures): string {
  const value = medianOf(name, figure);
  const ratio = value / medianOf(reference, figure);
  return `${value.toPrecision(3)} (${ratio.toFixed(2)}×)`;
}
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const memory = (name: string, held: keyof Figures, used: keyof Figures) =>
  `${mebibytes(medianOf(name, held))} for ${mebibytes(medianOf(name, used))}`;

const COLUMNS: [title: string, cell: (name: string) => string][] = [
  ["create all, ms", (name) => milliseconds(name, "create")],
  ["upload all, ms", (name) => milliseconds(name, "upload")],
  ["replace 1 %: calls, ms", (name) => milliseconds(name, "frameCalls")],
  ["with the queue, ms", (name) => milliseconds(name, "frame")],
  ["record all draws, ms", (name) => milliseconds(name, "record")],
  ["give all back, ms", (name) => milliseconds(name, "close")],
  ["MiB held for used", (name) => memory(name, "bytesHeld", "bytesUsed")],
  ["after the frames", (name) => memory(name, "bytesHeldAfter", "bytesUsedAfter")],
  ["refused", (name) => String(medianOf(name, "refused"))],
];
const rows = Object.keys(figures).map((name) => [
  name === reference ? `**${name}**` : name,
  ...COLUMNS.map(([, cell]) => cell(name)),
]);
const head = ["10,000 meshes", ...COLUMNS.map(([title]) => title)];
const versions = Object.entries({ ...machine, adapter, ...describeVersions() });
const markdown = `Measured on ${date}: ${versions
  .filter(([name]) => !/malloc|assemblyscript/.test(name))
  .map(([name, value]) => `${name} ${value}`)
  .join(", ")}.\n\n${table(head, rows)}`;

console.log(markdown);
if (flags.write) {
  const text = readFileSync(README, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${README} lacks the markers for the GPU results`);
  writeFileSync(README, `${text.slice(0, begin)}${BEGIN}\n\n${markdown}\n\n${text.slice(end)}`);
}
