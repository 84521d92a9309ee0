// Results as text for people and as JSON for programs.

import Table from "cli-table3";
import pc from "picocolors";
import { count, percent } from "../draw/format.ts";
import { drawMap, mapLegend } from "../draw/map.ts";
import { inOneLine } from "../holders/groups.ts";
import type { Holders } from "../holders/holders.ts";
import { type DefragmentingReplay, MOST_SHARE } from "../replay/defragmenting.ts";
import { resultsAsJson } from "../replay/json.ts";
import type { Measurement } from "../replay/measure.ts";
import { leftOut } from "../trace/left-out.ts";
import { kindOf, originOf, type Trace } from "../trace/trace.ts";

const mapRows = 3;

/** What was asked for besides the results. */
export interface Extras {
  readonly defragmented?: readonly (readonly DefragmentingReplay[])[] | undefined;
  readonly holders?: readonly Holders[];
}

/** Only on a terminal: picocolors takes some pipes for one, those of CI services. */
export const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

export function printText(
  file: string,
  trace: Trace,
  results: readonly Measurement[],
  { defragmented, holders = [] }: Extras,
): void {
  const width = Math.min(process.stdout.columns ?? 80, 160);
  const lines = [colors.bold(file), ...describeTrace(trace), "", table(trace, results), ""];
  if (results.some(({ smallest }) => !smallest.exact)) {
    lines.push(...describeBounds(results), "");
  }
  if (defragmented) lines.push(...describeDefragmented(trace, results, defragmented), "");
  lines.push(colors.dim(`The block at its peak of live bytes, low addresses first: ${mapLegend}`));
  for (const { policy, replay } of results) {
    const { failure, peak, capacity } = replay;
    lines.push(
      "",
      failure === undefined
        ? colors.bold(policy)
        : `${colors.bold(policy)}  ${count(failure.size)} bytes (${originOf(trace, replay.operations)}) do not fit: ${count(peak.freeMemory)} free, ${count(peak.largestFreeBlock)} in one piece`,
      ...drawMap(capacity, peak.freeBlocks, { width, rows: mapRows }),
    );
  }
  for (const one of holders) lines.push("", ...describeHolders(trace, one));
  console.log(lines.join("\n"));
}

export function describeTrace(trace: Trace): string[] {
  const { operations, peakLiveBytes, sizes, report } = trace;
  const lines = [
    `${kindOf(trace)}: ${count(operations.length)} operations, ${count(sizes.length)} blocks, ${count(peakLiveBytes)} bytes live at the peak`,
  ];
  for (const [number, what] of leftOut(report)) {
    lines.push(`  not replayed: ${count(number)} ${what}`);
  }
  if (report.unreadable > 0) {
    lines.push(
      `  ${colors.bold(`${count(report.unreadable)} of ${count(report.lines)} lines could not be read:`)}`,
    );
    for (const { line, text } of report.unreadableLines)
      lines.push(`    line ${line}: ${printable(text)}`);
    const more = report.unreadable - report.unreadableLines.length;
    if (more > 0) lines.push(`    and ${count(more)} more`);
  }
  return lines;
}

/** Bytes of a damaged file must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "�");
}

/** Columns without lines, the first to the left, the others to the right. */
export function plainTable(head: string[]): Table.Table {
  return new Table({
    head,
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      right: "",
      "right-mid": "",
      mid: "",
      "mid-mid": "",
      middle: "  ",
    },
  });
}

function table(trace: Trace, results: readonly Measurement[]): string {
  const drawn = plainTable([
    "policy",
    "ops",
    "peak\nlive",
    "smallest\ncapacity",
    "over\npeak",
    "ext.\nfrag.",
    "free\nblocks",
    "ns/op",
  ]);
  for (const { policy, replay, smallest, nanosecondsPerOperation } of results) {
    const fits = replay.failure === undefined;
    drawn.push([
      policy,
      count(replay.operations),
      count(trace.peakLiveBytes),
      `${smallest.exact ? "" : "≤ "}${count(smallest.capacity)}`,
      percent(smallest.capacity / trace.peakLiveBytes - 1),
      fits ? percent(replay.peak.externalFragmentation) : "-",
      fits ? count(replay.peak.freeBlocks.length) : "-",
      nanosecondsPerOperation === undefined ? "-" : nanosecondsPerOperation.toFixed(0),
    ]);
  }
  return drawn.toString();
}

