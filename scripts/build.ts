// Build: assembly/ → build/<core>.wasm → build/embedded/<core>.js → build/<entry>.js and .cjs, suballoc.min.js,
// the declarations, and the lab's command. Everything generated lies under build/.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type BuildOptions, build } from "esbuild";
import { cached } from "./cache.ts";
import { CORES } from "./cores.ts";
import { encode } from "./embed.ts";
import { ENTRIES } from "./entries.ts";
import { moveTextToEnd } from "./neighbours.ts";
import { compileShared } from "./shared-core.ts";

const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });

mkdirSync("build/embedded", { recursive: true });
for (const file of readdirSync("build")) if (file.startsWith("chunk-")) rmSync(`build/${file}`);

function compile(entry: string, flags: readonly string[], outFile: string): Uint8Array {
  node(
    "node_modules/assemblyscript/bin/asc.js",
    ...[entry, "--config", "asconfig.json", "--target", "release", "--outFile", outFile, ...flags],
  );
  return readFileSync(outFile);
}

for (const { name, entry, flags = [], shared = false } of CORES) {
  const outFile = `build/${name}.wasm`;
  const wasm = cached(entry, { flags, shared }, () =>
    shared ? compileShared({ entry, flags }) : compile(entry, flags, outFile),
  );
  writeFileSync(outFile, wasm);
  writeFileSync(`build/embedded/${name}.js`, `export const wasm = "${encode(wasm)}";\n`);
  writeFileSync(`build/embedded/${name}.d.ts`, "export declare const wasm: string;\n");
  console.log(`${outFile}: ${wasm.length} bytes`);
}

/** What the build of the ES modules left: entries and chunks. */
const isModule = (file: string) =>
  /^chunk-.*\.js$/.test(file) || ENTRIES.some(({ name }) => file === `${name}.js`);

const shared: BuildOptions = {
  bundle: true,
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
};
const entryPoints = Object.fromEntries(ENTRIES.map(({ name, source }) => [name, source]));
// Entries share what they have in common (the cores, the error classes) as chunks.
await build({
  ...shared,
  entryPoints,
  format: "esm",
  splitting: true,
  chunkNames: "chunk-[hash]",
  packages: "external",
  outdir: "build",
});
const narrowText = readFileSync("build/embedded/narrow.js", "utf8").slice(0, 1000).split('"')[1];
for (const file of readdirSync("build"))
  if (/^chunk-.*\.js$/.test(file)) {
    const path = `build/${file}`;
    if (readFileSync(path, "utf8").includes(narrowText as string)) moveTextToEnd(path);
  }
// The same files again as CommonJS, so that require() of two entries shares them too.
await build({
  ...shared,
  entryPoints: readdirSync("build")
    .filter(isModule)
    .map((file) => `build/${file}`),
  format: "cjs",
  platform: "neutral",
  packages: "external",
  outdir: "build",
  outExtension: { ".js": ".cjs" },
  plugins: [
    {
      name: "chunks stay files",
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\.\/chunk-/ }, ({ path }) => ({
          path: path.replace(/\.js$/, ".cjs"),
          external: true,
        })),
    },
  ],
});
// One self-contained file for pages without a bundler.
await build({
  ...shared,
  entryPoints: ["src/index.ts"],
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
