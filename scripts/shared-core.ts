// Compiles a module for shared memory: AssemblyScript, its stores logged, then optimised.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logStores } from "./log-stores.ts";

/** Where the engine's data begins: ENGINE_START of assembly/shared/layout.ts. */
const ENGINE_START = 589824;
const FIRST_PAGES = ENGINE_START / 65536 + 1;

const FLAGS = [
  // Not as asconfig.json says: what asc inlines into a function whose stores stay as they are would lose its log.
  ...["--optimizeLevel", "0", "--shrinkLevel", "0"],
  ...["--runtime", "stub", "--use", "abort=", "--noAssert"],
  ...["--enable", "simd,threads", "--sharedMemory", "--importMemory", "--noExportMemory"],
  ...["--maximumMemory", "65536"],
  // Without it, data segments of zeros would wipe a memory in use whenever another worker instantiates.
  "--zeroFilledMemory",
  // v128 parameters, of functions that are exported only until stores are replaced.
  ...["--disableWarning", "112"],
];

/** Of an allocator that has the memory to itself. */
export const OWN_MEMORY = [
  ...["--use", "OWN_MEMORY=1", "--initialMemory", String(FIRST_PAGES)],
  ...["--memoryBase", String(ENGINE_START)],
];

/** Of a heap, which has no static memory. */
export const SHARED_HEAP = ["--use", "HEAP_SHARED=1", "--initialMemory", "1"];

export interface SharedCore {
  readonly entry: string;
  /** Further flags for asc. */
  readonly flags?: readonly string[];
  /** Leave in what only tests call. */
  readonly forTests?: boolean;
}

/** The module's bytes. */
export function compileShared({ entry, flags = [], forTests = false }: SharedCore): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "suballoc-shared-"));
  try {
    const text = join(folder, "core.wat");
    execFileSync(
      process.execPath,
      ["node_modules/assemblyscript/bin/asc.js", entry, "--textFile", text, ...FLAGS, ...flags],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
    return logStores(readFileSync(text, "utf8"), forTests);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
