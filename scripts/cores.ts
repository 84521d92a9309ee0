// The wasm modules: each is compiled from one entry file to build/<name>.wasm and embedded as
// build/embedded/<name>.js.

export interface Core {
  readonly name: string;
  /** Entry file, the only one whose exports the module has. */
  readonly entry: string;
  /** Flags for asc besides the options of asconfig.json's target "release". */
  readonly flags?: readonly string[];
}

export const CORES: readonly Core[] = [
  { name: "suballoc", entry: "assembly/index.ts" },
  { name: "list", entry: "assembly/entries/list.ts" },
];
