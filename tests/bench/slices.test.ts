// What the bench times: running operations, without generating them, and without a chunk's first quarter where any
// stretch of them is like any other.

import { describe, expect, test } from "vitest";
import type { Operations } from "../../bench/src/operations.ts";
import { slicesOf } from "../../bench/src/slices.ts";
import { createWorkload } from "../../bench/src/workloads.ts";

/** A clock that generating an operation moves on by 100 ms, and running one by 1 ms. */
function measure(isSteady: boolean, ms: number) {
  let clock = 0;
  const chunks: number[] = [];
  const runs: [from: number, to: number][] = [];
  const next = (least: number): Operations => {
    clock += 100 * least;
    chunks.push(least);
    return { slots: new Uint32Array(least), sizes: new Int32Array(least).fill(1) };
  };
  const run = (_: Operations, from: number, to: number) => {
    clock += to - from;
    runs.push([from, to]);
  };
  return { ...slicesOf(run, { next, isSteady }, () => clock)(ms), chunks, runs };
}

describe.each([false, true])("steady: %s", (isSteady) => {
  test("a slice is as long as was asked for, and only what ran in it counts", () => {
    const { units, ms, chunks } = measure(isSteady, 100_000);
    expect(ms).toBeGreaterThanOrEqual(100_000);
    expect(units).toBe(ms / 2);
    const all = chunks.reduce((sum, count) => sum + count, 0);
    expect(ms).toBe(isSteady ? (all * 3) / 4 : all);
  });

  test("every operation is run once, in order, and pairs are not torn", () => {
    const { chunks, runs } = measure(isSteady, 10_000);
    expect(runs.length).toBe(2 * chunks.length);
    for (const [i, count] of chunks.entries()) {
      const [untimed, timed] = [runs[2 * i], runs[2 * i + 1]] as const;
      expect(untimed?.[0]).toBe(0);
      expect(untimed?.[1]).toBe(timed?.[0]);
      expect(timed?.[1]).toBe(count);
      expect((timed?.[0] ?? 1) % 2).toBe(0);
    }
  });

  test("chunks get longer up to a limit", () => {
    const { chunks } = measure(isSteady, 4_000_000);
    expect(chunks[0]).toBe(64);
    expect(chunks[1]).toBe(128);
    expect(Math.max(...chunks)).toBe(isSteady ? 2 ** 18 : 2 ** 15);
  });
});

test("churn is steady; what goes round as a whole is not, nor are batches", async () => {
  const churn = await createWorkload({ kind: "churn", live: 100, maxSize: 1024 });
  expect(churn.isSteady).toBe(true);
  const freed = await createWorkload({ kind: "mass free", live: 100, order: "random" });
  expect(freed.isSteady).not.toBe(true);
  const batches = await createWorkload({ kind: "batches", live: 100, batch: 10 });
  expect(batches.isSteady).not.toBe(true);
});
