// An engine: which core serves which policies, and up to what capacity. The tables are engines.ts and narrow-engines.ts.

import { unknownPolicy } from "./check.js";
import type { Core } from "./core/core.js";
import { AllocatorRangeError } from "./errors.js";
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
  /** What to do about policies and capacities that no row serves. */
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
    throw new AllocatorRangeError(
      "ERR_CAPACITY_OUT_OF_RANGE",
      `capacity must be at most ${last.most * granularity} here: ${otherwise}, or set the option granularity, ` +
        `and it may be ${last.most} times that`,
      "capacity",
      units * granularity,
    );
  const names = [...new Set(rows.flatMap(({ policies }) => policies))];
  const elsewhere = TRACKED_POLICIES.includes(policy) ? `; for that, ${otherwise}` : "";
  throw unknownPolicy(names, policy, elsewhere);
}
