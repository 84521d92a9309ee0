// A fresh consumer: a folder outside the project, with the packed tarball installed from npm as anybody
// would, and the consumer's own files beside it.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { run } from "./process.ts";

export const ROOT = join(import.meta.dirname, "../..");
const PACKED = join(ROOT, "build/everywhere");

export interface Consumer {
  readonly folder: string;
  /** The package as installed there. */
  readonly installed: string;
  readonly tarball: string;
  remove(): void;
}

/** Packs the package, which builds it, and installs it. */
export async function makeConsumer(): Promise<Consumer> {
  rmSync(PACKED, { recursive: true, force: true });
  mkdirSync(PACKED, { recursive: true });
  await run("npm", ["pack", "--pack-destination", PACKED], { cwd: ROOT, timeout: 300_000 });
  const [packed] = readdirSync(PACKED);
  if (!packed) throw new Error("npm pack made no tarball");
  const tarball = join(PACKED, packed);

  const folder = mkdtempSync(join(tmpdir(), "suballoc-consumer-"));
  cpSync(join(import.meta.dirname, "consumer"), folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({
      private: true,
      dependencies: { suballoc: `file:${tarball}` },
      // For compilers whose own libraries do not know WebGPU.
      devDependencies: { "@webgpu/types": "0.1.74" },
    }),
  );
  await run("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder });
  for (const format of ["esm", "cjs"] as const) {
    await build({
      entryPoints: ["story.ts", "webgpu-story.ts", "heap-story.ts"].map((file) =>
        join(folder, file),
      ),
      outdir: folder,
      outExtension: { ".js": format === "esm" ? ".mjs" : ".cjs" },
      format,
      logLevel: "warning",
    });
  }
  return {
    folder,
    installed: join(folder, "node_modules/suballoc"),
    tarball,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
