// Slices of several contenders, one after the other and round by round, and their medians.

export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly least: number;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
};

export interface Entrant {
  readonly name: string;
  /** Runs one slice; ns for each unit of work. */
  slice(): number;
}

/** Interleaved: each round has one slice of every entrant, in turn from another one on. */
export function race(entrants: readonly Entrant[], rounds: number): Timing[] {
  const taken = entrants.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < entrants.length; i++) {
      const which = (i + round) % entrants.length;
      (taken[which] as number[]).push((entrants[which] as Entrant).slice());
    }
  return entrants.map(({ name }, i) => {
    const values = taken[i] as number[];
    return { name, median: median(values), least: Math.min(...values) };
  });
}

/** ns that a call takes. */
export function timed(call: () => void): number {
  const start = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - start);
}
