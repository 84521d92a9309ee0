// What is known of one policy on the trace so far.

import type { Policy } from "suballoc";
import type { SmallestCapacity } from "../../src/replay/smallest-capacity.ts";
import type { Replayed } from "./worker.ts";

export interface PolicyResult {
  readonly policy: Policy;
  smallest?: SmallestCapacity;
  /** How far the search for the smallest capacity has come, 0 … 1. */
  search: "waiting" | "stopped" | "done" | number;
  replayed?: Replayed | undefined;
  nanosecondsPerOperation?: number | undefined;
}
