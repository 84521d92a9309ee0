// Builds the wasm of the heap's bench: the driver, the floor and AssemblyScript's TLSF by asc, dlmalloc (wasi-libc's) by
// clang where there is one. Ours are the modules of the package, as they are now.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BENCH, OUT, ROOT } from "../../paths.ts";

const HEAP_OUT = join(OUT, "heap");
const wasmPath = (name: string) => join(HEAP_OUT, `${name}.wasm`);

export const moduleOf = (name: string) =>
  new WebAssembly.Module(readFileSync(wasmPath(name)) as Buffer<ArrayBuffer>);

export const ourModule = (name: "heap" | "heap-checked") =>
  new WebAssembly.Module(readFileSync(join(ROOT, `build/${name}.wasm`)) as Buffer<ArrayBuffer>);

/** Whether clang and wasi-libc are here, and so dlmalloc. */
export const hasClang = () =>
  spawnSync("clang", ["--version"]).status === 0 &&
  spawnSync("ls", ["/usr/lib/wasm32-wasi/libc.a"]).status === 0;

export function buildAll(): void {
  mkdirSync(HEAP_OUT, { recursive: true });
  for (const name of ["driver", "floor", "tlsf"])
    execFileSync(
      process.execPath,
      [
        join(ROOT, "node_modules/assemblyscript/bin/asc.js"),
        join(BENCH, "assembly/heap", `${name}.ts`),
        ...["--outFile", wasmPath(name), "--runtime", name === "tlsf" ? "minimal" : "stub"],
        ...["--use", "abort=", "--optimizeLevel", "3", "--shrinkLevel", "0", "--converge"],
        "--noAssert",
      ],
      { cwd: BENCH, stdio: ["ignore", "inherit", "inherit"] },
    );
  if (!hasClang()) return;
  const exported = ["malloc", "free", "realloc", "__heap_base"];
  execFileSync("clang", [
    ...["--target=wasm32-wasi", "--sysroot=/usr", "-O3", "-nostdlib", "-x", "c", "/dev/null"],
    ...["-Wl,--no-entry", ...exported.map((name) => `-Wl,--export=${name}`)],

    ...["-x", "none", "/usr/lib/wasm32-wasi/libc.a", "-o", wasmPath("dlmalloc")],
  ]);
}
