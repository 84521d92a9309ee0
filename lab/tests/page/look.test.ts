// How the page looks: nothing for axe to object to, nothing to scroll sideways, nothing that jumps.
// Leaves screenshots in build/screenshots.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import { takeScreenshot, timeout, usePage, violations } from "./browser.ts";

const views = {
  play: "#play?c=260&p=best-fit&h=a60_a10_a30_a10_a90_a10_f0_f2_f4_a25",
  merge: "#play?c=100&p=first-fit&h=a20_a20_a20_a20_a20_f1_f2_f4_f3_f0&n=9",
  inside: "#inside?k=16&h=m100_m24_m700_m1000_m520_m100_m40_m600_m24_f2_f0_f4_f5",
  replay: "#replay?t=cc1&p=first-fit,next-fit,best-fit&at=30000",
};
const sizes = [
  ["wide", { width: 1280, height: 900 }],
  ["narrow", { width: 360, height: 740 }],
] as const;

async function settled(page: Page, hash: string): Promise<void> {
  if (!hash.startsWith("#replay")) return;
  await page.waitForFunction(
    () => document.querySelectorAll(".panel .playhead:not([hidden])").length === 3,
  );
  await page.getByRole("button", { name: "Stop" }).click(); // a still picture
}

describe.skipIf(skipsWithoutChromium())("looks", { timeout }, () => {
  const tester = usePage();

  describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
    test.each(Object.entries(views))("%s", async (name, hash) => {
      const page = await tester.open(hash, { colorScheme });
      await settled(page, hash);
      for (const [width, viewport] of sizes) {
        await page.setViewportSize(viewport);
        // The charts take the new width in the next frames, so a wide one may stick out until then.
        await page.waitForFunction(
          () => document.documentElement.scrollWidth === document.documentElement.clientWidth,
        );
        expect(await violations(page)).toEqual([]);
        await takeScreenshot(page, `${name}-${colorScheme}-${width}`);
      }
    });
  });

  test.each(sizes)("nothing jumps: %s", async (_, viewport) => {
    const page = await tester.open(views.play, { viewport });
    await page.evaluate(() => {
      const jumps: string[] = [];
      Object.assign(globalThis, { jumps });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { sources = [] } = entry as unknown as { sources?: { node?: Element }[] };
          jumps.push(...sources.map(({ node }) => node?.id || node?.nodeName || "?"));
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    for (const name of ["Allocate", "Fill", "Free half", "Defragment", "Undo", "Undo", "Undo"]) {
      await page.getByRole("button", { name, exact: true }).click();
    }
    await page.evaluate((hash) => {
      location.hash = hash;
    }, views.replay);
    await settled(page, views.replay);
    await page.locator("#replay-transport input[type=range]").fill("100");
    await page.waitForTimeout(100);
    expect(await page.evaluate("jumps")).toEqual([]);
  });

  test("nothing was printed and nothing failed unseen", () => {
    expect(tester.complaints).toEqual([]);
  });
});
