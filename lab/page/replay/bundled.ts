// Traces that come with the page.

export interface BundledTrace {
  readonly name: string;
  readonly label: string;
  readonly url: string;
}

/** The first is shown to those who ask for none: it has labels and call sites. */
export const bundledTraces: readonly BundledTrace[] = [
  {
    name: "object-pool",
    label: "A game’s object pool, in JavaScript",
    url: new URL("../../traces/object-pool.rec.gz", import.meta.url).href,
  },
  {
    name: "sqlite",
    label: "SQLite running SQL in memory",
    url: new URL("../../traces/sqlite.vg.gz", import.meta.url).href,
  },
  {
    name: "jq",
    label: "jq grouping a JSON array",
    url: new URL("../../traces/jq.vg.gz", import.meta.url).href,
  },
  {
    name: "cc1",
    label: "GCC compiling C at -O2",
    url: new URL("../../traces/cc1.vg.gz", import.meta.url).href,
  },
];
