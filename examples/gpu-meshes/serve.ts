// Bundles the page and serves it: `npm run example:meshes`.

import { context } from "esbuild";

const folder = import.meta.dirname;
const page = await context({
  entryPoints: [`${folder}/main.ts`],
  bundle: true,
  format: "esm",
  outdir: folder,
  write: false,
  // The built package's chunks import each other only for their order.
  logOverride: { "ignored-bare-import": "silent" },
});
const { port } = await page.serve({ host: "localhost", servedir: folder });
console.log(`http://localhost:${port}/`);
