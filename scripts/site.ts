// The web site, static files for any folder of any server: build/site/ with a first page, lab/ (the lab's page) and
// api/ (the API pages). Needs `npm run build` first.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";

const SITE = "build/site";
const LAB = "build/lab-page";

if (!existsSync(`${LAB}/index.html`)) throw new Error("there is no page yet: npm run build");
rmSync(SITE, { recursive: true, force: true });
mkdirSync(SITE, { recursive: true });
cpSync("scripts/site/index.html", `${SITE}/index.html`);
cpSync("docs/lab.png", `${SITE}/lab.png`);
cpSync(LAB, `${SITE}/lab`, { recursive: true, filter: (path) => !path.endsWith(".map") });
execFileSync(process.execPath, ["node_modules/typedoc/bin/typedoc", "--out", `${SITE}/api`], {
  stdio: "inherit",
});
console.log(`${SITE}/: the first page, lab/ and api/`);
