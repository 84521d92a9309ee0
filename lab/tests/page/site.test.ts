// The web site as `npm run site` leaves it, below a folder: the first page leads to the lab and to the API pages, and
// everything they ask for is there.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTRIES } from "../../../scripts/entries.ts";
import { launch, serve, skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import { expectText, filesIn, takeScreenshot, timeout, violations } from "./browser.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe.skipIf(skipsWithoutChromium())("the site", { timeout }, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    execFileSync(process.execPath, ["node_modules/tsx/dist/cli.mjs", "scripts/site.ts"], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    });
    server = await serve(filesIn(`${root}build/site/`, "/suballoc/"));
    browser = await launch();
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test.each(["light", "dark"] as const)(
    "from the first page everywhere, %s",
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1024, height: 768 } });
      const missing: string[] = [];
      page.on("response", (response) => {
        if (response.status() >= 400) missing.push(response.url());
      });
      page.on("request", (request) => {
        const { origin, pathname, protocol } = new URL(request.url());
        const isOurs = origin === server.origin && pathname.startsWith("/suballoc/");
        if (protocol.startsWith("http") && !isOurs) missing.push(`elsewhere: ${request.url()}`);
      });
      page.on("pageerror", (error) => missing.push(String(error)));
      await page.goto(`${server.origin}/suballoc/`);
      expect(await violations(page)).toEqual([]);
      await takeScreenshot(page, `site-${colorScheme}`);

      await page.getByRole("link", { name: "Open the lab" }).click();
      await expectText(page, "#caption", /./);
      await page.getByRole("link", { name: "Replay" }).click();
      await expectText(page, "#summary", /^object-pool: recording, /);
      await page.waitForSelector(".panel .playhead:not([hidden])");

      await page.goto(`${server.origin}/suballoc/`);
      await page.getByRole("link", { name: "API", exact: true }).click();
      await page.waitForLoadState("networkidle");
      expect(await page.title()).toContain("suballoc");
      const here = new URL("api/", `${server.origin}/suballoc/`).href;
      const links = await page
        .locator("a[href]")
        .evaluateAll((all) =>
          all.map((link) => (link as HTMLAnchorElement).href.replace(/#.*/, "")),
        );
      const pages = [...new Set(links)].filter((link) => link.startsWith(here));
      for (const { name } of ENTRIES)
        expect(pages).toContain(new URL(`modules/${name}.html`, here).href);
      for (const link of pages) expect((await page.request.get(link)).status(), link).toBe(200);
      expect(missing).toEqual([]);
    },
  );
});
