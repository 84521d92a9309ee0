// Showing only some blocks: those of one label, one call site or one class of size. The others stay as shadows.

import { GROUPINGS, type Grouping, type Groups, groupsOf } from "../../src/holders/groups.ts";
import type { Trace } from "../../src/trace/trace.ts";

export interface Filter {
  readonly grouping: Grouping;
  /** Index of the group. */
  readonly group: number;
}

/** What a filter leaves in. */
export function includedBy(filter: Filter | undefined, trace: Trace): (id: number) => boolean {
  if (filter === undefined) return () => true;
  const { of } = groupsOf(trace, filter.grouping);
  return (id) => of[id] === filter.group;
}

export function isSame(a: Filter | undefined, b: Filter | undefined): boolean {
  return a?.grouping === b?.grouping && a?.group === b?.group;
}

/** `label.3`, for links and the values of a list. */
export function filterToText({ grouping, group }: Filter): string {
  return `${grouping}.${group}`;
}

export function filterFromText(text: string | null): Filter | undefined {
  const [, grouping, group] = /^([a-z]+)\.(\d{1,9})$/.exec(text ?? "") ?? [];
  const known = GROUPINGS.find((name) => name === grouping);
  return known === undefined ? undefined : { grouping: known, group: Number(group) };
}

/** Undefined if the trace has no such group. */
export function filterIn(trace: Trace, filter: Filter | undefined): Filter | undefined {
  if (filter === undefined) return undefined;
  const groups: Groups = groupsOf(trace, filter.grouping);
  return filter.group < groups.names.length ? filter : undefined;
}
