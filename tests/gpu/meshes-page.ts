// The example page examples/gpu-meshes, bundled and served, in a Chromium with the software adapter.

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { serve } from "../browser/browser.ts";

const FOLDER = "examples/gpu-meshes";

/** Serves the page. */
export async function serveMeshes() {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}/main.ts`],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return serve({
    "/": { type: "text/html", body: readFileSync(`${FOLDER}/index.html`) },
    "/style.css": { type: "text/css", body: readFileSync(`${FOLDER}/style.css`) },
    "/main.js": { type: "text/javascript", body: outputFiles[0]!.contents },
  });
}
