// Blocks in groups: by label, by call site, or by size.

import { sizeClasses, sizeClassOf } from "../draw/size-classes.ts";
import type { Names, Trace } from "../trace/trace.ts";

export const GROUPINGS = ["label", "site", "size"] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Groups {
  readonly grouping: Grouping;
  /** What people call each group. A call site has a line for each frame. */
  readonly names: readonly string[];
  /** The group of each block, by id. */
  readonly of: ArrayLike<number>;
}

export function groupsOf(trace: Trace, grouping: Grouping): Groups {
  if (grouping === "size") {
    return {
      grouping,
      names: sizeClasses.map(({ label }) => label),
      of: Uint8Array.from(trace.sizes, sizeClassOf),
    };
  }
  const { names, of }: Names = grouping === "label" ? trace.labels : trace.sites;
  const none = grouping === "label" ? "no label" : "no call site";
  return { grouping, names: names.map((name) => name || none), of };
}

/** A name in one line: frames one after the other, innermost first. */
export function inOneLine(name: string): string {
  return name.replaceAll("\n", " ← ");
}

/** Whether grouping tells any blocks apart. */
export function isTelling(trace: Trace, grouping: Grouping): boolean {
  return grouping === "size" || groupsOf(trace, grouping).names.length > 1;
}
