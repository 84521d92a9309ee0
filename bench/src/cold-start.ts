// Cold start: from the import to the first allocation, in a fresh process with V8's ordinary flags.

import { execFileSync } from "node:child_process";
import { CODEMIX, PLAYCANVAS, THING } from "../contenders/names.ts";
import { BENCH, PREVIOUS_MODULE } from "../paths.ts";
import { median } from "./race.ts";

export interface ColdStart {
  readonly contender: string;
  /** Median ms that the import took. */
  readonly importMs: number;
  /** Median ms from then on until the first allocation was made. */
  readonly firstMs: number;
}

export const NOW = "suballoc";
export const BEFORE = "suballoc, the release before";

interface Start {
  readonly from: string;
  readonly first: string;
}

const OURS = "new m.MemoryAllocator(65536).allocate(64)";
const MODULES: Record<string, Start> = {
  [NOW]: { from: "suballoc", first: OURS },
  [PLAYCANVAS]: {
    from: "./node_modules/playcanvas/build/playcanvas/src/core/block-allocator.js",
    first: "new m.BlockAllocator(65536).allocate(64)",
  },
  [THING]: { from: "@thi.ng/malloc", first: "new m.MemPool({ size: 65536 }).malloc(64)" },
  [CODEMIX]: { from: "malloc", first: "new m.default(new ArrayBuffer(65536)).alloc(64)" },
};

function measureOnce({ from, first }: Start): [number, number] {
  const script = `
    const start = performance.now();
    const m = await import(${JSON.stringify(from)});
    const imported = performance.now();
    ${first};
    console.log(JSON.stringify([imported - start, performance.now() - imported]));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: BENCH,
    encoding: "utf8",
  });
  return JSON.parse(output);
}

export function measureColdStart(
  runs: number,
  hasPrevious: boolean,
  progress: (text: string) => void,
): ColdStart[] {
  const modules = hasPrevious
    ? { ...MODULES, [BEFORE]: { from: PREVIOUS_MODULE, first: OURS } }
    : MODULES;
  const times = Object.entries(modules).map(([contender, module]) => ({
    contender,
    module,
    imports: [] as number[],
    firsts: [] as number[],
  }));
  for (let run = 0; run < runs; run++) {
    progress(`run ${run + 1} of ${runs}`);
    for (const { module, imports, firsts } of times) {
      const [imported, first] = measureOnce(module);
      imports.push(imported);
      firsts.push(first);
    }
  }
  return times.map(({ contender, imports, firsts }) => ({
    contender,
    importMs: median(imports),
    firstMs: median(firsts),
  }));
}
