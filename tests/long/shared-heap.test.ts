// The long run for shared heaps: ten million pairs over two and over four workers, a thousand terminations in Node and two
// hundred in Chromium, and every call stopped at every step.

import { expect, test } from "vitest";
import { ISOLATION, launch, serve } from "../browser/browser.js";
import { stoppingHeap } from "../shared/support/builds.js";
import { cutHeapEverywhere } from "../shared/support/heap-cuts.js";
import { bundle, nodeThreads } from "../shared/support/node-threads.js";
import { churnHeap, killOnHeap } from "../shared/threads/heap-scenarios.js";
import type { ChurnResult, KillResult } from "../shared/threads/scenarios.js";
import { seed } from "../support/seed.js";

const PAIRS = Number(process.env.PAIRS ?? 10_000_000);
const KILLS = Number(process.env.KILLS ?? 1000);
const start = await nodeThreads();

test.each([2, 4])("%d workers: no overlap, books balanced", async (workers) => {
  const pairs = Math.ceil(PAIRS / workers);
  const options = { workers, pairs, rounds: 0, seed, announces: false };
  const result = await churnHeap(start, options);
  console.log(workers, result);
  expect(result).toMatchObject({ pairs: pairs * workers, overlaps: 0 });
});

test("terminated in Node: nothing is damaged, caches go back", async () => {
  const rounds = Math.ceil(KILLS / 4);
  const options = { workers: 4, pairs: 0, rounds, seed, announces: false };
  const result = await killOnHeap(start, options);
  console.log(result);
  expect(result.terminated).toBe(4 * rounds + 1);
  expect(result.reclaimed).toBeGreaterThan(KILLS);
});

test("stopped at every step", () => {
  const counts = cutHeapEverywhere({ module: stoppingHeap(), calls: 1500, seed });
  console.log(counts);
  expect(counts.cuts).toBeGreaterThan(10_000);
});

test("in Chromium: no overlap, and nothing damaged when terminated", async () => {
  const script = async (name: string) => ({
    type: "text/javascript",
    body: await bundle(`tests/shared/threads/${name}.ts`, "iife"),
  });
  const files = {
    "/": { type: "text/html", body: '<!doctype html><script src="/page.js"></script>' },
    "/page.js": await script("page"),
    "/worker.js": await script("worker"),
  };
  const browser = await launch();
  const server = await serve(files, ISOLATION);
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const run = (name: string, options: object) =>
      page.evaluate(`${name}(${JSON.stringify({ seed, announces: true, ...options })})`);
    for (const workers of [2, 4]) {
      const pairs = Math.ceil(PAIRS / workers);
      const churned = (await run("churnHeapInPage", { workers, pairs, rounds: 0 })) as ChurnResult;
      console.log(workers, churned);
      expect(churned).toMatchObject({ pairs: pairs * workers, overlaps: 0 });
    }
    const rounds = Math.ceil(KILLS / 5 / 12);
    const killed = (await run("killOnHeapInPage", { workers: 12, pairs: 0, rounds })) as KillResult;
    console.log(killed);
    expect(killed.terminated).toBe(12 * rounds + 1);
  } finally {
    await browser.close();
    await server.close();
  }
});
