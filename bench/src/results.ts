// The results of a run, as they are kept in build/bench/results.json.

import type { ContenderName } from "../contenders/index.ts";
import type { ColdStart } from "./cold-start.ts";
import type { Packing } from "./packing.ts";
import { CHURN, type PlannedRace } from "./plan.ts";
import type { Result } from "./race.ts";

export interface RaceRecord extends PlannedRace {
  readonly results: Record<ContenderName, Result>;
}

export interface Results {
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Record<string, string>;
  readonly versions: Record<string, string>;
  readonly races: readonly RaceRecord[];
  readonly packing: readonly Packing[];
  readonly coldStart: readonly ColdStart[];
}

export function churnRaces({ races }: Results): { live: number; race: RaceRecord }[] {
  return races.flatMap((race) =>
    race.group === CHURN && race.spec.kind === "churn" ? [{ live: race.spec.live, race }] : [],
  );
}
