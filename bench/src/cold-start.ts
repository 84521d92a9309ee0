// Cold start: from the import to the first allocation, in a fresh process with V8's ordinary flags. Each contender is
// installed, and its program a file, as in any application: Node has its loader of modules running by then, and finds
// the package by its name.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CODEMIX, PLAYCANVAS, THING } from "../contenders/names.ts";
import { BENCH, OUT, PREVIOUS, ROOT } from "../paths.ts";
import { median } from "./race.ts";

export interface ColdStart {
  readonly contender: string;
  /** Median ms that the import took. */
  readonly importMs: number;
  /** Median ms from then on until the first allocation was made. */
  readonly firstMs: number;
  /** Least ms that both took together: what a machine with nothing else to do comes closest to. */
  readonly leastMs: number;
}

export const NOW = "suballoc";
export const BEFORE = "suballoc, the release before";
/** What Node takes to import any package. */
export const EMPTY = "a package that is empty";

const COLD = join(OUT, "cold");
const LOADER = "@assemblyscript/loader";

interface Start {
  /** Puts the package where the program finds it. */
  install(nodeModules: string): void;
  readonly from: string;
  readonly first: string;
}

/** A copy of what is published of a built tree, as far as an import can tell. */
function installTree(tree: string, nodeModules: string): void {
  const target = join(nodeModules, "suballoc");
  mkdirSync(join(target, "build"), { recursive: true });
  cpSync(join(tree, "package.json"), join(target, "package.json"));
  for (const file of readdirSync(join(tree, "build")))
    if (file.endsWith(".js")) cpSync(join(tree, "build", file), join(target, "build", file));
  cpSync(join(ROOT, "node_modules", LOADER), join(nodeModules, LOADER), { recursive: true });
}

const ofTree = (tree: string): Start => ({
  install: (nodeModules) => installTree(tree, nodeModules),
  from: "suballoc",
  first: "new m.MemoryAllocator(65536).allocate(64)",
});

const peer = (from: string, first: string): Start => ({
  install: (nodeModules) => symlinkSync(join(BENCH, "node_modules"), nodeModules),
  from,
  first,
});

const empty: Start = {
  install(nodeModules) {
    installTree(ROOT, nodeModules);
    writeFileSync(join(nodeModules, "suballoc/build/index.js"), "");
  },
  from: "suballoc",
  first: "",
};

const STARTS: Record<string, Start> = {
  [NOW]: ofTree(ROOT),
  [BEFORE]: ofTree(PREVIOUS),
  [EMPTY]: empty,
  [PLAYCANVAS]: peer(
    "./node_modules/playcanvas/build/playcanvas/src/core/block-allocator.js",
    "new m.BlockAllocator(65536).allocate(64)",
  ),
  [THING]: peer("@thi.ng/malloc", "new m.MemPool({ size: 65536 }).malloc(64)"),
  [CODEMIX]: peer("malloc", "new m.default(new ArrayBuffer(65536)).alloc(64)"),
};

/** The folder of a program that imports, allocates and tells how long both took. */
function prepare({ install, from, first }: Start, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  install(join(folder, "node_modules"));
  writeFileSync(
    join(folder, "main.mjs"),
    `const start = performance.now();
const m = await import(${JSON.stringify(from)});
const imported = performance.now();
${first};
console.log(JSON.stringify([imported - start, performance.now() - imported]));
`,
  );
  return folder;
}

const measureOnce = (cwd: string): [number, number] =>
  JSON.parse(execFileSync(process.execPath, ["main.mjs"], { cwd, encoding: "utf8" }));

/** Whose start is measured, ours and the release's before if its build is there; all by default. */
export function measureColdStart(
  runs: number,
  hasPrevious: boolean,
  progress: (text: string) => void,
  contenders = Object.keys(STARTS),
): ColdStart[] {
  rmSync(COLD, { recursive: true, force: true });
  const times = contenders
    .filter((contender) => hasPrevious || contender !== BEFORE)
    .map((contender, i) => ({
      contender,
      folder: prepare(STARTS[contender] as Start, join(COLD, String(i))),
      imports: [] as number[],
      firsts: [] as number[],
    }));
  for (let run = 0; run < runs; run++) {
    progress(`run ${run + 1} of ${runs}`);
    for (const { folder, imports, firsts } of times) {
      const [imported, first] = measureOnce(folder);
      imports.push(imported);
      firsts.push(first);
    }
  }
  return times.map(({ contender, imports, firsts }) => ({
    contender,
    importMs: median(imports),
    firstMs: median(firsts),
    leastMs: Math.min(...imports.map((ms, run) => ms + (firsts[run] as number))),
  }));
}
