// Build: assembly/ → build/suballoc.wasm → build/embedded.js → build/index.js, index.cjs, suballoc.min.js,
// the declarations, and the lab's command. Everything generated lies under build/.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type BuildOptions, build } from "esbuild";

const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });

mkdirSync("build", { recursive: true });

node("node_modules/assemblyscript/bin/asc.js", "--config", "asconfig.json", "--target", "release");
const wasm = readFileSync("build/suballoc.wasm");
writeFileSync("build/embedded.js", `export const wasmHex = "${wasm.toString("hex")}";\n`);
writeFileSync("build/embedded.d.ts", "export declare const wasmHex: string;\n");

const shared: BuildOptions = {
  entryPoints: ["src/index.ts"],
  bundle: true,
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
};
await build({
  ...shared,
  format: "esm",
  packages: "external",
  outfile: "build/index.js",
});
await build({
  ...shared,
  format: "cjs",
  packages: "external",
  platform: "neutral",
  outfile: "build/index.cjs",
});
// One self-contained file for pages without a bundler.
await build({
  ...shared,
  format: "esm",
  minify: true,
  outfile: "build/suballoc.min.js",
});

rmSync("build/types", { recursive: true, force: true });
node("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
// The same declarations, seen as CommonJS by require().
cpSync("build/types/esm", "build/types/cjs", { recursive: true });
writeFileSync("build/types/cjs/package.json", '{ "type": "commonjs" }\n');

node("node_modules/tsx/dist/cli.mjs", "lab/scripts/build.ts");
console.log(`build/suballoc.wasm: ${wasm.length} bytes`);
