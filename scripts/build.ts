// Build: assembly/ → build/<core>.wasm → build/embedded/<core>.js → build/<entry>.js and .cjs, suballoc.min.js,
// the declarations, and the lab's command. Everything generated lies under build/.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { bundle } from "./bundle.ts";
import { cached } from "./cache.ts";
import { CORES } from "./cores.ts";
import { encode } from "./embed.ts";
import { compileShared } from "./shared-core.ts";

const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });

mkdirSync("build/embedded", { recursive: true });

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

await bundle();

rmSync("build/types", { recursive: true, force: true });
node("node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json");
// The same declarations, seen as CommonJS by require().
cpSync("build/types/esm", "build/types/cjs", { recursive: true });
writeFileSync("build/types/cjs/package.json", '{ "type": "commonjs" }\n');

node("node_modules/tsx/dist/cli.mjs", "lab/scripts/build.ts");
