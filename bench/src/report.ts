// A run's results as markdown.

import { FLOOR, REFERENCE } from "../contenders/names.ts";
import { DISTRIBUTIONS, type Distribution, LOADS } from "./packing.ts";
import { CHURN, COMPARED, KINDS, RELEASES } from "./plan.ts";
import { type Result, ratio } from "./race.ts";
import { isMet, targets } from "./reach.ts";
import { type RaceRecord, type Results, racesByLive } from "./results.ts";

const SKIPPED = "–";

/** Text to the left in the first column, figures to the right in the others, padded so that it reads as it is. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const padded = (row: string[]) =>
    line(
      widths.map((width, i) => (i === 0 ? row[i]?.padEnd(width) : row[i]?.padStart(width)) ?? ""),
    );
  const rule = widths.map((width, i) =>
    i === 0 ? `:${"-".repeat(width - 1)}` : `${"-".repeat(width - 1)}:`,
  );
  return [padded(head), line(rule), ...rows.map(padded)].join("\n");
}

function number(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en", {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  });
}

function label(name: string): string {
  if (name === REFERENCE) return `**${name}**`;
  return name === FLOOR ? `_${name} (the floor)_` : name;
}

function timing(result: Result | undefined, reference: Result | undefined): string {
  if (!result?.ns) return SKIPPED;
  const times = ratio(result, reference);
  return times === undefined ? number(result.ns) : `${number(result.ns)} (${number(times)}×)`;
}

/** One row for each entrant, one column for each race; ratios are to the first row. */
function raceTable(races: readonly RaceRecord[]): string {
  const names = [...new Set(races.flatMap(({ results }) => Object.keys(results)))];
  const rows = names.map((name) => [
    label(name),
    ...races.map(({ results }) => timing(results[name], results[names[0] as string])),
  ]);
  return table(["ns per pair", ...races.map(({ title }) => title)], rows);
}

function taskTable({ title, unit, results }: RaceRecord): string {
  const entries = Object.entries(results);
  const hasBytes = entries.some(([, { snapshotBytes }]) => snapshotBytes !== undefined);
  return table(
    [title, `${unit}s`, "ms in all", `ns per ${unit}`, ...(hasBytes ? [`bytes per ${unit}`] : [])],
    entries.map(([name, { ns = Number.NaN, units = Number.NaN, snapshotBytes }]) => [
      name,
      units.toLocaleString("en"),
      number((ns * units) / 1e6),
      number(ns),
      ...(snapshotBytes === undefined ? [] : [number(snapshotBytes / units)]),
    ]),
  );
}

/** One row for each policy; the ratio is to the release before. */
function releaseTable(races: readonly RaceRecord[]): string {
  return table(
    ["ns per pair", ...races.map(({ title }) => title)],
    COMPARED.map(({ name, now, before }) => [
      name,
      ...races.map(({ results }) => timing(results[now], results[before])),
    ]),
  );
}

/** One section for each group of races. */
function raceTables(races: readonly RaceRecord[]): string {
  return [...new Set(races.map(({ group }) => group))]
    .map((group) => {
      const members = races.filter((race) => race.group === group);
      const timed = members.filter(({ unit }) => unit === undefined);
      const tables = [
        ...(timed.length > 0 ? [group === RELEASES ? releaseTable(timed) : raceTable(timed)] : []),
        ...members.filter(({ unit }) => unit !== undefined).map(taskTable),
      ];
      return `### ${group}\n\n${tables.join("\n\n")}`;
    })
    .join("\n\n");
}

function refusals(races: readonly RaceRecord[]): string {
  const lines = races.flatMap(({ group, title, results }) => {
    const refused = Object.entries(results).filter(([, { failures }]) => failures > 0);
    if (refused.length === 0) return [];
    const counts = refused.map(
      ([name, { failures }]) => `${name} ${failures.toLocaleString("en")}`,
    );
    return [`- ${group}, ${title}: ${counts.join(", ")}`];
  });
  if (lines.length === 0) return "Every allocation fitted.";
  return `Allocations that did not fit while a workload was prepared:\n\n${lines.join("\n")}`;
}

function reachTable(results: Results): string {
  return table(
    ["target", "limit", "measured", "met"],
    targets(results).map((target) => {
      const { what, limit, measured } = target;
      const met = isMet(target);
      return [
        what,
        "atMost" in limit ? `≤ ${limit.atMost}` : `≥ ${limit.atLeast}`,
        measured === undefined
          ? SKIPPED
          : measured.toLocaleString("en", { maximumFractionDigits: measured < 1 ? 3 : 2 }),
        met === undefined ? "not measured" : met ? "yes" : "**no**",
      ];
    }),
  );
}

function metadataTable(results: Results, group: string): string {
  const columns = racesByLive(results, group);
  const names = Object.keys(columns[0]?.race.results ?? {}).filter((name) =>
    columns.some(({ race }) => race.results[name]?.metadataBytes !== undefined),
  );
  return table(
    ["metadata bytes per live block", ...columns.map(({ live }) => live.toLocaleString("en"))],
    names.map((name) => [
      label(name),
      ...columns.map(({ live, race }) => {
        const bytes = race.results[name]?.metadataBytes;
        return bytes === undefined ? SKIPPED : number(bytes / live);
      }),
    ]),
  );
}

function packingTable({ packing }: Results): string {
  const distributions = Object.keys(DISTRIBUTIONS) as Distribution[];
  return table(
    [
      "packing",
      ...distributions.map((name) => `use at failure, ${name}`),
      ...LOADS.map((load) => `refused at ${load * 100} %`),
    ],
    packing.map(({ contender, use, failureRate }) => [
      label(contender),
      ...distributions.map((name) => use[name].toFixed(3)),
      ...failureRate.map((rate) => `${(rate * 100).toFixed(2)} %`),
    ]),
  );
}

function coldStartTable({ coldStart }: Results): string {
  return table(
    ["cold start", "import, ms", "first allocation, ms", "together, ms", "least, ms"],
    coldStart.map(({ contender, importMs, firstMs, leastMs }) => [
      contender,
      ...[importMs, firstMs, importMs + firstMs, leastMs].map((ms) => ms.toFixed(2)),
    ]),
  );
}

function list(facts: Record<string, string>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

/** A run as markdown: targets, races, refusals, memory, packing, cold start. */
export function report(results: Results): string {
  const { machine, versions, date, quick } = results;
  return [
    `Measured on ${date.slice(0, 10)}${quick ? " (a quick run)" : ""}: ${list(machine)}; ${list(versions)}.`,
    `### Targets\n\n${reachTable(results)}`,
    raceTables(results.races),
    refusals(results.races),
    `### Memory\n\n${metadataTable(results, CHURN)}\n\n${metadataTable(results, KINDS)}`,
    `### Packing\n\n${packingTable(results)}`,
    `### Cold start\n\n${coldStartTable(results)}`,
  ].join("\n\n");
}
