// Replaying: a bundled trace to the same figures as the command's, files of one's own, going through
// time, links, exports, bad files, and half a million operations without the page standing still.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipsWithoutChromium } from "../../../tests/browser/browser.ts";
import type { PolicyJson, ResultsJson } from "../../src/replay/json.ts";
import { pathOf } from "../traces.ts";
import { contentOf, eventually, expectText, timeout, usePage } from "./browser.ts";

const cli = fileURLToPath(new URL("../../../build/lab/cli.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "suballoc-lab-page-"));
const at = (name: string) => join(folder, name);

const small = [
  "--1-- malloc(8) = 0x10",
  "--1-- malloc(24) = 0x20",
  "--1-- malloc(9)",
  "--1-- free(0x10)",
  "--1-- malloc(16) = 0x30",
  "--1-- free(0x20)",
].join("\n");

beforeAll(() => {
  writeFileSync(at("small.vg"), small);
  writeFileSync(at("mine.mtrace"), "= Start\n@ a:[0x1] + 0x10 0x64\n@ a:[0x1] - 0x10\n= End\n");
  writeFileSync(at("prose.txt"), "no trace at all\n");
  writeFileSync(at("empty.vg"), "");
  writeFileSync(at("later.rec"), "SUBALREC\u0009");
  writeFileSync(at("cut.gz"), gzipSync(readFileSync(pathOf("jq"))).subarray(0, 5000));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function commandSays(file: string, policies: string): Promise<ResultsJson> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    cli,
    "replay",
    file,
    "--policy",
    policies,
    "--json",
  ]);
  return JSON.parse(stdout);
}

async function replayed(page: Page, policies: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelectorAll(".panel .playhead:not([hidden])").length === wanted,
    policies,
  );
}

async function save(page: Page, name: "PNG" | "SVG" | "JSON"): Promise<Buffer> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name, exact: true }).click();
  return contentOf(await download);
}

const untimed = ({ nanosecondsPerOperation: _, ...rest }: PolicyJson) => rest;

/** A row of the table as text, by column. */
async function rowOf(page: Page, policy: string): Promise<string[]> {
  return page.locator(`#results tr[data-policy=${policy}] > *`).allTextContents();
}

