// Who holds the memory and who makes the holes, compared with counting byte by byte.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Groups, groupsOf, inOneLine } from "../src/holders/groups.ts";
import { Holdings, holdingsAt } from "../src/holders/held.ts";
import { holdersOf } from "../src/holders/holders.ts";
import { holesAtPeak } from "../src/holders/holes.ts";
import { factoryOf } from "../src/replay/allocator.ts";
import { replay } from "../src/replay/replay.ts";
import { TraceBuilder } from "../src/trace/trace.ts";
import { traceBy } from "./recordings.ts";
import { type Step, traceOf } from "./traces.ts";

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ allocate: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ free: fc.nat() }),
);

/** Three groups, dealt out in turn. */
const inThree = (blocks: number): Groups => ({
  grouping: "label",
  names: ["a", "b", "c"],
  of: Uint8Array.from({ length: blocks }, (_, id) => id % 3),
});

describe("holdings", () => {
  test("at any moment, reached from any other", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.array(fc.nat(70), { minLength: 1, maxLength: 6 }),
        (steps, moments) => {
          const trace = traceOf(steps);
          const groups = inThree(trace.sizes.length);
          const holdings = new Holdings(trace, groups);
          for (const moment of moments) {
            holdings.seek(moment);
            const live = new Set<number>();
            for (const operation of trace.operations.subarray(0, moment)) {
              if (operation >= 0) live.add(operation);
              else live.delete(~operation);
            }
            const expected = [0, 1, 2].map((group) => {
              const ids = [...live].filter((id) => id % 3 === group);
              const bytes = ids.reduce((sum, id) => sum + trace.sizes[id]!, 0);
              return { group, bytes, blocks: ids.length };
            });
            expect(holdings.list()).toEqual(
              expected
                .filter(({ blocks }) => blocks > 0)
                .sort((a, b) => b.bytes - a.bytes || a.group - b.group),
            );
          }
        },
      ),
    );
  });
});

describe("holes", () => {
  test("byte by byte: who was there last, and whose block comes after", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.integer({ min: 0, max: 60 }),
        (steps, slack) => {
          const trace = traceOf(steps);
          const groups = inThree(trace.sizes.length);
          const capacity = trace.peakLiveBytes + slack;
          const replayed = replay(trace, factoryOf("best-fit"), capacity);
          const done =
            replayed.failure === undefined ? trace.peakOperation + 1 : replayed.operations;
          const owner = new Array<number>(capacity).fill(-1); // live block
          const last = new Array<number>(capacity).fill(-1); // group of the last user
          for (const operation of trace.operations.subarray(0, done)) {
            const id = operation >= 0 ? operation : ~operation;
            const start = replayed.addresses[id]!;
            owner.fill(operation >= 0 ? id : -1, start, start + trace.sizes[id]!);
            last.fill(id % 3, start, start + trace.sizes[id]!);
          }
          const left = [0, 0, 0];
          const pinned = [0, 0, 0];
          let bytes = 0;
          let neverUsed = 0;
          for (const { start, size } of replayed.peak.freeBlocks) {
            if (start + size === capacity) continue;
            bytes += size;
            pinned[owner[start + size]! % 3]! += size;
            for (let at = start; at < start + size; at++) {
              if (last[at] === -1) neverUsed++;
              else left[last[at]!]!++;
            }
          }
          const holes = holesAtPeak(trace, replayed, groups);
          expect([holes.bytes, holes.neverUsed]).toEqual([bytes, neverUsed]);
          const made = (key: "left" | "pinned") =>
            [0, 1, 2].map((group) => holes.makers.find((one) => one.group === group)?.[key] ?? 0);
          expect(made("left")).toEqual(left);
          expect(made("pinned")).toEqual(pinned);
        },
      ),
    );
  });
});

test("one hole of fifty thousand blocks, freed in any order", () => {
  const blocks = 50_000;
  const builder = new TraceBuilder();
  for (let id = 0; id < blocks; id++) builder.place(8, {});
  builder.place(8, {});
  for (let i = 0; i < blocks; i++) builder.release((i * 7919) % blocks);
  builder.place(blocks * 8 + 8, {});
  const trace = builder.finish("recording");
  const replayed = replay(trace, factoryOf("first-fit"), blocks * 24);
  const start = performance.now();
  const { bytes, neverUsed, makers } = holesAtPeak(trace, replayed, inThree(blocks + 2));
  expect(performance.now() - start).toBeLessThan(1500); // looking at all parts for each free takes several seconds
  expect([bytes, neverUsed]).toEqual([blocks * 8, 0]);
  expect(makers.reduce((sum, { left }) => sum + left, 0)).toBe(bytes);
});

test("groups by label, by call site and by size, with words for those that have none", async () => {
  const trace = await traceBy(
    (allocator) => {
      allocator.allocate(10, { label: "a" });
      allocator.allocate(5000, { label: "b" });
      allocator.allocate(20);
    },
    { callSites: 2 },
  );
  expect(groupsOf(trace, "label").names).toEqual(["no label", "a", "b"]);
  const bySize = groupsOf(trace, "size");
  const inWords = holdingsAt(trace, bySize, 3).map(({ group, bytes, blocks }) => [
    bySize.names[group],
    bytes,
    blocks,
  ]);
  expect(inWords).toEqual([
    ["under 16 KiB", 5000, 1],
    ["under 64 B", 30, 2],
  ]);
  const { names } = groupsOf(trace, "site");
  expect(names).toHaveLength(4); // three places, and none
  expect(inOneLine(names[1]!)).toMatch(/holders\.test\.ts:\d+:\d+\)? ← /);
  const holders = holdersOf(
    trace,
    [{ policy: "first-fit", replay: replay(trace, factoryOf("first-fit"), 5030) }],
    "label",
  );
  expect(holders.atPeak).toEqual([
    { name: "b", bytes: 5000, blocks: 1 },
    { name: "no label", bytes: 20, blocks: 1 },
    { name: "a", bytes: 10, blocks: 1 },
  ]);
  expect(holders.holes).toEqual([{ policy: "first-fit", bytes: 0, neverUsed: 0, makers: [] }]);
});
