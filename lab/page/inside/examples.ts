// Histories worth watching.

export interface Example {
  readonly name: string;
  /** KiB that the heap begins with. */
  readonly room: 16 | 32 | 64;
  readonly actions: string;
  /** The step to begin with; the end if not given. */
  readonly step?: number;
}

/** malloc so often, then free them in order. */
function fillAndFree(size: number, blocks: number): string {
  const mallocs = Array.from({ length: blocks }, () => `m${size}`);
  const frees = mallocs.map((_, id) => `f${id}`);
  return [...mallocs, ...frees].join("_");
}

export const examples: readonly Example[] = [
  {
    name: "A heap in use",
    room: 16,
    actions: "m100_m24_m700_m1000_m520_m100_m40_m600_m24_f2_f0_f4_f5",
  },
  {
    name: "Merging: the four cases",
    room: 16,
    actions: "m520_m520_m520_m520_m520_m520_f1_f2_f4_f3_f0",
    step: 6,
  },
  {
    name: "A stack: last in, first out",
    room: 16,
    actions: "m40_m40_m40_f0_f2_f1_m40_m48_m33",
    step: 3,
  },
  {
    name: "A full stack, and merging again",
    room: 16,
    actions: `${fillAndFree(30, 34)}_m64`,
    step: 65,
  },
  {
    name: "Bins: exact fit, best fit, split",
    room: 16,
    actions: "m1000_m520_m2000_m520_m1400_m520_f0_f2_f4_m1000_m1200_m600_m520",
    step: 9,
  },
  {
    name: "The reserve for small blocks",
    room: 16,
    actions: "m100_m24_m200_m300_m100_m448_m40",
    step: 0,
  },
  {
    name: "Larger blocks have a header",
    room: 16,
    actions: "m512_m513_m40_m3000_m100_f1_f3_f0",
    step: 0,
  },
  {
    name: "The top, and growth",
    room: 16,
    actions: "m4000_m4000_m4000_f1_f2_m200000_m50000",
    step: 0,
  },
  {
    name: "realloc: in place, or moved",
    room: 16,
    actions: "m40_m600_m700_m520_r1.580_f2_r1.1100_r3.2000_r3.600_r1.3000_r0.100",
    step: 4,
  },
  {
    name: "Alignment gives back what is around",
    room: 16,
    actions: "m100_a256.600_a64.40_a1024.100_f1_c10.50",
    step: 0,
  },
  {
    name: "Misuse: what the checks say",
    room: 16,
    actions: "m100_m1000_m520_f0_f0_f1.16_f1_f1_f1.48_x9000_m100_f0",
    step: 3,
  },
];
