// Histories worth watching.

import type { Policy } from "suballoc";

export interface Example {
  readonly name: string;
  readonly capacity: number;
  readonly policy?: Policy;
  readonly actions: string;
  /** The step to begin with; the end if not given. */
  readonly step?: number;
}

export const examples: readonly Example[] = [
  {
    name: "A heap in use",
    capacity: 2000,
    actions: "F40_h",
  },
  {
    name: "Merging: the four cases",
    capacity: 100,
    actions: "a20_a20_a20_a20_a20_f1_f2_f4_f3_f0",
    step: 5,
  },
  {
    name: "Policies: which hole for 25?",
    capacity: 260,
    actions: "a60_a10_a30_a10_a90_a10_f0_f2_f4_a25",
  },
  {
    name: "Fragmentation, and the cure",
    capacity: 1000,
    actions: "F30_h_a300_d_a300",
    step: 0,
  },
  {
    name: "Alignment leaves gaps",
    capacity: 512,
    actions: "a20_a64.64_a12_a64.64_a30_a64.64_a40",
  },
];
