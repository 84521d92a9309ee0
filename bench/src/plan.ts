// What a run measures: the whole of it, or the short form of `--quick`.

import type { RaceOptions } from "./race.ts";
import type { FreeOrder, WorkloadSpec } from "./workloads.ts";

export interface PlannedRace {
  /** Races of one group stand in one table. */
  readonly group: string;
  readonly title: string;
  readonly spec: WorkloadSpec;
  readonly options: RaceOptions;
}

type Entry = [group: string, title: string, spec: WorkloadSpec];

export interface Plan {
  readonly races: readonly PlannedRace[];
  /** Blocks filled for each packing figure. */
  readonly heaps: number;
  /** Processes started for each cold start figure. */
  readonly starts: number;
}

/** The group of churn by number of live blocks, smallest first. */
export const CHURN = "Churn";

const count = (n: number) => n.toLocaleString("en");

const churn = (live: number): Entry => [
  CHURN,
  `${count(live)} live`,
  { kind: "churn", live, maxSize: 1024 },
];
const gpuLike = (live: number): Entry => [
  "GPU-like sizes, and holes",
  `sizes 1..20,000, ${count(live)} live`,
  { kind: "churn", live, maxSize: 20_000 },
];
const holes = (n: number, sizes: "fit" | "larger"): Entry => [
  "GPU-like sizes, and holes",
  `${count(n)} holes, ${sizes === "fit" ? "a size that fits them" : "a size larger than they are"}`,
  { kind: "holes", holes: n, sizes },
];
const oneUnitHoles = (n: number): Entry => [
  "Adversarial",
  `${count(n)} one-unit holes made and filled`,
  { kind: "one-unit holes", holes: n },
];
const massFree = (live: number, order: FreeOrder): Entry => [
  "Adversarial",
  `${count(live)} freed, ${order}`,
  { kind: "mass free", live, order },
];
const trace = (name: string): Entry => ["Recorded programs", name, { kind: "trace", name }];

/** Rounds that go round as a whole are repeated whole, so contenders slow at them are skipped earlier. */
function plan(
  races: Entry[],
  options: Omit<RaceOptions, "budgetMs">,
  budgets: { open: number; cyclic: number },
): PlannedRace[] {
  return races.map(([group, title, spec]) => {
    const isOpen = spec.kind === "churn" || spec.kind === "holes";
    return {
      group,
      title,
      spec,
      options: { ...options, budgetMs: isOpen ? budgets.open : budgets.cyclic },
    };
  });
}

export const FULL: Plan = {
  races: plan(
    [
      ...[1e2, 1e3, 1e4, 1e5, 1e6].map(churn),
      gpuLike(1e4),
      holes(1e4, "fit"),
      holes(1e4, "larger"),
      holes(1e5, "fit"),
      holes(1e5, "larger"),
      oneUnitHoles(40_000),
      massFree(1e5, "ascending"),
      massFree(1e5, "descending"),
      massFree(1e5, "random"),
      massFree(1e5, "every other one first"),
      ...["sqlite", "jq", "cc1"].map(trace),
    ],
    { rounds: 15, sliceMs: 10, warmUpMs: 250 },
    { open: 8000, cyclic: 1000 },
  ),
  heaps: 20,
  starts: 15,
};

export const QUICK: Plan = {
  races: plan(
    [churn(1e2), churn(1e4), holes(1e4, "larger"), massFree(1e4, "random"), trace("sqlite")],
    { rounds: 7, sliceMs: 5, warmUpMs: 100 },
    { open: 1500, cyclic: 300 },
  ),
  heaps: 2,
  starts: 3,
};
