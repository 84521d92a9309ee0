// The table of smallest capacities, with the same figures as the command's.

import { count, percent } from "../../src/draw/format.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { element } from "../dom.ts";
import { policyNames } from "../names.ts";
import { lineSample } from "./line-style.ts";
import type { PolicyResult } from "./work.ts";
import type { Replayed } from "./worker.ts";

export function showResults(
  body: HTMLElement,
  trace: Trace | undefined,
  results: readonly PolicyResult<Replayed>[],
): void {
  body.replaceChildren(...results.map((result) => rowOf(trace, result)));
}

function rowOf(trace: Trace | undefined, result: PolicyResult<Replayed>): HTMLElement {
  const { policy, smallest, replayed, nanosecondsPerOperation } = result;
  const peak = replayed?.replay.failure === undefined ? replayed?.replay.peak : undefined;
  const cells = [
    smallest === undefined ? "…" : `${smallest.exact ? "" : "≤ "}${count(smallest.capacity)}`,
    smallest === undefined || trace === undefined
      ? "…"
      : percent(smallest.capacity / trace.peakLiveBytes - 1),
    peak === undefined ? "–" : percent(peak.externalFragmentation),
    peak === undefined ? "–" : count(peak.freeBlocks.length),
    nanosecondsPerOperation === undefined ? "…" : nanosecondsPerOperation.toFixed(0),
    searchOf(result),
  ];
  const row = element(
    "tr",
    {},
    element("th", { scope: "row" }, lineSample(policy), policyNames[policy]),
    ...cells.map((text) => element("td", {}, text)),
  );
  row.dataset.policy = policy;
  row.dataset.searched = String(result.search === "done");
  return row;
}

function searchOf({ search, smallest }: PolicyResult<Replayed>): string {
  if (search === "waiting") return "waiting";
  if (search === "stopped") return "stopped";
  if (search !== "done") return `${Math.floor(search * 100)} %`;
  return smallest!.exact ? "exact" : `none below ${count(smallest!.noneBelow)}`;
}
