// What a run measures: the whole of it, or the short form of `--quick`.

import { CONTENDERS, REFERENCE, SEGREGATED, TRACKED } from "../contenders/names.ts";
import { type Entrant, entrantsOf, type RaceOptions } from "./race.ts";
import type { TaskSpec } from "./tasks.ts";
import type { FreeOrder, WorkloadSpec } from "./workloads.ts";

/** Who runs, and where the results are to stand. */
interface Race {
  /** Races of one group stand in one table. */
  readonly group: string;
  readonly title: string;
  /** Ratios are to the first of them. */
  readonly entrants: readonly Entrant[];
  /** Number of live blocks, where that is what tells the races of a group apart. */
  readonly live?: number;
  /** What a task's figures count; without it, pairs of an allocate and a free are counted. */
  readonly unit?: string;
  /** Goes round as a whole, so who is slow at it is skipped earlier. */
  readonly isCyclic?: boolean;
}

export interface PlannedRace extends Race {
  readonly options: RaceOptions;
}

export interface Plan {
  readonly races: readonly PlannedRace[];
  /** Blocks filled for each packing figure. */
  readonly heaps: number;
  /** Processes started for each cold start figure. */
  readonly starts: number;
}

/** Churn of everybody, by number of live blocks, smallest first. */
export const CHURN = "Churn";
/** Churn of first fit at several numbers of live blocks, side by side in one race. */
export const GROWTH = "Growth of churn";
/** The same of segregated fit. */
export const SEGREGATED_GROWTH = "Growth of churn, segregated fit";
/** What real programs asked of malloc. */
export const TRACES = "Recorded programs";
/** Churn of MemoryAllocator, of TrackedAllocator, beyond 2^32, and counted in units of 256. */
export const KINDS = "Tracked, beyond 2^32, and with a granularity";

const WIDE = "wide:first-fit";
export const GRANULAR = "granular:first-fit";

/** This release and the one before it, side by side. */
export const RELEASES = "Against the release before";
/** Policies compared with the release before; the tracked one is first fit. */
export const COMPARED: readonly { name: string; now: string; before: string }[] = [
  ...["first-fit", "next-fit", "best-fit", "worst-fit"].map((policy) => ({
    name: policy,
    now: `suballoc:${policy}`,
    before: `previous:${policy}`,
  })),
  { name: "first-fit, tracked", now: TRACKED, before: "previous-tracked:first-fit" },
];

const count = (n: number) => n.toLocaleString("en");
export const liveName = (live: number) => `${count(live)} live`;

function peers(
  group: string,
  title: string,
  workload: WorkloadSpec,
  rest: Partial<Race> = {},
): Race {
  return { group, title, entrants: entrantsOf(CONTENDERS, workload), ...rest };
}

const churn = (live: number) =>
  peers(CHURN, liveName(live), { kind: "churn", live, maxSize: 1024 }, { live });
const gpuLike = (live: number) =>
  peers("GPU-like sizes, and holes", `sizes 1..20,000, ${liveName(live)}`, {
    kind: "churn",
    live,
    maxSize: 20_000,
  });
const holes = (n: number, sizes: "fit" | "larger") =>
  peers(
    "GPU-like sizes, and holes",
    `${count(n)} holes, ${sizes === "fit" ? "a size that fits them" : "a size larger than they are"}`,
    { kind: "holes", holes: n, sizes },
  );
const cyclic = (group: string, title: string, workload: WorkloadSpec) =>
  peers(group, title, workload, { isCyclic: true });
const refused = (n: number) =>
  peers("Adversarial", `${count(n)} holes of 64, a request of 65 refused`, {
    kind: "holes",
    holes: n,
    sizes: "barely larger",
  });
const halved = (halvings: number) =>
  peers("Adversarial", `one unit, alone in 2^${halvings}`, { kind: "halved", halvings });
const oneUnitHoles = (n: number) =>
  cyclic("Adversarial", `${count(n)} one-unit holes made and filled`, {
    kind: "one-unit holes",
    holes: n,
  });
const massFree = (live: number, order: FreeOrder) =>
  cyclic("Adversarial", `${count(live)} freed, ${order}`, { kind: "mass free", live, order });
const trace = (name: string) => cyclic(TRACES, name, { kind: "trace", name });

const growth = (group: string, contender: string, ...lives: number[]): Race => ({
  group,
  title: contender,
  entrants: lives.map((live) => ({
    name: liveName(live),
    work: { contender, workload: { kind: "churn", live, maxSize: 1024 } },
  })),
});

const kinds = (live: number): Race => ({
  group: KINDS,
  title: liveName(live),
  live,
  entrants: entrantsOf([REFERENCE, TRACKED, WIDE, GRANULAR], {
    kind: "churn",
    live,
    maxSize: 1024,
  }),
});

