// The example page: thousands of meshes out of one buffer. The picture must not change by a pixel when the buffer is
// defragmented, at once or a little in every frame.

import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { launch, WEBGPU_ARGUMENTS } from "../browser/browser.ts";
import { serveMeshes } from "./meshes-page.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const SHOTS = "build/test-results/gpu-meshes";

let browser: Browser;
let server: Awaited<ReturnType<typeof serveMeshes>>;
let page: Page;
/** What the page says that it should not: exceptions, and Chromium's own warnings of WebGPU errors. */
let complaints: string[];

beforeAll(async () => {
  server = await serveMeshes();
  browser = await launch(WEBGPU_ARGUMENTS);
});

afterEach(async () => {
  await page?.close();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

interface Opening {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** Runs in the page before anything else. */
  readonly script?: () => void;
  readonly in?: Browser;
}

async function open({
  width = 700,
  height = 900,
  colorScheme = "light",
  script,
  in: where,
}: Opening = {}) {
  page = await (where ?? browser).newPage({ viewport: { width, height }, colorScheme });
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  if (script) await page.addInitScript(script);
  await page.goto(server.origin);
  return page;
}

/** Number of a figure: its digits, whatever the unit. */
const figure = async (id: string) =>
  Number.parseFloat(((await page.textContent(`#${id}`)) ?? "").replaceAll(",", ""));

async function expectFigure(id: string, value: number) {
  await expect.poll(() => figure(id), { timeout: 30_000 }).toBe(value);
}

/** The page with its first meshes, of which some are removed, and nothing turning. */
async function fragmented() {
  await expectFigure("meshes", 2500);
  await page.uncheck("#turn");
  for (let i = 0; i < 3; i++) await page.click("#remove");
  await expectFigure("meshes", 1750);
}

/**
 * Remember the picture as it is in this frame, or, with frames, compare that many with it.
 * Returns the greatest number of pixels that differed in any frame, and how many colours the picture has.
 */
function look(frames: number): Promise<{ different: number; colours: number; moving: number }> {
  return page.evaluate(async (frames) => {
    const canvas = document.getElementById("picture") as HTMLCanvasElement;
    const moved = document.getElementById("moved") as HTMLElement;
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no 2D context");
    // The page asked for its frame before we do: it has drawn when ours comes, in the same turn.
    const capture = () =>
      new Promise<Uint32Array>((resolve) =>
        requestAnimationFrame(() => {
          context.clearRect(0, 0, copy.width, copy.height);
          context.drawImage(canvas, 0, 0);
          resolve(new Uint32Array(context.getImageData(0, 0, copy.width, copy.height).data.buffer));
        }),
      );
    const place = globalThis as { remembered?: Uint32Array };
    if (frames === 0) place.remembered = await capture();
    const reference = place.remembered as Uint32Array;
    let different = 0;
    let moving = 0;
    for (let frame = 0; frame < frames; frame++) {
      const before = moved.textContent;
      const pixels = await capture();
      if (moved.textContent !== before) moving++;
      if (pixels.length !== reference.length) throw new Error("the picture has another size");
      let count = 0;
      for (let i = 0; i < pixels.length; i++) if (pixels[i] !== reference[i]) count++;
      different = Math.max(different, count);
    }
    return { different, moving, colours: new Set(reference).size };
  }, frames);
}

test("not a pixel changes when everything is defragmented at once", async () => {
  await open({ width: 900, height: 800 });
  await fragmented();
  const { colours } = await look(0);
  expect(colours).toBeGreaterThan(500);
  expect((await look(2)).different).toBe(0);
  const [holes, fragmentation] = [await figure("free-blocks"), await figure("fragmentation")];
  expect(holes).toBeGreaterThan(500);
  expect(fragmentation).toBeGreaterThan(50);
  await page.screenshot({ path: `${SHOTS}/fragmented.png` });

  await page.click("#defragment-all");
  await expect
    .poll(() => page.textContent("#note"), { timeout: 30_000 })
    .toMatch(/^\d+ slices moved by \d+ copies/);
  expect((await look(3)).different).toBe(0);
  await expect
    .poll(() => figure("fragmentation"), { timeout: 30_000 })
    .toBeLessThan(fragmentation / 10);
  await page.screenshot({ path: `${SHOTS}/defragmented.png` });

  await page.click("#defragment-all");
  await expect.poll(() => page.textContent("#note"), { timeout: 30_000 }).toBe("Nothing to move.");
  // The comparison sees what there is to see.
  await page.click("#remove");
  await expectFigure("meshes", 1500);
  expect((await look(1)).different).toBeGreaterThan(1000);
  expect(complaints).toEqual([]);
});

test("not a pixel changes in any frame while it is defragmented under a budget", async () => {
  await open();
  await fragmented();
  await look(0);
  await page.selectOption("#budget", { label: "64 KiB" });
  await page.check("#defragment");
  const { different, moving } = await look(24);
  expect(different).toBe(0);
  expect(moving).toBeGreaterThan(12);
  await page.selectOption("#budget", { label: "1 MiB" });
  await expect.poll(() => figure("fragmentation"), { timeout: 30_000 }).toBeLessThan(5);
  expect((await look(2)).different).toBe(0);
  expect(complaints).toEqual([]);
});

test("meshes come and go, are defragmented meanwhile, and the buffer grows when they are more", async () => {
  await open();
  await expectFigure("meshes", 2500);
  const size = await figure("size");
  await page.check("#replace");
  await page.check("#defragment");
  await look(0);
  const { different } = await look(8);
  expect(different).toBeGreaterThan(1000);
  await expectFigure("meshes", 2500);
  for (let i = 0; i < 6; i++) await page.click("#add");
  await expectFigure("meshes", 4000);
  expect(await figure("size")).toBeGreaterThan(size);
  await page.uncheck("#replace");
  await page.uncheck("#turn");
  await page.uncheck("#defragment");
  await look(0);
  await page.click("#defragment-all");
  expect((await look(3)).different).toBe(0);
  // More than there are places.
  for (let i = 0; i < 6; i++) await page.click("#add");
  await expect
    .poll(() => page.textContent("#note"), { timeout: 30_000 })
    .toBe("The picture is full.");
  for (let i = 0; i < 30; i++) await page.click("#remove");
  await expectFigure("meshes", 0);
  expect(complaints).toEqual([]);
});

for (const [width, colorScheme] of [
  [1440, "light"],
  [360, "dark"],
] as const)
  test(`at ${width} px, ${colorScheme}: nothing is cut off, and axe finds nothing`, async () => {
    await open({ width, height: 800, colorScheme });
    await fragmented();
    await page.check("#defragment");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    for (const id of ["picture", "map"]) {
      const box = await page.locator(`#${id}`).boundingBox();
      expect(box?.width).toBeGreaterThan(300);
      expect(box?.height).toBeGreaterThan(150);
    }
    await page.screenshot({ path: `${SHOTS}/page-${width}.png`, fullPage: true });
    await page.addScriptTag({ path: AXE });
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    });
    expect(violations).toEqual([]);
  });

test("without WebGPU, and when the device is lost, the page says so", async () => {
  const expectProblem = async (words: RegExp) => {
    await expect.poll(() => page.textContent("#problem-text"), { timeout: 30_000 }).toMatch(words);
    expect(await page.isVisible("#problem")).toBe(true);
    expect(await page.isVisible("#picture")).toBe(false);
    expect(await page.isVisible("#controls")).toBe(false);
    await page.close();
  };
  await open({
    width: 360,
    script: () => Object.defineProperty(Navigator.prototype, "gpu", { value: undefined }),
  });
  await expectProblem(/^This browser has no WebGPU/);
  await open({
    script: () => {
      GPU.prototype.requestAdapter = async () => null;
    },
  });
  await expectProblem(/no graphics adapter/);
  await open({
    script: () => {
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (descriptor) {
        const device = await requestDevice.call(this, descriptor);
        setTimeout(() => device.destroy(), 500);
        return device;
      };
    },
  });
  await expectProblem(/^The graphics device was lost/);
});
