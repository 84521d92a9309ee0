// Builds of the shared cores that only tests have: they can stop at the n-th step, or leave out the lock.

import { compileShared, OWN_MEMORY, SHARED_HEAP } from "../../../scripts/shared-core.ts";

const ENTRY = "assembly/entries/shared.ts";

/** By engine: the flags that choose it, and the numbers of its policies. */
export const ENGINES = {
  list: { flags: ["--use", "SHARED_LIST=1", "--use", "Num=f64"], policies: [4] },
  narrow: { flags: ["--use", "Num=u32"], policies: [0, 1, 2, 3] },
  wide: { flags: ["--use", "Num=f64"], policies: [0, 1, 2, 3] },
};
export type Engine = keyof typeof ENGINES;

/** Stops at the step that `setFuse` says, as if the worker had been terminated there. */
export function stoppingModule(engine: Engine): WebAssembly.Module {
  return new WebAssembly.Module(
    compileShared({
      entry: ENTRY,
      flags: [...OWN_MEMORY, ...ENGINES[engine].flags, "--use", "CUT=1"],
      forTests: true,
    }) as Uint8Array<ArrayBuffer>,
  );
}

/** Takes no lock. */
export function unlockedModule(engine: Engine): WebAssembly.Module {
  return new WebAssembly.Module(
    compileShared({
      entry: ENTRY,
      flags: [...OWN_MEMORY, ...ENGINES[engine].flags, "--use", "NO_LOCK=1"],
    }) as Uint8Array<ArrayBuffer>,
  );
}

/** Of the heap: as `stoppingModule`. */
export function stoppingHeap(): WebAssembly.Module {
  return new WebAssembly.Module(
    compileShared({
      entry: "assembly/entries/shared-heap.ts",
      flags: [...SHARED_HEAP, "--use", "CUT=1"],
      forTests: true,
    }) as Uint8Array<ArrayBuffer>,
  );
}
