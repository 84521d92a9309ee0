// Seeded faults: ways to break the core, each of which the as-pect specs must notice. One file for each target, its
// default export an array of groups; scripts/mutate.ts finds them.

export interface Fault {
  readonly name: string;
  /** Stands exactly once in the file, and is replaced. A fault compiles, and is one that somebody could make. */
  readonly text: string;
  readonly replacement: string;
}

export interface FaultGroup {
  /** The file that is broken … */
  readonly file: string;
  /** … and the specs that must notice. */
  readonly specs: readonly string[];
  readonly faults: readonly Fault[];
}

/** name, text, replacement. */
export function faults(...rows: readonly (readonly [string, string, string])[]): Fault[] {
  return rows.map(([name, text, replacement]) => ({ name, text, replacement }));
}
