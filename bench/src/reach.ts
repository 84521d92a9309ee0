// The figures that suballoc means to reach, each computed from a run and compared with its limit.

import { REFERENCE } from "../contenders/index.ts";
import { CHURN, GROWTH, KINDS, liveName, TRACKED } from "./plan.ts";
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

export function targets(results: Results): Target[] {
  const churn = new Map(racesByLive(results, CHURN).map(({ live, race }) => [live, race.results]));
  const at = (live: number, name: string) => churn.get(live)?.[name];
  const slower = (live: number, a: string, b: string) => ratio(at(live, a), at(live, b));

  const growthRace = results.races.find(({ group }) => group === GROWTH)?.results;
  const growth = (live: number) => ratio(growthRace?.[liveName(live)], growthRace?.[liveName(1e2)]);
  const wrapper = [...churn.keys()].map((live) => slower(live, REFERENCE, "raw:first-fit") ?? 0);
  const bestFit = results.packing.find(({ contender }) => contender === "suballoc:best-fit")?.use;
  const kinds = racesByLive(results, KINDS).find(({ live }) => live === 1e6)?.race.results;
  const bytesPerBlock = (bytes: number | undefined) => (bytes === undefined ? bytes : bytes / 1e6);
  const playcanvas = "PlayCanvas BlockAllocator";

  return [
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
      measured: slower(live, playcanvas, REFERENCE),
    })),
    {
      what: "@thi.ng/malloc against first fit, churn at 10⁴",
      limit: { atLeast: 1000 },
      measured: slower(1e4, "@thi.ng/malloc", REFERENCE),
    },
    {
      what: "first fit against AssemblyScript's TLSF, churn at 10⁴",
      limit: { atMost: 2.8 },
      measured: slower(1e4, REFERENCE, "AssemblyScript TLSF"),
    },
    {
      what: "the wrapper against the raw exports, churn, the worst N",
      limit: { atMost: 1.15 },
      measured: wrapper.length > 0 ? Math.max(...wrapper) : undefined,
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
      limit: { atMost: 32 },
      measured: bytesPerBlock(kinds?.[TRACKED]?.metadataBytes),
    },
  ];
}
