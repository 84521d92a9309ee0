// The view "Inside malloc" in Chromium: calling the heap by mouse and by keyboard, stepping, captions, bytes, links.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import { contentOf, eventually, expectText, settled, timeout, usePage } from "./browser.ts";

const caption = "#inside-caption p";
const merging = "#inside?k=16&h=m520_m520_m520_m520_m520_f1_f2";
/** The same, the other way round: then the free block is in a bin. */
const merged = "#inside?k=16&h=m520_m520_m520_m520_m520_f2_f1";

const map = (page: Page) => page.getByRole("listbox", { name: "Blocks in order of address" });
const blocksOf = (page: Page) =>
  map(page)
    .getByRole("option")
    .evaluateAll((blocks) => blocks.map((one) => one.ariaLabel));

async function callWith(page: Page, name: string, size: number): Promise<void> {
  await page.getByRole("spinbutton", { name: "Size" }).fill(String(size));
  await page.locator("#inside").getByRole("button", { name, exact: true }).click();
}

/** Presses the first piece of a block. */
const press = (page: Page, name: RegExp) =>
  map(page).getByRole("option", { name }).locator("rect.block").first().click();

/** Bytes of the selected block's row, as on the screen. */
const wordsOf = (page: Page, row: number) =>
  page
    .locator("#inside-bytes tbody.selected tr:not(.title):not(.left-out)")
    .nth(row)
    .locator("td")
    .evaluateAll((cells) => cells.map((cell) => cell.textContent));

