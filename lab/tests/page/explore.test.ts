// Looking around in a replay: what a block is, closer and further, who holds the memory, only some blocks. With mouse,
// keyboard and fingers, at the widths of a desk, a tablet and a telephone, light and dark.
// Leaves screenshots in build/screenshots.

import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import { Blocks } from "../../page/replay/blocks.ts";
import { factoryOf } from "../../src/replay/allocator.ts";
import { type Replay, replay } from "../../src/replay/replay.ts";
import { readTrace } from "../../src/trace/read.ts";
import type { Trace } from "../../src/trace/trace.ts";
import {
  eventually,
  expectText,
  settled,
  takeScreenshot,
  timeout,
  usePage,
  violations,
} from "./browser.ts";

const file = fileURLToPath(new URL("../../traces/object-pool.rec.gz", import.meta.url));
const capacity = 400_000;
const hash = `#replay?t=object-pool&p=first-fit,best-fit&c=${capacity}&at=6000`;
const pictureHeight = 220;
const gutter = 70;
const picture = ".panel[data-policy=first-fit] .picture-canvas";
const output = "#replay-transport output";

let trace: Trace;
let replayed: Replay;
let blocks: Blocks;

beforeAll(async () => {
  trace = await readTrace(
    Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array<ArrayBuffer>>,
  );
  replayed = replay(trace, factoryOf("first-fit"), capacity);
  blocks = new Blocks(trace);
});

const labelOf = (id: number) => trace.labels.names[trace.labels.of[id]!]!;
const inWords = (number: number) => number.toLocaleString("en-US");
const liveAt = (moment: number, label: string) =>
  Array.from(trace.sizes.keys()).filter((id) => blocks.isLive(id, moment) && labelOf(id) === label);

async function opened(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelectorAll(".panel .playhead:not([hidden])").length === 2,
  );
  await settled(page);
}

/** Where a moment and an address lie in the picture while all of it is in sight. */
async function pointOf(page: Page, moment: number, address: number) {
  const target = page.locator(picture).first();
  await target.scrollIntoViewIfNeeded();
  const { x, y, width } = (await target.boundingBox())!;
  return {
    x: x + gutter + (moment / trace.operations.length) * (width - gutter),
    y: y + pictureHeight - 1 - (address / capacity) * (pictureHeight - 2),
  };
}

async function moment(page: Page): Promise<number> {
  await settled(page);
  return Number((await page.locator(output).textContent())!.split(" ")[0]!.replaceAll(",", ""));
}

/** The part of the pictures in sight, as the link has it. */
async function viewOf(page: Page): Promise<number[] | undefined> {
  await settled(page);
  const link = new URLSearchParams(String(await page.evaluate("location.hash.split('?')[1]")));
  return link.get("v")?.split("_").map(Number);
}

const span = (view: readonly number[] | undefined) =>
  view === undefined ? trace.operations.length : view[1]! - view[0]!;

/** In the middle of a large mesh that lives long. */
function meshInSight() {
  const [id] = liveAt(6000, "mesh").sort(
    (a, b) =>
      trace.sizes[b]! * (blocks.deaths[b]! - blocks.births[b]!) -
      trace.sizes[a]! * (blocks.deaths[a]! - blocks.births[a]!),
  );
  const address = replayed.addresses[id!]! + Math.floor(trace.sizes[id!]! / 2);
  const middle = Math.floor((blocks.births[id!]! + blocks.deaths[id!]!) / 2);
  return { id: id!, address, moment: middle };
}

async function checkTip(page: Page, id: number): Promise<void> {
  const tip = page.locator("#block-tip");
  await eventually(() => tip.textContent()).toContain(`${inWords(trace.sizes[id]!)} bytes`);
  const text = (await tip.textContent())!;
  expect(text).toContain(`label${labelOf(id)}`);
  expect(text).toContain(`address${inWords(replayed.addresses[id]!)}`);
  expect(text).toMatch(/age[\d,]+ operations?, [\d.]+ (µs|ms|s)/);
  expect(text).toContain(trace.sites.names[trace.sites.of[id]!]!.split("\n")[0]!);
}

