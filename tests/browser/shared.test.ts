// Shared allocators in Chromium: real threads, workers terminated at random, a main thread that may not wait, and a page
// that is not isolated. The long run is tests/long/shared-threads.test.ts.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Outcome } from "../../examples/shared-object-store/run.ts";
import type { Policy } from "../../src/shared/index.js";
import { bundle } from "../shared/support/node-threads.js";
import type { ChurnResult, KillResult } from "../shared/threads/scenarios.js";
import { seed } from "../support/seed.js";
import { ISOLATION, launch, type Served, serve, skipsWithoutChromium } from "./browser.js";

const POLICIES: Policy[] = ["first-fit", "linked-list"];

describe.skipIf(skipsWithoutChromium())("shared allocators in Chromium", () => {
  let page: Page;
  let plainPage: Page;
  let storePage: Page;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const script = async (name: string): Promise<Served> => ({
      type: "text/javascript",
      body: await bundle(`tests/shared/threads/${name}.ts`, "iife"),
    });
    const files = {
      "/": { type: "text/html", body: '<!doctype html><script src="/page.js"></script>' },
      "/page.js": await script("page"),
      "/worker.js": await script("worker"),
      "/holder.js": await script("holder"),
    };
    const browser = await launch();
    const isolated = await serve(files, ISOLATION);
    const plain = await serve(files);
    closing.push(() => browser.close(), isolated.close, plain.close);
    page = await browser.newPage();
    await page.goto(isolated.origin);
    const store = await serve(
      {
        "/": files["/"],
        "/page.js": {
          type: "text/javascript",
          body: await bundle("examples/shared-object-store/page.ts", "iife"),
        },
        "/worker.js": {
          type: "text/javascript",
          body: await bundle("examples/shared-object-store/worker.ts", "esm"),
        },
      },
      ISOLATION,
    );
    closing.push(store.close);
    storePage = await browser.newPage();
    await storePage.goto(store.origin);
    plainPage = await browser.newPage();
    await plainPage.goto(plain.origin);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  test.each(POLICIES)("three workers, %s: no overlap, books balanced", async (policy) => {
    const options = { policy, workers: 3, pairs: 4000, seed, most: 60 };
    const result: ChurnResult = await page.evaluate(`churnInPage(${JSON.stringify(options)})`);
    console.log(policy, result);
    expect(result).toMatchObject({ pairs: 12_000, overlaps: 0 });
  });

  test("workers terminated at random: nothing is damaged or lost", async () => {
    const options = { policy: "first-fit", rounds: 2, victims: 8, seed, announces: true };
    const result: KillResult = await page.evaluate(`killInPage(${JSON.stringify(options)})`);
    console.log(result);
    expect(result.terminated).toBe(17);
  });

  test("a shared heap: no overlap, and nothing damaged when workers are terminated", async () => {
    const common = { seed, announces: true };
    const run = (name: string, options: object) =>
      page.evaluate(`${name}(${JSON.stringify({ ...common, ...options })})`);
    const churned = await run("churnHeapInPage", { workers: 3, pairs: 10_000, rounds: 0 });
    expect(churned).toMatchObject({ pairs: 30_000, overlaps: 0 });
    const killed = await run("killOnHeapInPage", { workers: 6, pairs: 0, rounds: 1 });
    expect(killed).toMatchObject({ terminated: 7 });
  });

  test("the main thread gives up after a while, naming the owner; asynchronously it waits", async () => {
    const result = await page.evaluate("waitForLock()");
    expect(result).toEqual({
      code: "ERR_LOCKED",
      ownerIsHolder: true,
      waited: true,
      freeMemory: 1000,
    });
  });

  test("the example: workers are terminated, and no record is lost", async () => {
    const outcome: Outcome = await storePage.evaluate("runStore(3, 2)");
    console.log(outcome);
    expect(outcome.killed).toBe(2);
    expect(outcome.records).toBeGreaterThan(100);
  });

  test("who has not announced itself cannot be watched", async () => {
    expect(await page.evaluate("watchUnannounced()")).toBe("ERR_NOT_ANNOUNCED");
  });

  test("a page that is not isolated is told so", async () => {
    expect(await plainPage.evaluate("create()")).toBe("ERR_NOT_ISOLATED");
    expect(await page.evaluate("create()")).toBeUndefined();
  });
});