describe.skipIf(skipsWithoutChromium())("replay", { timeout }, () => {
  const tester = usePage();

  test("a bundled trace comes to the same figures as the command's", async () => {
    const policies = "first-fit,next-fit,best-fit,linked-list";
    const command = commandSays(pathOf("cc1"), policies);
    const page = await tester.open(`#replay?t=cc1&p=${policies}`);
    await page.waitForFunction(
      () =>
        document.querySelectorAll("#results tr[data-searched=true]").length === 4 &&
        document.querySelector("#task")?.textContent === "Done",
    );
    const said = await command;
    const saved: ResultsJson = JSON.parse((await save(page, "JSON")).toString());
    expect({ ...saved, file: "", policies: saved.policies.map(untimed) }).toEqual({
      ...said,
      file: "",
      policies: said.policies.map(untimed),
    });
    for (const { nanosecondsPerOperation } of saved.policies) {
      expect(nanosecondsPerOperation).toBeGreaterThan(0);
    }
    const inWords = (number: number) => number.toLocaleString("en-US");
    for (const result of said.policies) {
      const [, smallest, , , freeBlocks, , search] = await rowOf(page, result.policy);
      const isExact = result.smallestCapacityIsExact;
      expect(smallest).toBe(`${isExact ? "" : "≤ "}${inWords(result.smallestCapacity)}`);
      expect(freeBlocks).toBe(inWords(result.freeBlocksAtPeak!));
      expect(search).toBe(isExact ? "exact" : `none below ${inWords(result.fitsInNothingBelow)}`);
    }
    expect(said.policies.map((result) => result.smallestCapacityIsExact)).toContain(false);
    await expectText(page, "#summary", /^cc1: valgrind trace, 37,264 operations, 20,054 blocks/);
  });

  test("through time: slider, steps, play, speed, charts and pictures", async () => {
    const page = await tester.open("#replay?t=sqlite&p=first-fit,next-fit&at=10");
    await replayed(page, 2);
    const output = "#replay-transport output";
    const moment = async () =>
      Number((await page.locator(output).textContent())!.split(" ")[0]!.replaceAll(",", ""));
    await expectText(page, output, /^37 of 36,494 operations$/);
    const figures = page.locator(".panel[data-policy=first-fit] .figures");
    const before = await figures.textContent();
    await page.locator("#replay-transport input[type=range]").fill("500");
    await expectText(page, output, /^18,537 of/);
    await eventually(() => figures.textContent()).not.toBe(before);
    await page.locator("#replay").getByRole("button", { name: "Step on" }).click();
    await expectText(page, output, /^18,574 of/);
    await page.locator("#replay").getByRole("button", { name: "To the start" }).click();
    await page.locator("#replay").getByLabel("Speed").selectOption("8");
    await page.locator("#replay").getByRole("button", { name: "Play", exact: true }).click();
    await eventually(moment).toBeGreaterThan(1000);
    await page.locator("#replay").getByRole("button", { name: "Pause" }).click();
    for (const target of [".plot .u-over", ".picture-canvas"]) {
      const box = (await page.locator(target).first().boundingBox())!;
      await page
        .locator(target)
        .first()
        .click({ position: { x: box.width * 0.25, y: 50 } });
      const quarter = await moment();
      await page
        .locator(target)
        .first()
        .click({ position: { x: box.width * 0.9, y: 50 } });
      expect(await moment()).toBeGreaterThan(quarter + 15_000);
    }
    expect(await page.locator("figcaption").allTextContents()).toEqual([
      "Live bytes",
      "External fragmentation",
      "Largest free block",
      "Free blocks",
    ]);
  });

  test("policies come and go; one capacity for all may be too small for some", async () => {
    const page = await tester.open("#replay?t=sqlite&p=first-fit");
    await replayed(page, 1);
    await page.getByRole("checkbox", { name: "Next fit" }).check();
    await replayed(page, 2);
    await page.locator("#capacity-mode").selectOption("fixed");
    await page.locator("#fixed-capacity").fill("1500000");
    await page.locator("#fixed-capacity").blur();
    await expectText(page, ".panel[data-policy=first-fit] h3", "in 1,500,000 bytes");
    await expectText(
      page,
      ".panel[data-policy=next-fit] h3",
      /1,500,000 bytes: [\d,]+ do not fit at/,
    );
    await page.getByRole("checkbox", { name: "First fit" }).uncheck();
    await page.getByRole("checkbox", { name: "Next fit" }).click();
    expect(await page.getByRole("checkbox", { name: "Next fit" }).isChecked()).toBe(true);
    expect(await page.locator(".panel").count()).toBe(1); // the last one stays
  });

  test("a link brings trace, policies, capacity, moment and speed back", async () => {
    const hash = "#replay?t=jq&p=best-fit%2Clinked-list&c=3000000&at=50000&x=4";
    const page = await tester.open(hash);
    await replayed(page, 2);
    await expectText(page, "#replay-transport output", /^(49|50),\d+ of 83,063/);
    const checked = page.locator("#policies input:checked");
    expect(
      await checked.evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value)),
    ).toEqual(["best-fit", "linked-list"]);
    await expectText(page, ".panel[data-policy=best-fit] h3", "in 3,000,000 bytes");
    expect(await page.locator("#replay").getByLabel("Speed").inputValue()).toBe("4");
    await page.getByRole("link", { name: "Play", exact: true }).click();
    await expectText(page, "#caption", /./);
    await page.getByRole("link", { name: "Replay" }).click();
    await eventually(() => page.evaluate("location.hash")).toMatch(
      /^#replay\?t=jq&p=best-fit%2Clinked-list&c=3000000&at=(49|50)\d+&x=4$/,
    );
  });

  test("a file of one's own, chosen or dropped, and a link to it", async () => {
    const page = await tester.open("#replay?t=sqlite&p=first-fit");
    await replayed(page, 1);
    await page.locator("#file").setInputFiles(at("small.vg"));
    await expectText(
      page,
      "#summary",
      /^small.vg: valgrind trace, 5 operations, 3 blocks, 40 bytes/,
    );
    await expectText(page, "#left-out summary", "1 of 6 lines could not be read");
    await expectText(page, "#left-out ul", "line 3: --1-- malloc(9)");
    await eventually(() => page.evaluate("location.hash")).toContain("f=small.vg");
    const link = String(await page.evaluate("location.hash"));

    await page.getByRole("link", { name: "Play", exact: true }).click();
    const transfer = await page.evaluateHandle(
      (text) => {
        const made = new DataTransfer();
        made.items.add(new File([text], "dropped.mtrace"));
        return made;
      },
      readFileSync(at("mine.mtrace"), "utf8"),
    );
    await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
    expect(await page.locator("#drop").isVisible()).toBe(true);
    await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    await expectText(page, "#summary", /^dropped.mtrace: mtrace trace, 2 operations/);
    expect(await page.locator("#drop").isVisible()).toBe(false);
    expect(await page.locator("#replay").isVisible()).toBe(true);

    const other = await tester.open(link);
    await expectText(other, "#problem", "made with the file “small.vg”, which a link cannot carry");
    await other.locator("#file").setInputFiles(at("small.vg"));
    await expectText(other, "#summary", /^small.vg/);
    await eventually(() => other.evaluate("location.hash")).toBe(link);
  });

  test("a bad file gets a clear message, and nothing is lost", async () => {
    const page = await tester.open("#replay?t=sqlite&p=first-fit&at=20000");
    await replayed(page, 1);
    const state = () => page.locator("#summary, .panel, #results").allTextContents();
    await eventually(async () => (await rowOf(page, "first-fit"))[5]).toMatch(/^\d+$/);
    const before = await state();
    for (const [name, message] of [
      ["prose.txt", /“prose.txt” is no trace: .* The trace on the screen is unchanged\.$/],
      ["empty.vg", /“empty.vg” is no trace/],
      ["later.rec", /“later.rec” is no trace: the recording has version 9;/],
      ["cut.gz", /“cut.gz” cannot be read: .*[^.]\. The trace on the screen is unchanged\.$/],
    ] as const) {
      await page.locator("#file").setInputFiles(at(name));
      await expectText(page, "#problem p", message);
      await page.getByRole("button", { name: "Dismiss" }).click();
      expect(await page.locator("#problem").isVisible()).toBe(false);
      expect(await state()).toEqual(before);
    }
    await page.locator("#trace").selectOption("sqlite");
    await replayed(page, 1);
  });

  test("PNG and SVG to keep", async () => {
    const page = await tester.open("#replay?t=sqlite&p=first-fit,best-fit");
    await replayed(page, 2);
    const svg = (await save(page, "SVG")).toString();
    expect(svg).toContain("sqlite: address against time");
    expect(svg).toContain(">first-fit<");
    expect(svg).toContain(">best-fit<");
    const png = await save(page, "PNG");
    expect(png.readUInt32BE(16)).toBe(2000);
  });

  test("half a million operations: progress is shown, and the page keeps answering", async () => {
    writeFileSync(at("big.vg"), bigTrace(500_000));
    const page = await tester.open("#replay?t=sqlite&p=first-fit");
    await replayed(page, 1);
    await page.evaluate(() => {
      const seen = { gaps: [] as number[], progress: new Set<number>(), tasks: new Set<string>() };
      Object.assign(globalThis, { seen });
      let before = performance.now();
      requestAnimationFrame(function frame(now) {
        seen.gaps.push(now - before);
        before = now;
        seen.progress.add((document.querySelector("#progress") as HTMLProgressElement).value);
        seen.tasks.add(document.querySelector("#task")?.textContent ?? "");
        requestAnimationFrame(frame);
      });
    });
    await page.locator("#file").setInputFiles(at("big.vg"));
    await expectText(page, "#summary", /^big.vg: valgrind trace, 500,000 operations/);
    await replayed(page, 1);
    const watched = await page.evaluate(() => {
      const { seen } = globalThis as unknown as {
        seen: { gaps: number[]; progress: Set<number>; tasks: Set<string> };
      };
      return { gaps: seen.gaps, progress: seen.progress.size, tasks: [...seen.tasks] };
    });
    expect(watched.tasks).toContain("Reading big.vg");
    expect(watched.tasks).toContain("First fit: replaying");
    expect(watched.progress).toBeGreaterThan(10);

    const scrubs = await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>("#replay-transport input")!;
      const times: number[] = [];
      for (const position of [0, 999, 500, 501, 502, 250, 750, 10, 990, 400]) {
        const start = performance.now();
        slider.value = String(position);
        slider.dispatchEvent(new Event("input"));
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        times.push(performance.now() - start);
      }
      return times;
    });
    await expectText(page, "#replay-transport output", /^200,500 of 500,000/);
    console.log(
      `500,000 operations: longest time without a frame ${Math.max(...watched.gaps).toFixed(0)} ms ` +
        `of ${watched.gaps.length} frames; scrubbing at most ${Math.max(...scrubs).toFixed(0)} ms`,
    );
  });

  test("stopping keeps what is on the screen, and going on finds the rest", async () => {
    const page = await tester.open("#replay?t=sqlite&p=worst-fit");
    await replayed(page, 1);
    await expectText(page, "#task", "Worst fit: searching for its smallest capacity");
    await page.getByRole("button", { name: "Stop" }).click();
    await eventually(async () => (await rowOf(page, "worst-fit"))[6]).toBe("stopped");
    expect((await rowOf(page, "worst-fit"))[1]).toMatch(/^≤ [\d,]+$/);
    await page.getByRole("button", { name: "Go on" }).click();
    await eventually(async () => (await rowOf(page, "worst-fit"))[6]).toMatch(/^\d+ %$/);
  });

  test("nothing was printed and nothing failed unseen", () => {
    expect(tester.complaints).toEqual([]);
  });
});

/** A program that allocates and frees at random, with a few thousand blocks live. */
function bigTrace(operations: number): string {
  const lines: string[] = [];
  const live: number[] = [];
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  while (lines.length < operations) {
    if (live.length > 4000 + random(1000) || (live.length > 0 && random(2) === 0)) {
      const index = random(live.length);
      lines.push(`--1-- free(0x${live[index]!.toString(16)})`);
      live[index] = live.at(-1)!;
      live.pop();
    } else {
      live.push(0x1000 + lines.length * 16);
      lines.push(`--1-- malloc(${1 + random(500)}) = 0x${live.at(-1)!.toString(16)}`);
    }
  }
  return lines.join("\n");
}
