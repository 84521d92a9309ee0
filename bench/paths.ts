// Where things are. The one file that asks for its own place, so that the bundled runner can be told it.

import { join } from "node:path";

export const BENCH = import.meta.dirname;
export const ROOT = join(BENCH, "..");
/** Everything that a run generates. */
export const OUT = join(ROOT, "build/bench");
/** The release before this one, built from the repository's history. */
export const PREVIOUS = join(OUT, "previous");
export const PREVIOUS_MODULE = join(PREVIOUS, "build/index.js");
export const PREVIOUS_PACKAGE = join(PREVIOUS, "build/index.cjs");
/** The wasm that the raw contenders load, unless told another. */
export const SUBALLOC_WASM = join(OUT, "suballoc.wasm");
/** The process that runs one contender, bundled: a hundred of them are started. */
export const RUNNER = join(OUT, "runner.mjs");
