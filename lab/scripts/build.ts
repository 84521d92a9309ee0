// Builds the command: src/cli → build/lab/cli.js, one file with its dependencies, but not suballoc
// itself, which it finds by name next door. And the page: page/ → build/lab-page/, static files with
// everything in them.

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

await buildPage({ configFile: at("../vite.config.ts"), logLevel: "warn" });
