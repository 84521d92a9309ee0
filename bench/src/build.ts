// What must be built before a race: the bench's AssemblyScript, with the compiler and the flags that build
// suballoc itself, and the runner, with the build of suballoc that is there now: a later one does not
// disturb the run.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { driverPath } from "../contenders/driver.ts";
import { BENCH, OUT, ROOT, RUNNER, SUBALLOC_WASM } from "../paths.ts";

export async function buildRunner(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  for (const name of ["noop", "offset", "tlsf"]) {
    execFileSync(
      process.execPath,
      [
        join(ROOT, "node_modules/assemblyscript/bin/asc.js"),
        join(BENCH, "assembly", `${name}.ts`),
        ...["--outFile", driverPath(name), "--runtime", "minimal", "--use", "abort="],
        ...["--enable", "simd", "--optimizeLevel", "3", "--shrinkLevel", "0", "--converge"],
        ...["--noAssert"],
      ],
      // Away from suballoc's own asconfig.json, which would be read from the working directory.
      { cwd: BENCH, stdio: ["ignore", "inherit", "inherit"] },
    );
  }
  copyFileSync(join(ROOT, "build/narrow.wasm"), SUBALLOC_WASM);
  await build({
    entryPoints: [join(BENCH, "src/runner.ts")],
    outfile: RUNNER,
    bundle: true,
    platform: "node",
    format: "esm",
    define: { "import.meta.dirname": JSON.stringify(BENCH) },
    logLevel: "warning",
  });
}
