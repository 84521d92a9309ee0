// The results of a run, as they are kept in build/bench/results.json.

import type { ColdStart } from "./cold-start.ts";
import type { Packing } from "./packing.ts";
import type { PlannedRace } from "./plan.ts";
import type { Result } from "./race.ts";

export interface RaceRecord extends PlannedRace {
  /** By the entrant's name. */
  readonly results: Record<string, Result>;
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

/** Races of a group whose columns are numbers of live blocks. */
export function racesByLive(
  { races }: Results,
  group: string,
): { live: number; race: RaceRecord }[] {
  return races.flatMap((race) =>
    race.group === group && race.live !== undefined ? [{ live: race.live, race }] : [],
  );
}
