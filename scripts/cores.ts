// The wasm modules: each is compiled from one entry file to build/<name>.wasm and embedded as
// build/embedded/<name>.js.

import { OWN_MEMORY, SHARED_HEAP } from "./shared-core.ts";

export interface Core {
  readonly name: string;
  /** Entry file, the only one whose exports the module has. */
  readonly entry: string;
  /** Flags for asc besides the options of asconfig.json's target "release". */
  readonly flags?: readonly string[];
  /** For shared memory: compiled by shared-core.ts. */
  readonly shared?: boolean;
}

/** Of the heap's modules: all they have is in the memory they import, and they write none when instantiated. */
const HEAP = [
  ...["--runPasses", "reorder-locals,reorder-functions"],
  ...["--importMemory", "--noExportMemory", "--initialMemory", "0"],
  ...["--use", "HEAP_NOTIFY=1"],
];

/** Of the tree's modules: with the locals in order they compress better. */
const TREE = ["--runPasses", "reorder-locals"];

export const CORES: readonly Core[] = [
  { name: "narrow", entry: "assembly/entries/ranges.ts", flags: [...TREE, "--use", "Num=u32"] },
  { name: "wide", entry: "assembly/entries/ranges.ts", flags: [...TREE, "--use", "Num=f64"] },
  { name: "heap", entry: "assembly/entries/heap.ts", flags: HEAP },
  {
    name: "heap-checked",
    entry: "assembly/entries/heap-checked.ts",
    flags: [...HEAP, "--use", "HEAP_CHECKED=1"],
  },
  { name: "list", entry: "assembly/entries/list.ts" },
  { name: "tiling", entry: "assembly/entries/tiling.ts" },
  {
    name: "shared-list",
    entry: "assembly/entries/shared.ts",
    flags: [...OWN_MEMORY, "--use", "SHARED_LIST=1", "--use", "Num=f64"],
    shared: true,
  },
  {
    name: "shared-narrow",
    entry: "assembly/entries/shared.ts",
    flags: [...OWN_MEMORY, "--use", "Num=u32"],
    shared: true,
  },
  {
    name: "shared-wide",
    entry: "assembly/entries/shared.ts",
    flags: [...OWN_MEMORY, "--use", "Num=f64"],
    shared: true,
  },
  {
    name: "shared-heap",
    entry: "assembly/entries/shared-heap.ts",
    flags: SHARED_HEAP,
    shared: true,
  },
];
