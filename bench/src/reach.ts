// The figures that suballoc means to reach, each computed from a run and compared with its limit.

import { PLAYCANVAS, REFERENCE, SEGREGATED, THING, TLSF, TRACKED } from "../contenders/names.ts";
import { BEFORE, NOW } from "./cold-start.ts";
import {
  CHURN,
  COMPARED,
  GRANULAR,
  GROWTH,
  KINDS,
  liveName,
  RELEASES,
  SEGREGATED_GROWTH,
  TRACES,
} from "./plan.ts";
import { ratio } from "./race.ts";
import { type Results, racesByLive } from "./results.ts";

export interface Target {
  readonly what: string;
  readonly limit: { readonly atMost: number } | { readonly atLeast: number };
  /** Undefined when the run did not measure it. */
  readonly measured: number | undefined;
}

export function isMet({ limit, measured }: Target): boolean | undefined {
  if (measured === undefined) return undefined;
  return "atMost" in limit ? measured <= limit.atMost : measured >= limit.atLeast;
}

function greatest(values: readonly number[]): number | undefined {
  return values.length > 0 ? Math.max(...values) : undefined;
}

/** The worst ratio of this release to the one before, over the numbers of live blocks given, or all. */
function against(results: Results, name: string, lives?: readonly number[]): number | undefined {
  const compared = COMPARED.find((one) => one.name === name);
  if (!compared) throw new Error(`${name} is not compared with the release before`);
  const ratios = racesByLive(results, RELEASES)
    .filter(({ live }) => lives?.includes(live) ?? true)
    .flatMap(({ race }) => ratio(race.results[compared.now], race.results[compared.before]) ?? []);
  return greatest(ratios);
}

