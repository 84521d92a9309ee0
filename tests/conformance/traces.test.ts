// What real programs did: the recorded traces through every policy, result by result against the
// model, once with room for everything and once in a block too small for it all.

import { createReadStream, readdirSync } from "node:fs";
import { Readable } from "node:stream";
import { beforeAll, describe, expect, test } from "vitest";
import { readTrace } from "../../lab/src/trace/read.ts";
import type { Trace } from "../../lab/src/trace/trace.ts";
import { POLICIES, type Policy } from "../../src/index.ts";
import { Pair } from "../support/pair.ts";

const FOLDER = "lab/traces";

/** Replays a trace on both sides; returns how many allocations did not fit. */
function replay(trace: Trace, policy: Policy, capacity: number): number {
  const pair = new Pair(policy, capacity);
  const addresses = new Map<number, number>();
  let refused = 0;
  trace.operations.forEach((operation, i) => {
    const block = operation < 0 ? ~operation : operation;
    const size = trace.sizes[block]!;
    if (operation >= 0) {
      const address = pair.run(["try", size]);
      if (typeof address === "number") addresses.set(block, address);
      else refused++;
    } else if (addresses.has(block)) {
      pair.run(["free", addresses.get(block)!, size]);
      addresses.delete(block);
    }
    if (i % 1000 === 0) pair.check();
  });
  pair.check();
  for (const [block, address] of addresses) pair.run(["free", address, trace.sizes[block]!]);
  pair.check();
  expect(pair.allocator.getLargestFreeBlock()).toBe(capacity);
  pair.allocator.dispose();
  return refused;
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith(".vg.gz"));

test("the three traces are there", () => {
  expect(files).toEqual(["cc1.vg.gz", "jq.vg.gz", "sqlite.vg.gz"]);
});

describe.each(files)("%s", (file) => {
  let trace: Trace;
  beforeAll(async () => {
    const bytes = Readable.toWeb(createReadStream(`${FOLDER}/${file}`));
    trace = await readTrace(bytes as Parameters<typeof readTrace>[0]);
  });

  test.each(POLICIES)("%s, with room for everything", (policy) => {
    expect(trace.operations.length).toBeGreaterThan(10_000);
    expect(replay(trace, policy, 4 * trace.peakLiveBytes)).toBe(0);
  });

  test.each(POLICIES)("%s, in nine tenths of what was live at once", (policy) => {
    expect(replay(trace, policy, Math.floor(0.9 * trace.peakLiveBytes))).toBeGreaterThan(0);
  });
});
