// An engine: which core serves which policies, and up to what capacity. The tables are engines.ts and narrow-engines.ts.

import { rejectCapacity, rejectPolicy } from "./check.js";
import type { Core } from "./core/core.js";
import { TRACKED_POLICIES, type TrackedPolicy } from "./policy.js";

export interface Engine {
  readonly core: Core;
  readonly policies: readonly TrackedPolicy[];
  /** Largest capacity, in units of the granularity. */
  readonly most: number;
}

/** The engines that a class can use. Of several that serve a policy and a capacity, the first is taken. */
export interface Engines {
  readonly rows: readonly Engine[];
  /** Where to find other policies and capacities, in parentheses; empty if there are none. */
  readonly otherwise: string;
}

/**
 * The engine for a policy and a capacity of so many units.
 *
 * @throws {AllocatorRangeError} `ERR_UNKNOWN_POLICY`, `ERR_CAPACITY_OUT_OF_RANGE` when no core can hold so many units
 */
export function engineFor(
  { rows, otherwise }: Engines,
  policy: TrackedPolicy,
  units: number,
  granularity: number,
): Engine {
  const serving = rows.filter(({ policies }) => policies.includes(policy));
  const engine = serving.find(({ most }) => units <= most);
  if (engine) return engine;
  const last = serving.at(-1);
  if (last)
    rejectCapacity(
      `at most ${last.most} times the option granularity${otherwise}`,
      units * granularity,
    );
  const names = rows.flatMap(({ policies }) => policies);
  const hint = TRACKED_POLICIES.includes(policy) ? otherwise : "";
  return rejectPolicy([...new Set(names)], policy, hint);
}
