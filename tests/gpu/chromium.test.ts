// The pool on a real WebGPU device in headless Chromium.

import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, serve, WEBGPU_ARGUMENTS } from "../browser/browser.ts";
import { SCENARIOS } from "../webgpu/scenarios.ts";

let browser: Browser;
let page: Page;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ["tests/gpu/page.ts"],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  server = await serve({
    "/": {
      type: "text/html",
      body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    },
    "/page.js": { type: "text/javascript", body: outputFiles[0]!.contents },
  });
  browser = await launch(WEBGPU_ARGUMENTS);
  page = await browser.newPage();
  await page.goto(server.origin);
  await page.waitForFunction("globalThis.run");
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

for (const name of Object.keys(SCENARIOS))
  test(name, async () => {
    const { tally, uncaptured } = await page.evaluate<{ tally: unknown; uncaptured: string[] }>(
      `run(${JSON.stringify(name)})`,
    );
    if (tally) console.log(name, JSON.stringify(tally));
    expect(uncaptured).toEqual([]);
  });
