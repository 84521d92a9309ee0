// Recordings of JavaScript programs as traces: every operation, alignments, labels, call sites, and the same memory
// at every moment.

import fc from "fast-check";
import { MemoryAllocator, TRACKED_POLICIES, TrackedAllocator } from "suballoc";
import { record, recordingOf } from "suballoc/record";
import { describe, expect, test } from "vitest";
import { factoryOf, roundingOf } from "../src/replay/allocator.ts";
import { replay } from "../src/replay/replay.ts";
import { smallestCapacity } from "../src/replay/smallest-capacity.ts";
import { readTrace } from "../src/trace/read.ts";
import { NotATraceError, originOf, type Trace } from "../src/trace/trace.ts";
import { recordingBy, traceBy } from "./recordings.ts";
import { readText, streamOf } from "./traces.ts";

/** "+8" allocates 8 bytes, "-0" frees block 0. */
function steps({ operations, sizes }: Trace): string[] {
  return Array.from(operations, (o) => (o >= 0 ? `+${sizes[o]}` : `-${~o}`));
}

const namesOf = ({ names, of }: Trace["labels"]) => [...of].map((index) => names[index]);

test("blocks with their sizes, alignments, labels, call sites and times", async () => {
  let now = 0;
  function load(allocator: TrackedAllocator) {
    return allocator.allocate(100, { alignment: 64, label: "mesh" });
  }
  const trace = await traceBy(
    (allocator) => {
      now = 2;
      const a = allocator.allocate(7);
      now = 3;
      const b = load(allocator);
      allocator.free(a);
      allocator.setLabel(b, "old mesh");
    },
    { callSites: 1, clock: () => now },
  );
  expect(steps(trace)).toEqual(["+7", "+100", "-0"]);
  expect([...trace.alignments]).toEqual([1, 64]);
  expect(trace.isAligned).toBe(true);
  expect(namesOf(trace.labels)).toEqual(["", "old mesh"]);
  expect(namesOf(trace.sites)[1]).toMatch(/^load .*recording\.test\.ts/);
  expect([...trace.times!]).toEqual([2000, 3000, 3000]);
  expect([trace.format, originOf(trace, 2), trace.peakLiveBytes]).toEqual([
    "recording",
    "operation 3",
    107,
  ]);
});

test("resizes in place never hold both, moves do; parts freed are told apart", async () => {
  const moved = await traceBy((allocator) => {
    const a = allocator.allocate(10);
    const b = allocator.resize(a, 20);
    allocator.allocate(1);
    allocator.tryExtend(b, 15);
    allocator.resize(b, 40);
  });
  expect(steps(moved)).toEqual(["+10", "-0", "+20", "+1", "-1", "+15", "+40", "-3"]);
  expect(moved.peakLiveBytes).toBe(56);
  const untracked = record(new MemoryAllocator(1000));
  untracked.allocate(100);
  untracked.allocate(50);
  untracked.free(40, 70);
  untracked.free(110, 10);
  untracked.free(120, 30);
  untracked.free(10, 10);
  untracked.free(20, 20);
  untracked.free(0, 10);
  const parts = await readTrace(streamOf(recordingOf(untracked).save()));
  const split = ["+100", "+50", "-0", "-1", "+40", "+40"];
  expect(steps(parts)).toEqual([...split, "-3", "+30", "-4", "-2", "+10", "+20", "-6", "-5"]);
});

test("what cannot be replayed is counted", async () => {
  const trace = await traceBy((allocator) => {
    const a = allocator.allocate(10);
    allocator.allocate(10);
    allocator.tryAllocate(1 << 25);
    allocator.free(a);
    allocator.defragment();
  });
  expect(trace.report).toMatchObject({ failedAllocations: 1, moves: 1, unknownFrees: 0 });
  const whole = recordingBy((allocator) => allocator.allocate(1));
  const cut = await readTrace(streamOf(Buffer.concat([whole, whole.subarray(9, 20)])));
  expect(cut.report.bytesLeftOver).toBe(11);
});