export function targets(results: Results): Target[] {
  const churn = new Map(racesByLive(results, CHURN).map(({ live, race }) => [live, race.results]));
  const at = (live: number, name: string) => churn.get(live)?.[name];
  const slower = (live: number, a: string, b: string) => ratio(at(live, a), at(live, b));

  const growthRace = results.races.find(({ group }) => group === GROWTH)?.results;
  const growth = (live: number) => ratio(growthRace?.[liveName(live)], growthRace?.[liveName(1e2)]);
  const wrapper = [...churn.keys()].flatMap(
    (live) => slower(live, REFERENCE, "raw:first-fit") ?? [],
  );
  const bestFit = results.packing.find(({ contender }) => contender === "suballoc:best-fit")?.use;
  const kinds = new Map(racesByLive(results, KINDS).map(({ live, race }) => [live, race.results]));
  const bytesPerBlock = (bytes: number | undefined) => (bytes === undefined ? bytes : bytes / 1e6);
  const starts = new Map(
    results.coldStart.map(({ contender, importMs, firstMs }) => [contender, importMs + firstMs]),
  );
  const [startNow, startBefore] = [starts.get(NOW), starts.get(BEFORE)];

  const segregated = results.packing.find(({ contender }) => contender === SEGREGATED)?.use;
  const growthOfSegregated = results.races.find(
    ({ group }) => group === SEGREGATED_GROWTH,
  )?.results;
  const traces = results.races.filter(({ group }) => group === TRACES);
  const fasterThanPlaycanvas = [...churn.values(), ...traces.map(({ results }) => results)].flatMap(
    (race) => ratio(race[SEGREGATED], race[PLAYCANVAS]) ?? [],
  );

  return [
    ...(
      [
        [1e4, "10⁴", 0.6],
        [1e5, "10⁵", 0.7],
      ] as const
    ).map(([live, power, times]) => ({
      what: `segregated fit against tracked first fit, churn at ${power}`,
      limit: { atMost: times },
      measured: slower(live, SEGREGATED, TRACKED),
    })),
    {
      what: "churn of segregated fit, 10⁵ live against 10²",
      limit: { atMost: 2.2 },
      measured: ratio(growthOfSegregated?.[liveName(1e5)], growthOfSegregated?.[liveName(1e2)]),
    },
    {
      what: "segregated fit against PlayCanvas, churn and recorded programs, the worst",
      limit: { atMost: 1 },
      measured: greatest(fasterThanPlaycanvas),
    },
    {
      what: "metadata bytes per live block, segregated fit, 10⁶ live",
      limit: { atMost: 40 },
      measured: bytesPerBlock(at(1e6, SEGREGATED)?.metadataBytes),
    },
    ...(
      [
        ["uniform 1..1024", 0.945],
        ["log-uniform 1..4096", 0.875],
        ["six sizes", 0.935],
      ] as const
    ).map(([distribution, least]) => ({
      what: `packing of segregated fit, ${distribution}`,
      limit: { atLeast: least },
      measured: segregated?.[distribution],
    })),
    {
      what: "churn of first fit, 10⁴ live against 10²",
      limit: { atMost: 2.5 },
      measured: growth(1e4),
    },
    {
      what: "churn of first fit, 10⁶ live against 10²",
      limit: { atMost: 8 },
      measured: growth(1e6),
    },
    ...(
      [
        [1e2, "10²", 1.3],
        [1e4, "10⁴", 2.5],
        [1e5, "10⁵", 5],
      ] as const
    ).map(([live, power, times]) => ({
      what: `PlayCanvas against first fit, churn at ${power}`,
      limit: { atLeast: times },
      measured: slower(live, PLAYCANVAS, REFERENCE),
    })),
    {
      what: "@thi.ng/malloc against first fit, churn at 10⁴",
      limit: { atLeast: 1000 },
      measured: slower(1e4, THING, REFERENCE),
    },
    {
      what: "first fit against AssemblyScript's TLSF, churn at 10⁴",
      limit: { atMost: 2.8 },
      measured: slower(1e4, REFERENCE, TLSF),
    },
    {
      what: "the wrapper against the raw exports, churn, the worst N",
      limit: { atMost: 1.15 },
      measured: greatest(wrapper),
    },
    ...(
      [
        ["uniform 1..1024", 0.952],
        ["log-uniform 1..4096", 0.861],
        ["six sizes", 0.945],
      ] as const
    ).map(([distribution, least]) => ({
      what: `packing of best fit, ${distribution}`,
      limit: { atLeast: least },
      measured: bestFit?.[distribution],
    })),
    {
      what: "metadata bytes per live block, first fit, 10⁶ live",
      limit: { atMost: 12.5 },
      measured: bytesPerBlock(at(1e6, REFERENCE)?.metadataBytes),
    },
    {
      what: "metadata bytes per live block, TrackedAllocator, 10⁶ live",
      limit: { atMost: 26 },
      measured: bytesPerBlock(kinds.get(1e6)?.[TRACKED]?.metadataBytes),
    },
    ...(
      [
        [1e2, "10²"],
        [1e4, "10⁴"],
        [1e6, "10⁶"],
      ] as const
    ).map(([live, power]) => ({
      what: `tracked against untracked, churn at ${power}`,
      limit: { atMost: 1.4 },
      measured: ratio(kinds.get(live)?.[TRACKED], kinds.get(live)?.[REFERENCE]),
    })),
    {
      what: "granularity 256 against 1, churn at 10⁴",
      limit: { atMost: 1.1 },
      measured: ratio(kinds.get(1e4)?.[GRANULAR], kinds.get(1e4)?.[REFERENCE]),
    },
    {
      what: "best fit against first fit, churn at 10⁴",
      limit: { atMost: 2 },
      measured: slower(1e4, "suballoc:best-fit", REFERENCE),
    },
    {
      what: "first fit against the release before, churn at 10⁵",
      limit: { atMost: 0.9 },
      measured: against(results, "first-fit", [1e5]),
    },
    {
      what: "any policy, untracked, against the release before, the worst row",
      limit: { atMost: 1 },
      measured: greatest(
        COMPARED.filter(({ now }) => now !== TRACKED).flatMap(
          ({ name }) => against(results, name) ?? [],
        ),
      ),
    },
    {
      what: "cold start against the release before",
      limit: { atMost: 0.5 },
      measured: startNow && startBefore && startNow / startBefore,
    },
  ];
}
