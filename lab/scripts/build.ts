// Builds the command: src/cli → build/lab/cli.js, one file with its dependencies except suballoc, which it finds by name;
// beside it tlsf.wasm, an allocator to compare with. And the page: page/ → build/lab-page/, static files with everything
// in them.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { build as buildPage } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [at("../src/cli/main.ts")],
  outfile: at("../../build/lab/cli.js"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: ["suballoc"],
  sourcemap: true,
  logLevel: "warning",
  banner: {
    // The bundled CommonJS packages call require() for Node's own modules.
    js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
});

execFileSync(
  process.execPath,
  [
    at("../../node_modules/assemblyscript/bin/asc.js"),
    ...["tlsf.ts", "--outFile", at("../../build/lab/tlsf.wasm")],
    ...["--runtime", "minimal", "--use", "abort=", "--enable", "simd", "--noAssert"],
    ...["--optimizeLevel", "3", "--shrinkLevel", "0", "--converge"],
  ],
  // Away from suballoc's own asconfig.json, which would be read from the working directory.
  { cwd: at("../assembly"), stdio: ["ignore", "inherit", "inherit"] },
);

await buildPage({ configFile: at("../vite.config.ts"), logLevel: "warn" });
