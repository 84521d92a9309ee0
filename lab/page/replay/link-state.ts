// What a link to a replay says: which trace, and how it is looked at. As parameters of the address and back; what
// cannot be understood is left out.

import { TRACKED_POLICIES, type TrackedPolicy } from "suballoc";
import { type Filter, filterFromText, filterToText } from "./filter.ts";
import type { View } from "./view.ts";

/** Where a trace comes from: with the page, or from the person. A link can name a file but not carry it. */
export type TraceName = { readonly bundled: string } | { readonly file: string };

export interface LinkState {
  readonly trace: TraceName | undefined;
  /** None: as they are. */
  readonly policies: readonly TrackedPolicy[];
  /** One for all; of each policy its smallest if undefined. */
  readonly capacity: number | undefined;
  /** Operations done at the moment looked at. */
  readonly at: number | undefined;
  readonly speed: string;
  /** The blocks shown; all if undefined. */
  readonly only: Filter | undefined;
  /** The part of the pictures shown; all if undefined. */
  readonly view: View | undefined;
}

export function writeLinkState(state: LinkState): URLSearchParams {
  const { trace, policies, capacity, at, speed, only, view } = state;
  const parameters = new URLSearchParams();
  if (trace !== undefined) {
    if ("bundled" in trace) parameters.set("t", trace.bundled);
    else parameters.set("f", trace.file);
  }
  parameters.set("p", policies.join(","));
  if (capacity !== undefined) parameters.set("c", String(capacity));
  if (at !== undefined) parameters.set("at", String(at));
  parameters.set("x", speed);
  if (only !== undefined) parameters.set("o", filterToText(only));
  if (view !== undefined) parameters.set("v", viewToText(view));
  return parameters;
}

export function readLinkState(parameters: URLSearchParams): LinkState {
  const [bundled, file] = [parameters.get("t"), parameters.get("f")];
  const named = parameters.get("p")?.split(",") ?? [];
  return {
    trace: file !== null ? { file } : bundled !== null ? { bundled } : undefined,
    policies: TRACKED_POLICIES.filter((policy) => named.includes(policy)),
    capacity: wholeNumber(parameters.get("c"), 1),
    at: wholeNumber(parameters.get("at"), 0),
    speed: parameters.get("x") ?? "1",
    only: filterFromText(parameters.get("o")),
    view: viewFromText(parameters.get("v")),
  };
}

/** Whole numbers: finer than a pixel is. */
function viewToText({ from, to, low, high }: View): string {
  return [Math.floor(from), Math.ceil(to), Math.floor(low), Math.ceil(high)].join("_");
}

function viewFromText(text: string | null): View | undefined {
  const numbers = text?.split("_").map((part) => wholeNumber(part, 0)) ?? [];
  const [from, to, low, high, ...more] = numbers;
  if (from === undefined || to === undefined || low === undefined || high === undefined)
    return undefined;
  return more.length === 0 && from < to && low < high ? { from, to, low, high } : undefined;
}

function wholeNumber(text: string | null, least: number): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= least ? number : undefined;
}
