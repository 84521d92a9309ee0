// What the race and its runners say to each other.

import type { ContenderName } from "../contenders/names.ts";
import type { TaskSpec } from "./tasks.ts";
import type { WorkloadSpec } from "./workloads.ts";

/** What a runner is to run: a contender under a workload, or a task. */
export type Work = { contender: ContenderName; workload: WorkloadSpec } | { task: TaskSpec };

export type Request = { do: "set"; work: Work; budgetMs: number } | { do: "slice"; ms: number };

/** What is known once the work is prepared. */
export interface Facts {
  /** Allocations that did not fit while preparing. */
  readonly failures: number;
  /** After the preparation. */
  readonly metadataBytes?: number;
  /** Of a task: moves, or free blocks, each time. */
  readonly units?: number;
  readonly snapshotBytes?: number;
}

export type Ready =
  | { state: "skipped" }
  | {
      state: "ready";
      /** Of all addresses handed out while preparing, or of what a task brings forth. */
      checksum: number;
      facts: Facts;
    };

export interface Slice {
  /** Pairs of an allocate and a free, or a task's units. */
  units: number;
  ms: number;
}