describe.skipIf(skipsWithoutChromium())("inside malloc", { timeout }, () => {
  const tester = usePage();

  test("malloc, free by a click, again what is free", async () => {
    const page = await tester.open("#inside?h=");
    await expectText(page, caption, "An empty heap of 16,384 bytes");
    await callWith(page, "malloc", 520);
    await expectText(page, caption, "malloc(520) needs");
    await callWith(page, "malloc", 1000);
    await callWith(page, "malloc", 600);
    expect((await blocksOf(page)).map((label) => label?.split(":")[0])).toEqual([
      ...["Live block A", "Live block B", "Live block C", "Not used yet"],
    ]);
    await press(page, /^Live block B/);
    await expectText(page, caption, /^free\(0x[0-9a-f]+\) gives [\d,]+ bytes back to the heap/);
    await expectText(page, "#inside-selection p", /^Free block: 1,0\d\d bytes at 0x/);
    await press(page, /^Free block/);
    await expectText(page, caption, "is refused: that block is free already");
    await expectText(page, "#inside-caption li", "ERR_DOUBLE_FREE");
    await press(page, /^Live block A/);
    await expectText(page, caption, "merges them with the free block after");
    await page.getByRole("button", { name: /^free\(/ }).click();
    await expectText(page, caption, "that block is free already");
  });

  test("calloc, alignedAlloc, realloc of the selected block", async () => {
    const page = await tester.open("#inside?h=");
    await callWith(page, "calloc", 600);
    await expectText(page, caption, "calloc(1, 600)");
    expect((await wordsOf(page, 1))[0]).toBe("00000000");
    await page.locator("#inside-alignment").selectOption("1024");
    await callWith(page, "alignedAlloc", 700);
    await expectText(page, caption, "alignedAlloc(1,024, 700)");
    expect((await wordsOf(page, 1)).at(-1)).toBe("B".repeat(16));
    await page.getByRole("spinbutton", { name: "Size" }).fill("2000");
    await page.getByRole("button", { name: /^realloc\(0x[0-9a-f]+, 2000\)$/ }).click();
    await expectText(page, caption, "grows the block in place");
    await expectText(page, "#inside-selection p", /^Live block B: 2,0\d\d bytes/);
  });

  test("by keyboard alone", async () => {
    const page = await tester.open(merging);
    await map(page).getByRole("option", { selected: true }).focus();
    await page.keyboard.press("Home");
    await expectText(page, "#inside-selection p", /^Live block A/);
    await page.keyboard.press("ArrowRight");
    await expectText(page, "#inside-selection p", /^Free block: 1,0\d\d bytes/);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expectText(page, caption, /merges them with the free block before, 1,0\d\d bytes/);
    await page.keyboard.press("Home");
    await page.keyboard.press("Delete");
    await expectText(page, caption, /merges them with the free block after|the top falls/);
    await page.keyboard.press("Control+z");
    await expectText(page, "#inside-transport output", "Step 8 of 9");
    await page.keyboard.press("Control+y");
    await expectText(page, "#inside-transport output", "Step 9 of 9");
  });

  test("the bytes: fields named and coloured, what changed is marked", async () => {
    const page = await tester.open(merged);
    const [next, previous, size] = await wordsOf(page, 0);
    expect(next).toBe("00000000next none");
    expect(previous).toMatch(/^[0-9a-f]{8}previous its bin$/);
    const [, bytes, words] = /^([0-9a-f]{4}0000)size (1,0\d\d)$/.exec(size!)!;
    expect((await wordsOf(page, 4))[3]).toBe(`${bytes}footer ${words}`);
    const field = page.locator("#inside-bytes tbody.selected td.field.size");
    expect(await field.evaluate((cell) => cell.className)).toContain("changed");
    // The letter of the block that was there is still in it.
    expect((await wordsOf(page, 1))[0]).toBe("42".repeat(4));
    await expectText(page, "#inside-bytes", /Its list: the bin of 1,0\d\d to 1,\d{3} bytes/);
    await expectText(page, "#inside-bytes", /The bitmap: .* begin at 0x/);
    await page.getByText("Fields of the control block").click();
    await expectText(page, "#inside-control table", /top 0x[0-9a-f]+/);
  });

  test("the free block that grew last is in no bin, and can be chosen all the same", async () => {
    const page = await tester.open(merging);
    await page.getByLabel("shows its bytes").check();
    await expectText(page, "#inside-bins", /Open, in no bin yet/);
    await press(page, /^Live block A/);
    await page.locator("#inside-bins button").click();
    await expectText(page, "#inside-selection p", /^Free block: 1,0\d\d bytes/);
    const [size] = (await wordsOf(page, 0)).slice(2);
    expect(size).toMatch(/^[0-9a-f]{8}size 1,0\d\d$/);
    expect(await page.locator("#inside-bytes td.field.footer").count()).toBe(0);
  });

  test("choosing without freeing: pressing a block, an address in a list", async () => {
    const page = await tester.open(merged);
    await page.getByLabel("shows its bytes").check();
    await press(page, /^Live block D/);
    await expectText(page, "#inside-selection p", /^Live block D/);
    await expectText(page, "#inside-transport output", "Step 7 of 7");
    await page.locator("#inside-bins button").click();
    await expectText(page, "#inside-selection p", /^Free block: 1,0\d\d bytes/);
    expect(await page.locator("#inside-bins button").getAttribute("aria-current")).toBe("true");
  });

  test("stepping back and on; something new in the past", async () => {
    const page = await tester.open(merging);
    for (let i = 0; i < 3; i++) await page.locator("#inside").getByLabel("Step back").click();
    await expectText(page, caption, "malloc(520) needs");
    expect(await map(page).getByRole("option").count()).toBe(5);
    await page.locator("#inside").getByLabel("Step on").click();
    expect(await map(page).getByRole("option").count()).toBe(6);
    await page.locator("#inside").getByLabel("To the start").click();
    await expectText(page, caption, "An empty heap");
    await callWith(page, "malloc", 40);
    await expectText(page, "#inside-transport output", "Step 1 of 1");
    await expectText(page, "#inside-caption", "a new reserve for small blocks");
  });

  test("every example can be played; the link brings back what is on the screen", async () => {
    const page = await tester.open("#inside");
    const choice = page.locator("#inside").getByLabel("Example");
    const names = await choice.locator("option").allTextContents();
    for (const name of names.slice(1)) {
      await choice.selectOption(name);
      await eventually(() => page.locator(caption).textContent()).toMatch(/\.$/);
    }
    await choice.selectOption("A stack: last in, first out");
    for (let i = 0; i < 3; i++) await page.locator("#inside").getByLabel("Step on").click();
    await expectText(page, "#inside-stacks", /^48 bytes3 of \d+/);
    const shown = await page.locator(caption).textContent();
    await settled(page);
    const hash = (await page.evaluate("location.hash")) as string;
    expect(hash).toMatch(/^#inside\?.*n=6/);
    const again = await tester.open(hash);
    await expectText(again, caption, shown!);
    await expectText(again, "#inside-transport output", "Step 6 of 9");
  });

  test("damaged links say so and change nothing", async () => {
    const page = await tester.open("#inside?h=nonsense");
    await expectText(page, "#notice", "This link is damaged.");
    await page.evaluate("location.hash = '#inside?k=17&h=m1'");
    await expectText(page, "#notice", "This link is damaged.");
  });

  test("files to keep", async () => {
    const page = await tester.open(merging);
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name, exact: true }).click(),
      ]);
      return contentOf(download);
    };
    const svg = (await save("SVG")).toString();
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain("merges them with the free block before");
    expect(svg).toMatch(/>free 1,0\d\d</);
    expect(svg).not.toContain("var(");
    const json = JSON.parse((await save("JSON")).toString());
    expect(json.heap.blocks.map(({ state }: { state: string }) => state)).toEqual([
      ...["live", "free", "live", "live"],
    ]);
    expect((await save("PNG")).subarray(1, 4).toString()).toBe("PNG");
  });

  test("nothing was printed and nothing failed unseen", () => {
    expect(tester.complaints).toEqual([]);
  });
});