describe.skipIf(skipsWithoutChromium())("looking around", { timeout }, () => {
  const tester = usePage();

  describe.each([
    [1440, 900, "light"],
    [1440, 900, "dark"],
    [1024, 768, "light"],
    [1024, 768, "dark"],
    [360, 740, "light"],
    [360, 740, "dark"],
  ] as const)("%d × %d, %s", (width, height, colorScheme) => {
    const options = { viewport: { width, height }, colorScheme, hasTouch: width === 360 };
    const shot = (page: Page, name: string) =>
      takeScreenshot(page, `explore-${name}-${width}-${colorScheme}`);

    test("mouse: point, press, closer, along, back", async () => {
      const page = await tester.open(hash, options);
      await opened(page);
      expect(await page.locator(".advice summary").isVisible()).toBe(false); // there is no advice
      const { id, address, moment: at } = meshInSight();
      const point = await pointOf(page, at, address);
      await page.mouse.move(point.x, point.y);
      await checkTip(page, id);
      await eventually(() => page.locator(".picture .spot:visible").count()).toBe(2);
      await shot(page, "pointed");

      await page.mouse.click(point.x, point.y);
      expect(Math.abs((await moment(page)) - at)).toBeLessThan(9 + trace.operations.length / 200);

      await page.mouse.wheel(0, -200); // it has the focus now
      await eventually(() => viewOf(page)).toBeDefined();
      const near = await viewOf(page);
      expect(span(near)).toBeLessThan(trace.operations.length * 0.8);
      await page.mouse.move(point.x + 1, point.y);
      await checkTip(page, id); // what was under the pointer still is
      const chart = () =>
        page.evaluate(() => document.querySelector<HTMLCanvasElement>(".plot canvas")!.toDataURL());
      const before = await chart();
      await page.mouse.down();
      await page.mouse.move(point.x - 60, point.y + 30, { steps: 4 });
      await page.mouse.up();
      const along = await viewOf(page);
      expect(along![0]).toBeGreaterThan(near![0]!);
      expect(along![2]).toBeGreaterThan(near![2]!);
      expect(Math.abs(span(along) - span(near))).toBeLessThan(3);
      expect(await chart()).not.toBe(before);
      await shot(page, "closer");
      expect(await violations(page)).toEqual([]);
      await page.locator("#zoom-whole").click();
      expect(await viewOf(page)).toBeUndefined();
      await page.mouse.move(5, 5);
      await eventually(() => page.locator("#block-tip").isVisible()).toBe(false);
      expect(await page.locator(".spot:visible").count()).toBe(0);
    });

    test("keyboard: from block to block, through time, closer, across, all", async () => {
      const page = await tester.open(hash, options);
      await opened(page);
      await page.locator("#zoom-whole").focus();
      await page.keyboard.press("Tab"); // the help
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.className")).toBe("picture-canvas");
      const said = () => page.locator("#block-said").textContent();
      const now = await moment(page);
      const live = Array.from(trace.sizes.keys())
        .filter((id) => blocks.isLive(id, now))
        .sort((a, b) => replayed.addresses[a]! - replayed.addresses[b]!);
      const isSaid = (id: number) =>
        eventually(said).toContain(
          `label ${labelOf(id)}; address ${inWords(replayed.addresses[id]!)} … `,
        );
      await isSaid(live[0]!);
      for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"])
        await page.keyboard.press(key);
      await isSaid(live[2]!);
      await checkTip(page, live[2]!);
      await page.keyboard.press("ArrowRight");
      expect(await moment(page)).toBeGreaterThan(now);
      await page.keyboard.press("ArrowLeft");
      expect(await moment(page)).toBe(now);
      for (const key of ["+", "+", "+"]) await page.keyboard.press(key);
      const near = await viewOf(page);
      expect(span(near)).toBeLessThan(trace.operations.length / 3);
      await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.press("Shift+ArrowUp");
      const along = await viewOf(page);
      expect(along![0]).toBeGreaterThan(near![0]!);
      expect(along![3]).toBeGreaterThan(near![3]!);
      await page.keyboard.press("-");
      expect(span(await viewOf(page))).toBeGreaterThan(span(along));
      await page.keyboard.press("0");
      expect(await viewOf(page)).toBeUndefined();
      await page.keyboard.press("Escape");
      await settled(page);
      expect(await said()).toBe("");
      expect(await page.locator("#block-tip").isVisible()).toBe(false);

      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.className")).toBe("strip-canvas");
      await isSaid(live[0]!);
      await page.keyboard.press("ArrowUp");
      await isSaid(live[1]!);
    });

    test("who holds the memory, and only that", async () => {
      const page = await tester.open(hash, options);
      await opened(page);
      const rows = page.locator("#holders button:visible");
      const now = await moment(page);
      const bytesOf = (label: string) =>
        liveAt(now, label).reduce((sum, id) => sum + trace.sizes[id]!, 0);
      const labels = ["mesh", "enemy", "path", "log", "bullet"].sort(
        (a, b) => bytesOf(b) - bytesOf(a),
      );
      expect(await rows.locator(".name").allTextContents()).toEqual(labels);
      const figures = await rows.locator(".held").allTextContents();
      figures.forEach((text, index) => {
        expect(text).toMatch(new RegExp(`, ${liveAt(now, labels[index]!).length} blocks?$`));
      });
      const all = labels.reduce((sum, label) => sum + bytesOf(label), 0);
      await expectText(page, "#holders-sum", new RegExp(`^${inWords(all)} bytes in `));

      await rows.nth(labels.indexOf("enemy")).click();
      expect(await page.locator("#only").inputValue()).toMatch(/^label\.\d+$/);
      const { address, moment: at } = meshInSight();
      const point = await pointOf(page, at, address);
      await eventually(async () => {
        const { red, green, blue } = await colourAt(page, point);
        return Math.max(red, green, blue) - Math.min(red, green, blue) < 25; // a shadow
      }).toBe(true);
      await page.mouse.move(5, 5);
      expect(await violations(page)).toEqual([]);
      await shot(page, "only");

      await page.locator("#holders-by").selectOption("site");
      await eventually(() => rows.first().locator(".name").textContent()).toMatch(
        /^loadMesh \(object-pool\.js:\d+:\d+\) ← /,
      );
      await rows.first().click();
      expect(await page.locator("#only").inputValue()).toMatch(/^site\.\d+$/);
      await eventually(() => rows.first().getAttribute("aria-pressed")).toBe("true");
      await rows.first().click();
      expect(await page.locator("#only").inputValue()).toBe("");
      await page.locator("#only").selectOption({ label: "under 64 B" });
      await eventually(() => page.evaluate("location.hash")).toContain("o=size.0");
      await page.locator("#replay").getByRole("button", { name: "To the start" }).click();
      await eventually(() => page.locator("#holders-sum").textContent()).not.toMatch(
        new RegExp(`^${inWords(all)} `),
      );
    });
  });

  test("fingers: two of them closer, one along, a tap says what it is", async () => {
    const page = await tester.open(hash, { viewport: { width: 360, height: 740 }, hasTouch: true });
    await opened(page);
    const { id, address, moment: at } = meshInSight();
    const point = await pointOf(page, at, address);
    await page.touchscreen.tap(point.x, point.y);
    await checkTip(page, id);
    const fingers = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...points: [number, number][]) =>
      fingers.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y], finger) => ({ x, y, id: finger })),
      });
    const { x, y } = point;
    await touch("touchStart", [x - 20, y]);
    await touch("touchStart", [x - 20, y], [x + 20, y]);
    for (const apart of [25, 30, 40, 50]) await touch("touchMove", [x - apart, y], [x + apart, y]);
    await touch("touchEnd");
    const near = await viewOf(page);
    const closer = span(near) / trace.operations.length;
    expect(closer).toBeGreaterThan(0.3);
    expect(closer).toBeLessThan(0.5);
    await touch("touchStart", [x, y]);
    for (const moved of [10, 20, 40]) await touch("touchMove", [x - moved, y]);
    await touch("touchEnd");
    const along = await viewOf(page);
    expect(along![0]).toBeGreaterThan(near![0]!);
    expect(Math.abs(span(along) - span(near))).toBeLessThan(3);
  });

  test("a link brings back the part looked at and the blocks shown", async () => {
    const page = await tester.open(
      `${hash.replace("at=6000", "at=3000")}&v=2000_5000_1000_90000&o=label.2`,
    );
    await opened(page);
    expect(await viewOf(page)).toEqual([2000, 5000, 1000, 90_000]);
    expect(await page.locator("#only").inputValue()).toBe("label.2");
    await page.evaluate((next) => {
      location.hash = next;
    }, `${hash}&o=label.99`);
    await eventually(() => page.locator("#only").inputValue()).toBe("");
    expect(await viewOf(page)).toBeUndefined();
  });

  test("nothing was printed and nothing failed unseen", () => {
    expect(tester.complaints).toEqual([]);
  });
});

/** Of the first picture. */
async function colourAt(page: Page, { x, y }: { x: number; y: number }) {
  const [red, green, blue] = await page.evaluate(
    ([selector, left, top]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector)!;
      const box = canvas.getBoundingClientRect();
      const scale = canvas.width / box.width;
      const [px, py] = [(left - box.left) * scale, (top - box.top) * scale];
      const pixel = new OffscreenCanvas(1, 1).getContext("2d")!;
      pixel.drawImage(canvas, -Math.floor(px), -Math.floor(py));
      return [...pixel.getImageData(0, 0, 1, 1).data];
    },
    [picture, x, y] as const,
  );
  return { red: red!, green: green!, blue: blue! };
}