function describeBounds(results: readonly Measurement[]): string[] {
  return results
    .filter(({ smallest }) => !smallest.exact)
    .map(
      ({ policy, smallest: { capacity, noneBelow } }) =>
        `≤ ${policy}: fits in ${count(capacity)}, not in one byte less, and in nothing below ${count(noneBelow)}; between those some may fit`,
    );
}

function describeDefragmented(
  trace: Trace,
  results: readonly Measurement[],
  defragmented: readonly (readonly DefragmentingReplay[])[],
): string[] {
  const allocated = trace.sizes.reduce((sum, size) => sum + size, 0);
  const drawn = plainTable([
    "policy",
    "capacity",
    "over\npeak",
    "saved",
    "times",
    "moves",
    "bytes\nmoved",
    "of all\nallocated",
    "most at\nonce",
  ]);
  const without: string[] = [];
  let rows = 0;
  results.forEach(({ policy, smallest }, i) => {
    const fitting = defragmented[i] ?? [];
    const saving = fitting.filter(
      ({ capacity }) => capacity === trace.peakLiveBytes || capacity < smallest.capacity,
    );
    rows += saving.length;
    if (fitting.length === 0)
      without.push(
        `${policy}: even so it does not fit in ${percent(MOST_SHARE)} more than the peak: what alignments or powers of two leave cannot be moved away`,
      );
    else if (saving.length === 0) without.push(`${policy}: saves nothing`);
    for (const { capacity, defragmentations, moves, movedBytes, mostAtOnce } of saving)
      drawn.push([
        policy,
        count(capacity),
        percent(capacity / trace.peakLiveBytes - 1),
        percent(1 - capacity / smallest.capacity),
        count(defragmentations),
        count(moves),
        count(movedBytes),
        percent(movedBytes / allocated),
        count(mostAtOnce),
      ]);
  });
  return [
    colors.dim(
      "Defragmented where an allocation does not fit; saved against the smallest capacity:",
    ),
    ...(rows > 0 ? [drawn.toString()] : []),
    ...without,
  ];
}

const rowsShown = 10;
const longestName = 60;

function describeHolders(trace: Trace, { grouping, atPeak, holes }: Holders): string[] {
  const by = grouping === "label" ? "label" : "call site";
  const held = plainTable([by, "bytes", "share", "blocks"]);
  for (const { name, bytes, blocks } of atPeak.slice(0, rowsShown)) {
    held.push([shortened(name), count(bytes), percent(bytes / trace.peakLiveBytes), count(blocks)]);
  }
  const lines = [colors.bold(`Who holds the bytes at the peak, by ${by}`), held.toString()];
  if (atPeak.length > rowsShown) lines.push(`and ${count(atPeak.length - rowsShown)} more`);
  for (const { policy, bytes, neverUsed, makers } of holes) {
    const title =
      bytes === 0 ? "no holes" : `who makes its ${count(bytes)} bytes of holes, by ${by}`;
    lines.push("", colors.bold(`${policy}: ${title}`));
    if (bytes === 0) continue;
    const made = plainTable([by, "left by", "kept open by"]);
    for (const { name, left, pinned } of makers.slice(0, rowsShown)) {
      made.push([shortened(name), count(left), count(pinned)]);
    }
    lines.push(made.toString());
    if (makers.length > rowsShown) lines.push(`and ${count(makers.length - rowsShown)} more`);
    if (neverUsed > 0) lines.push(`never used: ${count(neverUsed)}`);
  }
  return lines;
}

function shortened(name: string): string {
  const line = printable(inOneLine(name));
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
}

export function printJson(
  file: string,
  trace: Trace,
  results: readonly Measurement[],
  { defragmented, holders = [] }: Extras,
): void {
  const json = resultsAsJson(file, trace, results);
  const policies = json.policies.map((policy, i) => ({
    ...policy,
    ...(defragmented && { defragmented: defragmented[i] }),
  }));
  const held = holders.length > 0 && {
    holders: Object.fromEntries(holders.map(({ grouping, ...rest }) => [grouping, rest])),
  };
  console.log(JSON.stringify({ ...json, policies, ...held }, null, 2));
}
