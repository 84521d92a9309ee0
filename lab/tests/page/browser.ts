// The page as it is built, in a real Chromium, with everything it complains of written down.

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Download, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launch, type Served, serve } from "../../../tests/browser/browser.ts";

const built = fileURLToPath(new URL("../../../build/lab-page/", import.meta.url));
const screenshots = fileURLToPath(new URL("../../../build/screenshots/", import.meta.url));

/** Milliseconds to wait for anything; a test may take twice as long. */
const patience = 90_000;
export const timeout = 2 * patience;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".gz": "application/gzip",
  ".md": "text/markdown",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** The files below `root`, served below a folder, since pages must work from any. */
export function filesIn(root: string, folder: string): Record<string, Served> {
  const served: Record<string, Served> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = types[extname(path)];
    if (type === undefined) continue;
    const file = { type, body: readFileSync(path) };
    const url = `${folder}${path.slice(root.length)}`;
    served[url] = file;
    if (url.endsWith("/index.html")) served[url.slice(0, -"index.html".length)] = file;
  }
  return served;
}

export interface Tester {
  /** Opens the page at this hash. */
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
  /** What the pages printed, and errors nobody caught. */
  readonly complaints: string[];
}

/** For use in a describe block: starts the browser before its tests and ends it after them. */
export function usePage(): Tester {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  const complaints: string[] = [];
  beforeAll(async () => {
    server = await serve(filesIn(built, "/some/folder/"));
    browser = await launch();
  }, patience);
  // A page left open would go on searching.
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return {
    complaints,
    async open(hash, options) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        reducedMotion: "reduce",
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(patience);
      page.on("pageerror", (error) => complaints.push(String(error.stack)));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("requestfailed", (request) => complaints.push(`not loaded: ${request.url()}`));
      await page.goto(`${server.origin}/some/folder/${hash}`);
      await page.waitForSelector("html[data-ready]");
      return page;
    },
  };
}

/** What axe finds wrong with the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.addScriptTag({ path });
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    );
  });
}

export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

export async function contentOf(download: Download): Promise<Buffer> {
  return readFileSync(await download.path());
}

/** Waits until it is as expected; the machine may be busy. */
export function eventually<T>(value: () => T) {
  return expect.poll(value, { timeout: patience, interval: 30 });
}

/** Once what the last input led to is drawn, which is in the next frame, and stands in the link, which else takes longer. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    dispatchEvent(new Event("pagehide"));
  });
}

/** The text of an element, once it is as expected. */
export async function expectText(page: Page, selector: string, text: string | RegExp) {
  await eventually(() => page.locator(selector).textContent()).toMatch(text);
}
