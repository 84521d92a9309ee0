// A real JavaScript program in a real browser: an object pool under load, recorded there, opened in the page and replayed
// by the command, with the same figures and the same advice.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import type { Holders } from "../../src/holders/holders.ts";
import type { AdviceJson, ResultsJson } from "../../src/replay/json.ts";
import { readTrace } from "../../src/trace/read.ts";
import { objectPoolScripts } from "../../traces/object-pool-script.ts";
import { streamOf } from "../traces.ts";
import { contentOf, eventually, expectText, takeScreenshot, timeout, usePage } from "./browser.ts";

const cli = fileURLToPath(new URL("../../../build/lab/cli.js", import.meta.url));
const bundled = fileURLToPath(new URL("../../traces/object-pool.rec.gz", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "suballoc-lab-recorded-"));
const file = join(folder, "played.rec");
const policies = "first-fit,next-fit,best-fit";

async function command(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, "--json"], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}

describe.skipIf(skipsWithoutChromium())("a program recorded in Chromium", { timeout }, () => {
  const tester = usePage();
  let page: Page;

  beforeAll(async () => {
    const { library, program } = await objectPoolScripts();
    page = await tester.open("#play");
    await page.addScriptTag({ content: library });
    await page.addScriptTag({ content: program });
    const bytes = await page.evaluate(() => {
      const { objectPool } = globalThis as unknown as {
        objectPool: typeof import("../../traces/object-pool.ts");
      };
      return [...objectPool.play().save()];
    });
    writeFileSync(file, Uint8Array.from(bytes));
  }, timeout);
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is the program that comes with the page", async () => {
    const [played, kept] = await Promise.all(
      [file, bundled].map((path) => readTrace(streamOf(readFileSync(path), 1000))),
    );
    expect(played!.operations).toEqual(kept!.operations);
    expect(played!.sizes).toEqual(kept!.sizes);
    expect(played!.labels).toEqual(kept!.labels);
    expect(played!.report).toMatchObject({ unknownFrees: 0, failedAllocations: 0 });
    expect(played!.sites.names).toContainEqual(
      expect.stringMatching(/^loadMesh \(object-pool\.js:\d+:\d+\)\n.*play \(object-pool\.js/),
    );
  });

  test("comes to the same figures, the same holders and the same advice in the page", async () => {
    const [replayed, advised] = (await Promise.all([
      command("replay", file, "--policy", policies, "--by-label", "--by-site"),
      command("advise", file, "--policy", policies),
    ])) as [
      ResultsJson & { holders: Record<"label" | "site", Omit<Holders, "grouping">> },
      AdviceJson,
    ];
    const lab = await tester.open(`#replay?p=${policies}`);
    await lab.locator("#file").setInputFiles(file);
    await expectText(lab, "#summary", /^played.rec: recording, 8,851 operations, 4,524 blocks/);
    await expectText(lab, "#task", "Done");

    const download = lab.waitForEvent("download");
    await lab.getByRole("button", { name: "JSON", exact: true }).click();
    const saved: ResultsJson = JSON.parse((await contentOf(await download)).toString());
    const untimed = (results: ResultsJson) => ({
      ...results,
      file: "",
      holders: undefined,
      policies: results.policies.map((one) => ({ ...one, nanosecondsPerOperation: 0 })),
    });
    expect(untimed(saved)).toEqual(untimed(replayed));

    await expectText(lab, "#replay-transport output", / of 8,851 operations$/); // at the peak
    for (const grouping of ["label", "site"] as const) {
      await lab.locator("#holders-by").selectOption(grouping);
      const { atPeak } = replayed.holders[grouping];
      const names = atPeak.slice(0, 10).map(({ name }) => name.replaceAll("\n", " ← "));
      await eventually(() =>
        lab.locator("#holders button:visible .name").allTextContents(),
      ).toEqual(names);
    }

    // Times differ, and what is advised may with them; all else is the same.
    const { advice } = advised;
    await lab.locator(".advice summary").click();
    const rows = await lab
      .locator("#advice-figures table")
      .first()
      .locator("tbody tr")
      .allTextContents();
    expect(rows).toHaveLength(advice.policies.length);
    const figures = lab
      .locator("#advice-figures table")
      .first()
      .locator("tbody tr td:nth-child(2)");
    expect(await figures.allTextContents()).toEqual(
      advice.policies.map(
        ({ capacity, isExact }) => `${isExact ? "" : "≤ "}${capacity.toLocaleString("en-US")}`,
      ),
    );
    const sentences = await lab.locator("#advice p").allTextContents();
    const timeless = (text: string) => text.replace(/\d+ ns/g, "… ns");
    expect(timeless(sentences[0]!)).toBe(timeless(advice.sentences[0]!));
    await takeScreenshot(lab, "recorded");
  });

  test("nothing was printed and nothing failed unseen", () => {
    expect(tester.complaints).toEqual([]);
  });
});
