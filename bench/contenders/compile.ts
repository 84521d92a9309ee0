// Compile the bench's AssemblyScript with the compiler and the flags that build suballoc itself.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const bench = join(import.meta.dirname, "..");
const out = join(bench, "../build/bench");
const asc = join(
  dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")),
  "bin/asc.js",
);

/** Where `load` finds a compiled driver. */
const wasmPath = (name: string) => join(out, `${name}.wasm`);

export function compileDrivers(): void {
  mkdirSync(out, { recursive: true });
  for (const name of ["noop", "tlsf"]) {
    execFileSync(
      process.execPath,
      [
        asc,
        join(bench, "assembly", `${name}.ts`),
        ...["--outFile", wasmPath(name), "--runtime", "minimal", "--use", "abort="],
        ...["--enable", "simd", "--optimizeLevel", "3", "--shrinkLevel", "0", "--converge"],
        ...["--noAssert"],
      ],
      { stdio: ["ignore", "inherit", "inherit"] },
    );
  }
}

export function loadDriver(name: string): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasmPath(name)))).exports;
}
