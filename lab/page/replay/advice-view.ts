// Which policy to take: the command's advice, its sentences and its figures.

import type { Advice } from "../../src/advise/advise.ts";
import { count, percent } from "../../src/draw/format.ts";
import { byId, element } from "../dom.ts";
import { policyNames } from "../names.ts";
import { isAdviceFinal, type Outcome, type Work } from "./work.ts";

export class AdviceView {
  readonly #root = byId("advice", HTMLElement);
  readonly #state = byId("advice-state", HTMLElement);
  readonly #figures = byId("advice-figures", HTMLElement);
  readonly #details = this.#figures.closest("details")!;
  #shown: Advice | undefined;

  show<R extends Outcome>(work: Work<R>): void {
    const { advice } = work.advice ?? {};
    const isFinal = isAdviceFinal(work);
    this.#state.textContent = stateOf(work, isFinal);
    const isComing = advice === undefined && !work.isStopped && work.capacity === undefined;
    this.#root.hidden = advice === undefined && work.capacity !== undefined;
    this.#details.hidden = this.#root.hidden;
    this.#details.style.visibility = advice === undefined ? "hidden" : ""; // its place is kept
    this.#root.setAttribute("aria-busy", `${isComing && !work.hasFailed}`);
    if (advice === this.#shown) return;
    this.#shown = advice;
    const [first = "", ...more] = advice?.sentences ?? [];
    this.#root.replaceChildren(
      element("p", { className: "first" }, first),
      ...more.map((sentence) => element("p", {}, sentence)),
    );
    this.#figures.replaceChildren(...(advice === undefined ? [] : tablesOf(advice)));
  }
}

function stateOf<R extends Outcome>(work: Work<R>, isFinal: boolean): string {
  if (work.capacity !== undefined) return "needs “smallest of each policy” for the capacity, above";
  if (isFinal) return "";
  if (work.hasFailed) return "";
  const known = work.advice === undefined ? "" : "so far; ";
  if (work.isStopped) return `${known}stopped`;
  return work.advice === undefined ? "being worked out …" : "so far; the search goes on …";
}

function tablesOf({ policy, policies, granularities }: Advice): HTMLElement[] {
  const byPolicy = table(
    ["policy", "smallest capacity", "over peak", "ns/op", "refused in the advised"],
    policies.map((row) => [
      policyNames[row.policy],
      `${row.isExact ? "" : "≤ "}${count(row.capacity)}`,
      percent(row.overheadPercent / 100),
      row.nanosecondsPerOperation.toFixed(0),
      count(row.refusals.allocations),
    ]),
  );
  if (granularities.length === 0) return [byPolicy];
  const byGranularity = table(
    ["granularity", `capacity with ${policyNames[policy].toLowerCase()}`, "ns/op"],
    granularities.map((row) => [
      count(row.granularity),
      `${row.isExact ? "" : "≤ "}${count(row.capacity)}`,
      row.nanosecondsPerOperation.toFixed(0),
    ]),
  );
  return [byPolicy, byGranularity];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text))),
    ),
    element(
      "tbody",
      {},
      ...rows.map(([name = "", ...figures]) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, name),
          ...figures.map((text) => element("td", {}, text)),
        ),
      ),
    ),
  );
}
