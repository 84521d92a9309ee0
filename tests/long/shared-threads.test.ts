// The long run of tests/shared/threads.test.ts and tests/browser/shared.test.ts: ten million pairs for each policy over
// two and over four workers, a thousand terminations of each policy in Node and two hundred in Chromium; and that the
// same test fails without the lock.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { POLICIES } from "../../src/policy.js";
import { SharedAllocator } from "../../src/shared/index.js";
import { ISOLATION, launch, serve } from "../browser/browser.js";
import { unlockedModule } from "../shared/support/builds.js";
import { bundle, nodeThreads } from "../shared/support/node-threads.js";
import { type ChurnResult, churn, type KillResult, kill } from "../shared/threads/scenarios.js";
import { seed } from "../support/seed.js";

const PAIRS = Number(process.env.PAIRS ?? 10_000_000);
const KILLS = Number(process.env.KILLS ?? 1000);
const start = await nodeThreads();

/** The linked list takes time in proportion to the blocks. */
const most = (policy: string) => (policy === "linked-list" ? 30 : 1000);

describe.each(POLICIES)("%s", (policy) => {
  test.each([2, 4])("%d workers: no overlap, books balanced", async (workers) => {
    const pairs = Math.ceil(PAIRS / workers);
    const result = await churn(start, { policy, workers, pairs, seed, most: most(policy) });
    console.log(policy, workers, result);
    expect(result.pairs).toBe(pairs * workers);
    expect(result.overlaps).toBe(0);
  });

  test("terminated in Node: nothing is damaged or lost", async () => {
    const rounds = Math.ceil(KILLS / 4);
    const result = await kill(start, { policy, rounds, victims: 4, seed, announces: false });
    console.log(policy, result);
    expect(result.held).toBeGreaterThan(KILLS / 100);
  });
});

test("without the lock the same test fails", async () => {
  const module = unlockedModule("narrow");
  const make = (capacity: number) => {
    const { handle } = SharedAllocator.create({ capacity, recovery: false });
    return SharedAllocator.attach({ ...handle, module });
  };
  // A damaged structure may also end in a trap, a loop or a refusal.
  const broken = churn(start, { policy: "first-fit", workers: 2, pairs: 300_000, seed, make }).then(
    ({ overlaps }) => (overlaps > 0 ? `${overlaps} overlaps` : "nothing"),
    (error: unknown) => String(error),
  );
  const hung = new Promise<string>((resolve) => setTimeout(() => resolve("hangs"), 60_000));
  const outcome = await Promise.race([broken, hung]);
  console.log("without the lock:", outcome.slice(0, 200));
  expect(outcome).not.toBe("nothing");
});

describe("in Chromium", () => {
  const closing: (() => Promise<unknown>)[] = [];
  let evaluate: (script: string) => Promise<unknown>;
  beforeAll(async () => {
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
    closing.push(() => browser.close(), server.close);
    const page = await browser.newPage();
    await page.goto(server.origin);
    evaluate = (code) => page.evaluate(code);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  test.each(POLICIES)("%s: no overlap, and nothing lost when terminated", async (policy) => {
    for (const workers of [2, 4]) {
      const pairs = Math.ceil(PAIRS / workers);
      const options = { policy, workers, pairs, seed, most: most(policy) };
      const result = (await evaluate(`churnInPage(${JSON.stringify(options)})`)) as ChurnResult;
      console.log(policy, workers, result);
      expect(result).toMatchObject({ pairs: pairs * workers, overlaps: 0 });
    }
    const rounds = Math.ceil(KILLS / 5 / 12);
    const options = { policy, rounds, victims: 12, seed, announces: true };
    const result = (await evaluate(`killInPage(${JSON.stringify(options)})`)) as KillResult;
    console.log(policy, result);
    expect(result.terminated).toBe(rounds * 12 + 1);
  });
});
