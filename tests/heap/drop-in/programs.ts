// Builds the programs of the drop-in tests: C by clang with wasi-libc's headers and library, AssemblyScript by asc.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = "build/test-results/heap";
const SOURCES = import.meta.dirname;

/** Why C programs cannot be built here; undefined if they can. */
export const noClang =
  spawnSync("clang", ["--version"]).status !== 0
    ? "clang is missing"
    : spawnSync("wasm-ld", ["--version"]).status !== 0
      ? "lld is missing"
      : existsSync("/usr/include/wasm32-wasi/stdlib.h")
        ? undefined
        : "wasi-libc is missing";

const built = new Map<string, WebAssembly.Module>();

function once(key: string, build: () => string): WebAssembly.Module {
  let module = built.get(key);
  if (!module) {
    module = new WebAssembly.Module(readFileSync(build()) as Buffer<ArrayBuffer>);
    built.set(key, module);
  }
  return module;
}

/** The C program words.c, its malloc imported from the module "heap". */
export const buildC = () => once("c", compileC);

function compileC(): string {
  mkdirSync(FOLDER, { recursive: true });
  const out = join(FOLDER, "words-c.wasm");
  execFileSync("clang", [
    ...["--target=wasm32-wasi", "--sysroot=/usr", "-O2", "-Wall", "-Wextra", "-Werror"],
    // The compiler would else leave out allocations whose result it can foresee, which are what is tested.
    ...["-fno-builtin", "-nostdlib", "-Wl,--no-entry", "-Wl,--import-memory"],
    ...[join(SOURCES, "words.c"), join(SOURCES, "malloc.c"), "-lc", "-o", out],
  ]);
  return out;
}

/** An AssemblyScript program with this runtime for asc. */
export const buildAssemblyScript = (source: string, runtime: string, ...flags: string[]) =>
  once([source, runtime, ...flags].join(), () => compileAssemblyScript(source, runtime, flags));

function compileAssemblyScript(source: string, runtime: string, flags: string[]): string {
  mkdirSync(FOLDER, { recursive: true });
  const out = join(FOLDER, `${source}-${runtime.replaceAll("/", "-")}.wasm`);
  const options = [
    ...["--runtime", runtime, "--exportRuntime", "--bindings", "raw", "--use", "abort="],
    ...["-O3", "--outFile", out, ...flags],
  ];
  execFileSync(
    process.execPath,
    [
      "node_modules/assemblyscript/bin/asc.js",
      join(SOURCES, "assembly", `${source}.ts`),
      ...options,
    ],
    { stdio: "pipe" },
  );
  return out;
}
