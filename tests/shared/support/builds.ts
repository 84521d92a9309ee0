// Builds of the shared cores that only tests have: they can stop at the n-th step, or leave out the lock.

import { compileShared } from "../../../scripts/shared-core.ts";

const ENTRY = "assembly/entries/shared.ts";

/** By engine: the flags that choose it. */
export const ENGINES = { list: [] as string[] };
export type Engine = keyof typeof ENGINES;

/** By policy: its number, and the engines that have it. */
export const POLICIES: readonly { policy: number; engine: Engine }[] = [
  { policy: 4, engine: "list" },
];

/** Stops at the step that `setFuse` says, as if the worker had been terminated there. */
export function stoppingModule(engine: Engine): WebAssembly.Module {
  return new WebAssembly.Module(
    compileShared({
      entry: ENTRY,
      flags: [...ENGINES[engine], "--use", "CUT=1"],
      forTests: true,
    }) as Uint8Array<ArrayBuffer>,
  );
}

/** Takes no lock. */
export function unlockedModule(engine: Engine): WebAssembly.Module {
  return new WebAssembly.Module(
    compileShared({
      entry: ENTRY,
      flags: [...ENGINES[engine], "--use", "NO_LOCK=1"],
    }) as Uint8Array<ArrayBuffer>,
  );
}
