// What the race and its runners say to each other.

import type { ContenderName } from "../contenders/index.ts";
import type { WorkloadSpec } from "./workloads.ts";

export type Request =
  | { do: "set"; contender: ContenderName; spec: WorkloadSpec; budgetMs: number }
  | { do: "slice"; ms: number };

export type Ready = { state: "skipped" } | { state: "ready"; checksum: number; failures: number };

export interface Slice {
  operations: number;
  ms: number;
}
