// Builds the release before this one from the repository's history, so that both run side by side.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { PREVIOUS, PREVIOUS_MODULE, PREVIOUS_PACKAGE, ROOT } from "../paths.ts";

/** The last commit of 0.1.0: one core for all engines, two trees for a tracked allocator. */
const COMMIT = "fef9e5b";
const PARTS = ["assembly", "src", "asconfig.json", "package.json"];

/** False where the history is not there (a shallow clone, an archive): the races that need it are left out. */
export async function buildPrevious(): Promise<boolean> {
  if (existsSync(PREVIOUS_PACKAGE) && existsSync(join(PREVIOUS, "package.json"))) return true;
  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: ROOT,
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  let sources: Buffer;
  try {
    sources = git("archive", COMMIT, "--", ...PARTS);
  } catch {
    return false;
  }
  rmSync(PREVIOUS, { recursive: true, force: true });
  mkdirSync(join(PREVIOUS, "build"), { recursive: true });
  execFileSync("tar", ["-x", "-C", PREVIOUS], { input: sources });
  execFileSync(
    process.execPath,
    [
      join(ROOT, "node_modules/assemblyscript/bin/asc.js"),
      ...["--config", "asconfig.json", "--target", "release"],
    ],
    { cwd: PREVIOUS, stdio: ["ignore", "ignore", "inherit"] },
  );
  const wasm = readFileSync(join(PREVIOUS, "build/suballoc.wasm"));
  writeFileSync(
    join(PREVIOUS, "build/embedded.js"),
    `export const wasmHex = "${wasm.toString("hex")}";\n`,
  );
  const entryPoints = [join(PREVIOUS, "src/index.ts")];
  const shared = { entryPoints, bundle: true, packages: "external", logLevel: "warning" } as const;
  await build({ ...shared, format: "esm", outfile: PREVIOUS_MODULE });
  await build({ ...shared, format: "cjs", platform: "neutral", outfile: PREVIOUS_PACKAGE });
  return true;
}
