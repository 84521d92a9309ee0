// Playing with a block: every control, by mouse and by keyboard.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import { contentOf, expectText, settled, timeout, usePage } from "./browser.ts";

const empty = "#play?c=1000&p=first-fit&h=&n=0";

async function blocksOf(page: Page, list: "live" | "free"): Promise<string[]> {
  return page
    .locator(`#${list}-list li:has(b)`)
    .evaluateAll((items) =>
      items.map(
        (item) =>
          `${item.querySelector("b")?.textContent}${item.querySelector("b + span")?.textContent}`,
      ),
    );
}

/** Presses the map where this address lies; it is three rows of a third each. */
async function pressAt(page: Page, address: number, capacity = 1000): Promise<void> {
  const { width } = (await page.locator("#map canvas").boundingBox())!;
  const perRow = capacity / 3;
  const row = Math.floor(address / perRow);
  const x = 2 + ((address + 0.5) / perRow - row) * (width - 4);
  await page.locator("#map canvas").click({ position: { x, y: 18 + row * 66 + 20 } });
}

describe.skipIf(skipsWithoutChromium())("play", { timeout }, () => {
  const tester = usePage();

  test("allocate, free by a click, the free list, figures", async () => {
    const page = await tester.open(empty);
    await page.locator("#play").getByLabel("Size").fill("200");
    await page.getByRole("button", { name: "Allocate" }).click();
    await page.locator("#play").getByLabel("Size").fill("100");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Allocate" }).click();
    await expectText(page, "#caption", "First fit looked at the one free block");
    expect(await blocksOf(page, "live")).toEqual(["200[0, 200)", "100[200, 300)", "100[300, 400)"]);
    expect(await blocksOf(page, "free")).toEqual(["600[400, 1,000)"]);
    await pressAt(page, 250);
    await expectText(page, "#caption", "Freed [200, 300): no free neighbour");
    await pressAt(page, 350);
    await expectText(page, "#caption", "merged with both neighbours");
    expect(await blocksOf(page, "free")).toEqual(["800[200, 1,000)"]);
    await expectText(page, "#free-list", "100 + 100 + 600");
    await expectText(page, "#play-figures", /Live200 in 1Free800 in 1Largest free block800/);
    await pressAt(page, 500);
    await expectText(page, "#selection", "Free block [200, 1,000), size 800: nothing to free.");
  });

  test("what lies under the pointer", async () => {
    const page = await tester.open("#play?c=300&p=first-fit&h=a30_a30_f0");
    const canvas = page.locator("#map canvas");
    const { width } = (await canvas.boundingBox())!;
    await canvas.hover({ position: { x: width * 0.45, y: 40 } });
    await expectText(page, "#map .tip", /^Live block 2 \[30, 60\), size 30 · address 4\d$/);
    await canvas.hover({ position: { x: 10, y: 40 } });
    await expectText(page, "#map .tip", /^Free block \[0, 30\), size 30 · address [0-9]$/);
    await page.mouse.move(5, 5);
    expect(await page.locator("#map .tip").isHidden()).toBe(true);
  });

  test("by keyboard alone: the map, undo and redo", async () => {
    const page = await tester.open("#play?c=100&p=first-fit&h=a20_a30");
    await page.locator("#map canvas").focus();
    await page.keyboard.press("ArrowRight");
    await expectText(page, "#selection", "Live block 1 [0, 20), size 20");
    await page.keyboard.press("ArrowRight");
    await expectText(page, "#selection", "Live block 2 [20, 50), size 30");
    await page.keyboard.press("End");
    await expectText(page, "#selection", "Free block [50, 100), size 50");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await expectText(page, "#caption", "Freed [0, 20)");
    await page.keyboard.press("Control+z");
    await expectText(page, "#play-transport output", "Step 2 of 3");
    expect(await blocksOf(page, "live")).toHaveLength(2);
    await page.keyboard.press("Control+y");
    await expectText(page, "#play-transport output", "Step 3 of 3");
    await page.locator("#live-list button").first().focus();
    await page.keyboard.press("Enter");
    await expectText(page, "#caption", "Freed [20, 50): merged with both neighbours");
  });

  test("fill, free half, defragment; undo takes each back whole", async () => {
    const page = await tester.open(empty);
    await page.getByRole("button", { name: "Fill" }).click();
    await expectText(page, "#caption", "do not fit");
    const filled = await blocksOf(page, "live");
    expect(filled.length).toBeGreaterThan(10);
    await page.getByRole("button", { name: "Free half" }).click();
    await expectText(page, "#caption", "Freed");
    const half = await blocksOf(page, "live");
    expect(half.length).toBeLessThan(filled.length);
    expect(half.length).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Defragment" }).click();
    await expectText(page, "#caption", "Moved");
    expect(await blocksOf(page, "free")).toHaveLength(1);
    expect((await blocksOf(page, "live")).length).toBe(half.length);
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await blocksOf(page, "live")).toEqual(half);
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await blocksOf(page, "live")).toEqual(filled);
    await page.getByRole("button", { name: "Undo" }).click();
    await expectText(page, "#caption", "A block of 1,000, all of it free.");
    for (let i = 0; i < 3; i++) await page.getByRole("button", { name: "Redo" }).click();
    expect(await blocksOf(page, "live")).toHaveLength(half.length);
  });

  test("step back, and something else done there", async () => {
    const page = await tester.open("#play?c=100&p=first-fit&h=a10_a20_a30&n=3");
    await page.getByRole("button", { name: "Step back" }).click();
    await page.getByRole("button", { name: "Step back" }).click();
    expect(await blocksOf(page, "live")).toEqual(["10[0, 10)"]);
    await page.getByRole("button", { name: "Step on" }).click();
    expect(await blocksOf(page, "live")).toEqual(["10[0, 10)", "20[10, 30)"]);
    await page.locator("#play-transport input[type=range]").fill("1");
    await page.getByRole("button", { name: "Allocate" }).click();
    expect(await blocksOf(page, "live")).toEqual(["10[0, 10)", "40[10, 50)"]);
    await expectText(page, "#play-transport output", "Step 2 of 2");
    await page.getByRole("button", { name: "To the start" }).click();
    await expectText(page, "#free-list", "100[0, 100)");
    await page.getByRole("button", { name: "To the end" }).click();
    await expectText(page, "#play-transport output", "Step 2 of 2");
  });

  test("an action of many steps is watched step by step", async () => {
    const page = await tester.open(empty, { reducedMotion: "no-preference" });
    await page.locator("#play").getByLabel("Speed").selectOption("8");
    await page.getByRole("button", { name: "Fill" }).click();
    expect(await page.getByRole("button", { name: "Pause" }).isVisible()).toBe(true);
    await expectText(page, "#play-transport output", /^Step (\d+) of \1$/);
    await expectText(page, "#caption", "do not fit");
    await expectText(page, "#play-transport .play", "Play");
  });

  test("the same history under every policy", async () => {
    const page = await tester.open("#play");
    await page
      .locator("#play")
      .getByLabel("Example")
      .selectOption({ label: "Policies: which hole for 25?" });
    const chosen: Record<string, string> = {};
    for (const policy of ["First fit", "Next fit", "Best fit", "Worst fit", "Linked list"]) {
      await page.locator("#play").getByLabel("Policy").selectOption({ label: policy });
      const caption = (await page.locator("#caption").textContent())!;
      expect(caption).toContain(policy);
      chosen[policy] = /25 at (\d+)/.exec(caption)![1]!;
    }
    expect(chosen).toEqual({
      "First fit": "0",
      "Next fit": "210",
      "Best fit": "70",
      "Worst fit": "110",
      "Linked list": "0",
    });
  });

  test("capacity: another keeps the history, a bad one changes nothing, start over", async () => {
    const page = await tester.open("#play?c=100&p=best-fit&h=a40_a40");
    await page.locator("#play").getByLabel("Capacity").fill("60");
    await page.locator("#play").getByLabel("Capacity").blur();
    await expectText(page, "#caption", "40 do not fit: only 20 are free.");
    await page.locator("#play").getByLabel("Capacity").fill("0");
    await page.locator("#play").getByLabel("Capacity").blur();
    expect(await blocksOf(page, "live")).toEqual(["40[0, 40)"]);
    await page.locator("#play").getByLabel("Capacity").fill("9007199254740991");
    await page.locator("#play").getByLabel("Capacity").blur();
    expect(await blocksOf(page, "live")).toHaveLength(2);
    await page.getByRole("button", { name: "Start over" }).click();
    await expectText(page, "#caption", "A block of 9,007,199,254,740,991, all of it free.");
    await page.locator("#play").getByLabel("Size").fill("1");
    await page.locator("#alignment").fill("4096");
    await page.getByRole("button", { name: "Allocate" }).click();
    await page.getByRole("button", { name: "Allocate" }).click();
    await expectText(page, "#caption", "1, aligned to 4,096, at 4,096");
  });

  test("a link brings everything back; a damaged one is refused", async () => {
    const page = await tester.open(empty);
    await page.locator("#play").getByLabel("Policy").selectOption("worst-fit");
    await page.getByRole("button", { name: "Fill" }).click();
    await page.getByRole("button", { name: "Free half" }).click();
    await page.getByRole("button", { name: "Step back" }).click();
    const state = async (of: Page) => ({
      live: await blocksOf(of, "live"),
      free: await blocksOf(of, "free"),
      caption: await of.locator("#caption").textContent(),
      step: await of.locator("#play-transport output").textContent(),
      policy: await of.locator("#play").getByLabel("Policy").inputValue(),
    });
    const before = await state(page);
    await settled(page);
    const other = await tester.open(String(await page.evaluate("location.hash")));
    expect(await state(other)).toEqual(before);
    for (const damaged of ["#play?c=100&h=zzz", "#play?c=-3&h=a1", "#play?c=100&p=good-fit"]) {
      await other.evaluate((hash) => {
        location.hash = hash;
      }, damaged);
      await expectText(other, "#notice", "This link is damaged");
      expect(await state(other)).toEqual(before);
    }
  });

  test("PNG, SVG and JSON to keep, and the link copied", async () => {
    const page = await tester.open("#play?c=100&p=first-fit&h=a20_a30_f0", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const save = async (name: string) => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name, exact: true }).click();
      const saved = await download;
      expect(saved.suggestedFilename()).toBe(`suballoc-play.${name.toLowerCase()}`);
      return contentOf(saved);
    };
    const png = await save("PNG");
    expect([...png.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));
    expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
    const svg = (await save("SVG")).toString();
    expect(svg).toMatch(/^<svg xmlns/);
    expect(svg).toContain("Freed [0, 20): no free neighbour");
    expect(svg).not.toContain("undefined");
    expect(JSON.parse((await save("JSON")).toString())).toMatchObject({
      capacity: 100,
      policy: "first-fit",
      step: 3,
      liveBlocks: [{ id: 1, start: 20, size: 30 }],
      freeBlocks: [
        { start: 0, size: 20 },
        { start: 50, size: 50 },
      ],
    });
    await page.getByRole("button", { name: "Copy link" }).click();
    await expectText(page, "#notice", "Link copied.");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("h=a20_a30_f0");
  });

  test("nothing was printed and nothing failed unseen", () => {
    expect(tester.complaints).toEqual([]);
  });
});
