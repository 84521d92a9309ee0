// Advice as text for people and as JSON for programs.

import type { Advice } from "../advise/advise.ts";
import { count, percent } from "../draw/format.ts";
import { adviceAsJson } from "../replay/json.ts";
import type { Trace } from "../trace/trace.ts";
import { colors, describeTrace, plainTable } from "./report.ts";

export function printAdvice(file: string, trace: Trace, advice: Advice): void {
  const drawn = plainTable([
    "policy",
    "smallest\ncapacity",
    "over\npeak",
    "ns/op",
    "refused in\nthe advised",
  ]);
  for (const row of advice.policies) {
    drawn.push([
      row.policy,
      `${row.isExact ? "" : "≤ "}${count(row.capacity)}`,
      percent(row.overheadPercent / 100),
      row.nanosecondsPerOperation.toFixed(0),
      count(row.refusals.allocations),
    ]);
  }
  const lines = [
    colors.bold(file),
    ...describeTrace(trace),
    "",
    ...advice.sentences,
    "",
    drawn.toString(),
  ];
  if (advice.granularities.length > 0) {
    const rounded = plainTable(["granularity", `${advice.policy}\ncapacity`, "ns/op"]);
    for (const row of advice.granularities) {
      rounded.push([
        String(row.granularity),
        `${row.isExact ? "" : "≤ "}${count(row.capacity)}`,
        row.nanosecondsPerOperation.toFixed(0),
      ]);
    }
    lines.push("", rounded.toString());
  }
  console.log(lines.join("\n"));
}

export function printAdviceAsJson(file: string, trace: Trace, advice: Advice): void {
  console.log(JSON.stringify(adviceAsJson(file, trace, advice), null, 2));
}
