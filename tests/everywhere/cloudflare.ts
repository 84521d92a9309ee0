// A Cloudflare Worker: bundled by Wrangler as for a deployment, run by Miniflare in Cloudflare's own runtime.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { Consumer } from "./consumer.ts";
import { expectRefusal, expectStory } from "./expected.ts";
import { check } from "./matrix.ts";
import { run } from "./process.ts";

const WRANGLER = join(import.meta.dirname, "node_modules/wrangler/bin/wrangler.js");
/** Workers of the first date have no FinalizationRegistry, those of the second have. */
const DATES = ["2024-01-01", "2025-10-01"];

/** Runs Wrangler without a deployment; returns the modules that it would upload. */
async function bundle(folder: string, date: string) {
  const config = { name: "consumer", main: "cloudflare.mjs", compatibility_date: date };
  writeFileSync(join(folder, "wrangler.json"), JSON.stringify(config));
  const outdir = join(folder, `cloudflare-${date}`);
  await run(process.execPath, [WRANGLER, "deploy", "--dry-run", "--outdir", outdir], {
    cwd: folder,
    env: { WRANGLER_SEND_METRICS: "false", CI: "true" },
  });
  const files = readdirSync(outdir).filter((file) => /\.(js|wasm)$/.test(file));
  return files
    .sort((a) => (a.endsWith(".js") ? -1 : 1))
    .map((file) => ({
      type: file.endsWith(".js") ? ("ESModule" as const) : ("CompiledWasm" as const),
      path: file,
      contents: readFileSync(join(outdir, file)),
    }));
}

export async function checkCloudflare({ folder }: Consumer): Promise<void> {
  for (const date of DATES) {
    let runtime: Miniflare | undefined;
    const get = async (path: string) => {
      if (!runtime) throw new Error("the worker did not start");
      return (await runtime.dispatchFetch(`http://localhost${path}`)).text();
    };
    const name = `Cloudflare ${date}`;
    await check(name, "Wrangler's bundle starts", async () => {
      const modules = await bundle(folder, date);
      runtime = new Miniflare({ modules, compatibilityDate: date });
      await runtime.ready;
      return modules.map(({ path }) => path).join(", ");
    });
    await check(name, "without init: error names it", async () =>
      expectRefusal(await get("/unprepared")),
    );
    await check(name, "await init(module)", async () => expectStory(await get("/")));
    await runtime?.dispose();
  }
}