test.each([
  ["no allocation", recordingBy(() => {}), /a recording that holds no allocation/],
  [
    "cut off in its first piece",
    recordingBy((a) => a.allocate(9)).subarray(0, -3),
    /a recording that is cut off before its first allocation/,
  ],
  ["a later version", recordingBy(() => {}).map((byte, i) => (i === 8 ? 9 : byte)), /version 9/],
  [
    "damage",
    recordingBy((a) => a.allocate(9)).map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
    /damaged/,
  ],
  ["only its name", new TextEncoder().encode("SUBALREC"), /not a recording/],
])("refused: %s", async (_, bytes, message) => {
  await expect(readTrace(streamOf(bytes))).rejects.toThrow(NotATraceError);
  await expect(readTrace(streamOf(bytes))).rejects.toThrow(message);
});

test("a ring that has forgotten its beginning is replayed from what was live then", async () => {
  const allocator = record(new TrackedAllocator(1 << 20), { maxBytes: 1 << 14 });
  const starts: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    starts.push(allocator.allocate(1 + (i % 50), { label: `kind ${i % 3}` }));
    if (starts.length > 40) allocator.free(starts.splice((i * 7) % 40, 1)[0]!);
  }
  const trace = await readTrace(streamOf(recordingOf(allocator).save(), 1000));
  expect(trace.report.foldedOperations).toBeGreaterThan(30_000);
  expect(trace.report.unknownFrees).toBe(0);
  const live = [...allocator.blocks()].reduce((sum, { size }) => sum + size, 0);
  const { series } = replay(trace, factoryOf("first-fit"), trace.peakLiveBytes * 2);
  expect(series.liveBytes.at(-1)).toBe(live);
});

test("mtrace logs tell call sites, too", async () => {
  const trace = await readText(
    [
      "= Start",
      "@ ./a:(main+0x1f)[0x12a0] + 0x10 0x64",
      "@ ./a:[0x12b0] + 0x20 0x8",
      "+ 0x30 0x8",
    ].join("\n"),
  );
  expect(namesOf(trace.sites)).toEqual(["./a:(main+0x1f)", "./a:[0x12b0]", ""]);
  expect(trace.isAligned).toBe(false);
});

describe("with alignment", () => {
  const program = fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 30 }),
      alignment: fc.constantFrom(1, 1, 4, 8, 12),
      free: fc.option(fc.nat(1000)),
    }),
    { minLength: 1, maxLength: 40 },
  );

  test("replays keep it, and the smallest capacity is what trying every one comes to", async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.constantFrom(...TRACKED_POLICIES), async (calls, policy) => {
        const trace = await traceBy((allocator) => {
          const starts: number[] = [];
          for (const { size, alignment, free } of calls) {
            starts.push(allocator.allocate(size, alignment));
            if (free !== null) allocator.free(starts.splice(free % starts.length, 1)[0]!);
          }
        });
        const rounding = roundingOf(policy);
        const fits = (capacity: number) =>
          replay(trace, factoryOf(policy), capacity, { rounding }).failure === undefined;
        const { capacity, noneBelow, exact } = smallestCapacity(trace, policy, factoryOf(policy));
        let least = trace.peakLiveBytes;
        while (!fits(least)) least++;
        expect(fits(capacity)).toBe(true);
        expect(noneBelow).toBeLessThanOrEqual(least);
        expect(capacity).toBeGreaterThanOrEqual(least);
        if (exact) expect(capacity).toBe(least);
        const isTree = policy !== "segregated-fit" && policy !== "buddy";
        if (policy === "first-fit" || policy === "linked-list" || (isTree && !trace.isAligned))
          expect(exact).toBe(true);
        const { addresses } = replay(trace, factoryOf(policy), capacity, { rounding });
        const misaligned = addresses.filter((address, id) => address % trace.alignments[id]! !== 0);
        expect([...misaligned]).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
