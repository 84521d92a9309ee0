// Holders and hole makers of a trace under each policy, as plain data for text and JSON.

import type { TrackedPolicy } from "suballoc";
import type { Measurement } from "../replay/measure.ts";
import type { Trace } from "../trace/trace.ts";
import { type Grouping, groupsOf } from "./groups.ts";
import { holdingsAt } from "./held.ts";
import { holesAtPeak } from "./holes.ts";

export interface Holders {
  readonly grouping: Grouping;
  /** At the trace's peak of live bytes, which is the same for every policy. */
  readonly atPeak: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly blocks: number;
  }[];
  readonly holes: readonly {
    readonly policy: TrackedPolicy;
    readonly bytes: number;
    readonly neverUsed: number;
    readonly makers: readonly {
      readonly name: string;
      readonly left: number;
      readonly pinned: number;
    }[];
  }[];
}

export function holdersOf(
  trace: Trace,
  results: readonly Pick<Measurement, "policy" | "replay">[],
  grouping: Grouping,
): Holders {
  const groups = groupsOf(trace, grouping);
  const named = <Row extends { readonly group: number }>({ group, ...row }: Row) => ({
    name: groups.names[group]!,
    ...row,
  });
  return {
    grouping,
    atPeak: holdingsAt(trace, groups, trace.peakOperation + 1).map(named),
    holes: results.map(({ policy, replay }) => {
      const { makers, ...sums } = holesAtPeak(trace, replay, groups);
      return { policy, ...sums, makers: makers.map(named) };
    }),
  };
}