/** Both releases of a policy must hand out the same addresses. */
const releases = (live: number): Race => ({
  group: RELEASES,
  title: liveName(live),
  live,
  entrants: COMPARED.flatMap(({ name, now, before }) =>
    [now, before].map((contender) => ({
      name: contender,
      work: { contender, workload: { kind: "churn", live, maxSize: 1024 } },
      agrees: name.replace(", tracked", ""),
    })),
  ),
});

/** The linked list is there to agree on the addresses; with many holes it would take too long. */
const aligned = (live: number): Race => ({
  group: "Alignment",
  title: liveName(live),
  entrants: (live > 1e4 ? [REFERENCE] : [REFERENCE, "suballoc:linked-list"]).flatMap((contender) =>
    [[1], [256], [4, 12, 256]].map((alignments) => ({
      name: `${contender}, alignment ${alignments.join("/")}`,
      work: { contender, workload: { kind: "aligned churn", live, alignments } },
      agrees: alignments.join("/"),
    })),
  ),
});

const batches = (live: number, batch: number): Race => ({
  group: "Batches",
  title: `${count(batch)} at a time`,
  entrants: [
    ["allocate and free", REFERENCE],
    ["allocateMany and freeMany", "batches:first-fit"],
  ].map(([name, contender]) => ({
    name: name as string,
    work: { contender: contender as string, workload: { kind: "batches", live, batch } },
    agrees: "first fit",
  })),
});

const tasks = (group: string, title: string, unit: string, specs: [string, TaskSpec][]): Race => ({
  group,
  title,
  unit,
  entrants: specs.map(([name, task]) => ({ name, work: { task }, agrees: title })),
});
const defragmentation = (live: number) =>
  tasks("Defragmentation", liveName(live), "move", [
    ["in one call", { kind: "defragment", live }],
    ["100 moves a call", { kind: "defragment", live, maxMoves: 100 }],
  ]);
const snapshots = (freeBlocks: number) =>
  tasks("Snapshots", `${count(freeBlocks)} free blocks`, "free block", [
    ["snapshot", { kind: "snapshot", freeBlocks }],
    ["restore", { kind: "restore", freeBlocks }],
  ]);

function plan(
  races: Race[],
  options: Omit<RaceOptions, "budgetMs">,
  budgets: { open: number; cyclic: number },
): PlannedRace[] {
  return races.map((race) => ({
    ...race,
    options: {
      ...options,
      sliceMs: options.sliceMs * (isLarge(race) ? 10 : 1),
      budgetMs: race.isCyclic ? budgets.cyclic : budgets.open,
    },
  }));
}

/** Whether a short slice would go to reading back what the slices of the others have pushed out of the caches. */
const isLarge = ({ entrants }: Race) =>
  entrants.some(
    ({ work }) => "workload" in work && work.workload.kind === "churn" && work.workload.live >= 1e5,
  );

export const FULL: Plan = {
  races: plan(
    [
      ...[1e2, 1e3, 1e4, 1e5, 1e6].map(churn),
      growth(GROWTH, REFERENCE, 1e2, 1e4, 1e6),
      growth(SEGREGATED_GROWTH, SEGREGATED, 1e2, 1e4, 1e5),
      gpuLike(1e4),
      holes(1e4, "fit"),
      holes(1e4, "larger"),
      holes(1e5, "fit"),
      holes(1e5, "larger"),
      oneUnitHoles(40_000),
      refused(1e4),
      halved(24),
      massFree(1e5, "ascending"),
      massFree(1e5, "descending"),
      massFree(1e5, "random"),
      massFree(1e5, "every other one first"),
      ...["sqlite", "jq", "cc1"].map(trace),
      ...[1e2, 1e4, 1e6].map(kinds),
      ...[1e2, 1e3, 1e4, 1e5, 1e6].map(releases),
      ...[1e2, 1e3, 1e4, 1e5].map(aligned),
      batches(200_000, 1000),
      batches(200_000, 100_000),
      defragmentation(1e5),
      snapshots(1e6),
    ],
    { rounds: 15, sliceMs: 10, warmUpMs: 250 },
    { open: 8000, cyclic: 1000 },
  ),
  heaps: 20,
  starts: 15,
};

export const QUICK: Plan = {
  races: plan(
    [
      churn(1e2),
      churn(1e4),
      growth(GROWTH, REFERENCE, 1e2, 1e4),
      growth(SEGREGATED_GROWTH, SEGREGATED, 1e2, 1e4),
      holes(1e4, "larger"),
      massFree(1e4, "random"),
      trace("sqlite"),
      kinds(1e4),
      releases(1e4),
      aligned(1e3),
      batches(20_000, 1000),
      defragmentation(1e4),
      snapshots(1e5),
    ],
    { rounds: 7, sliceMs: 5, warmUpMs: 100 },
    { open: 1500, cyclic: 300 },
  ),
  heaps: 2,
  starts: 3,
};
