// The built module in a real browser: the one self-contained file, loaded by a page from a server.

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POLICIES } from "../../src/index.ts";
import { launch, serve, skipsWithoutChromium } from "./browser.ts";

const PAGE = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<script type="module" src="/page.js"></script>`;

async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ["tests/browser/page.ts"],
    bundle: true,
    format: "esm",
    external: ["/suballoc.min.js"],
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]!.text;
}

describe.skipIf(skipsWithoutChromium())("in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let server: Awaited<ReturnType<typeof serve>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await serve({
      "/": { type: "text/html", body: PAGE },
      "/page.js": { type: "text/javascript", body: await pageScript() },
      "/suballoc.min.js": {
        type: "text/javascript",
        body: readFileSync("build/suballoc.min.js"),
      },
    });
    browser = await launch();
    page = await browser.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(server.origin);
    await page.waitForFunction("globalThis.tests");
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("the README's example", async () => {
    expect(await page.evaluate("tests.example()")).toEqual({
      addresses: [0, 20, 50, 20],
      free: 60,
      largest: 50,
      blocks: [
        { start: 0, size: 50 },
        { start: 90, size: 10 },
      ],
    });
  });

  test("the error table, for every policy", async () => {
    expect(await page.evaluate("tests.policies()")).toEqual([...POLICIES]);
    expect(await page.evaluate("tests.problems()")).toEqual([]);
  });

  test("10,000 allocators live at once", async () => {
    const count = 10_000;
    const result = await page.evaluate(`tests.manyAtOnce(${count})`);
    expect(result).toEqual({ right: count, disposed: count });
  });

  test("capacities up to 2^53 - 1", async () => {
    expect(await page.evaluate("tests.wide()")).toEqual([0, 2 ** 53 - 2, null]);
  });

  test("nothing is printed and nothing fails unseen", () => {
    expect(complaints).toEqual([]);
  });
});
