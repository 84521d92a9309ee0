// One part of the heap's bench, as a Markdown table on standard output.

import { CLASS, calls, latency, THING } from "./calls.ts";
import { bulk, churn } from "./churn.ts";
import { CHECKED, create, DLMALLOC, FLOOR, NAMES, OURS, TLSF } from "./contenders.ts";
import { Driver } from "./driver.ts";
import { extentOf, extentOfTrace, SCENARIOS } from "./extent.ts";
import { race, type Timing } from "./measure.ts";
import { readTrace, TRACES } from "./traces.ts";

const [part = "", ...flags] = process.argv.slice(2);
const isQuick = flags.includes("--quick");
/** Reported; tuning was done with others. */
const SEED = 20_261_126;
const SEEDS = [SEED, SEED + 1, SEED + 2];

function print(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  console.log(
    [`## ${title}`, "", line(heads), line(heads.map(() => "---")), ...rows.map(line), ""].join(
      "\n",
    ),
  );
}

const fixed = (value: number, digits = 1) => value.toFixed(digits);
const medianOf = (timings: readonly Timing[], name: string) =>
  timings.find((timing) => timing.name === name)?.median ?? Number.NaN;

/** Medians, and how many times the floor's they are. */
function printTimings(title: string, columns: Record<string, Timing[]>): void {
  const timings = Object.values(columns);
  const rows = (timings[0] as Timing[]).map(({ name }) => [
    name,
    ...timings.map((column) => {
      const median = medianOf(column, name);
      return `${fixed(median)} (${fixed(median / medianOf(column, FLOOR), 2)} ×)`;
    }),
  ]);
  print(title, ["ns by median (× the floor)", ...Object.keys(columns)], rows);
}

const parts: Record<string, () => void> = {
  churn() {
    const columns: Record<string, Timing[]> = {};
    for (const [label, live, pairs, rounds] of [
      ["10²", 100, 8000, 301],
      ["10⁴", 10_000, 8000, 301],
      ["10⁶", 1_000_000, 20_000, 61],
    ] as const)
      columns[label] = churn(NAMES, live, pairs, isQuick ? 21 : rounds, SEED);
    printTimings(
      "Churn inside wasm: a block of 16–512 B freed and another allocated, of N live",
      columns,
    );
    const ratio = (a: string, b: string) =>
      Object.values(columns).map((column) => fixed(medianOf(column, a) / medianOf(column, b), 2));
    console.log(`${TLSF} ÷ ${OURS}: ${ratio(TLSF, OURS).join(" / ")}.`);
    console.log(`${CHECKED} ÷ ${OURS}: ${ratio(CHECKED, OURS).join(" / ")}.\n`);
  },
  bulk() {
    const timings = bulk(NAMES, 20_000, isQuick ? 9 : 61, SEED);
    printTimings("20,000 blocks allocated, then all freed, inside wasm", {
      "for each block": timings,
    });
  },
  calls() {
    const timings = calls(NAMES, 10_000, 8000, isQuick ? 9 : 101, SEED);
    printTimings("The churn called from JavaScript", { "10⁴": timings });
    const times = (name: string, by: string) =>
      fixed(medianOf(timings, name) / medianOf(timings, by), 1);
    console.log(`${TLSF} ÷ ${OURS}: ${times(TLSF, OURS)}; ÷ ${CLASS}: ${times(TLSF, CLASS)}.`);
    console.log(`${THING} ÷ ${OURS}: ${times(THING, OURS)}; ÷ ${CLASS}: ${times(THING, CLASS)}.\n`);
  },
  latency() {
    const results = latency(NAMES, 10_000, isQuick ? 100_000 : 1_000_000, isQuick ? 3 : 7, SEED);
    print(
      "Single calls from JavaScript that do not grow the memory (ns, the clock included; the least of 7 runs for each call)",
      ["", "median", "99 %", "99.99 %", "99.99 % of one run"],
      results.map(({ name, ...its }) => [
        name,
        ...[its.median, its.p99, its.p9999, its.firstP9999].map((ns) => fixed(ns, 0)),
      ]),
    );
  },
  extent() {
    const names = NAMES.filter((name) => name !== FLOOR);
    const rows = Object.keys(SCENARIOS).map((scenario) => [
      scenario,
      ...names.map((name) =>
        SEEDS.slice(0, isQuick ? 1 : 3)
          .map((seed) => fixed(extentOf(create(name), scenario, seed), 3))
          .join(", "),
      ),
    ]);
    print(
      "Extent, everything aligned to 16: one figure for each of three seeds",
      ["", ...names],
      rows,
    );
  },
  traces() {
    const names = NAMES.filter((name) => name !== FLOOR);
    const traces = TRACES.map((name) => ({ name, trace: readTrace(name) }));
    print(
      "Extent of recorded programs",
      ["", ...names],
      traces.map(({ name, trace }) => [
        name,
        ...names.map((peer) => fixed(extentOfTrace(create(peer), trace), 3)),
      ]),
    );
    const columns: Record<string, Timing[]> = {};
    for (const { name, trace } of traces)
      columns[name] = race(
        [OURS, CHECKED, TLSF, DLMALLOC, FLOOR]
          .filter((peer) => NAMES.includes(peer))
          .map((peer) => ({
            name: peer,
            slice: () =>
              new Driver(create(peer), trace.slots, 1).replay(trace.operations) /
              (trace.operations.length / 2),
          })),
        isQuick ? 3 : 15,
      );
    printTimings("ns for a call of recorded programs, from a new heap on", columns);
  },
};
parts[part]?.();
