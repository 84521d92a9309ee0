// What the race and its runners say to each other.

import type { ContenderName } from "../contenders/index.ts";
import type { WorkloadSpec } from "./workloads.ts";

export type Request =
  | { do: "set"; contender: ContenderName; spec: WorkloadSpec; budgetMs: number }
  | { do: "slice"; ms: number };

export type Ready =
  | { state: "skipped" }
  | {
      state: "ready";
      /** Of all addresses handed out while preparing. */
      checksum: number;
      /** Allocations that did not fit while preparing. */
      failures: number;
      metadataBytes: number | undefined;
    };

export interface Slice {
  operations: number;
  ms: number;
}
