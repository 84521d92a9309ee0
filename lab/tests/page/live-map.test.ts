// The map that follows the scrubber is right wherever it is moved to, and however.

import fc from "fast-check";
import { MemoryAllocator } from "suballoc";
import { expect, test } from "vitest";
import { LiveMap } from "../../page/replay/live-map.ts";
import { replay } from "../../src/replay/replay.ts";
import { type Step, traceOf } from "../traces.ts";

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ allocate: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ free: fc.nat() }),
);

test("the share of each cell, counted address by address", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.nat(70), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 300 }),
      (steps, mostCells, moments, slack) => {
        const trace = traceOf(steps);
        const capacity = Math.max(1, Math.floor(trace.peakLiveBytes * 0.7) + slack);
        const replayed = replay(trace, (bytes) => new MemoryAllocator(bytes), capacity);
        const map = new LiveMap(trace, replayed, mostCells);
        for (const moment of moments) {
          map.seek(moment);
          const isLive = new Uint8Array(capacity);
          trace.operations
            .subarray(0, Math.min(moment, replayed.operations))
            .forEach((operation) => {
              const id = operation >= 0 ? operation : ~operation;
              const start = replayed.addresses[id]!;
              isLive.fill(operation >= 0 ? 1 : 0, start, start + trace.sizes[id]!);
            });
          const shares = [...map.shares()];
          expect(shares).toHaveLength(Math.min(mostCells, capacity));
          shares.forEach((share, cell) => {
            const edge = (n: number) => Math.floor((n * capacity) / shares.length);
            const part = isLive.subarray(edge(cell), edge(cell + 1));
            const live = part.reduce((sum, one) => sum + one, 0);
            expect(share).toBe(live / part.length);
          });
        }
      },
    ),
  );
});

test("far moves, which set out from states kept on the way, come to the same as near ones", () => {
  const steps = Array.from(
    { length: 5000 },
    (_, index): Step =>
      index % 3 === 2 ? { free: index * 7 } : { allocate: 1 + ((index * 31) % 90) },
  );
  const trace = traceOf(steps);
  const replayed = replay(trace, (bytes) => new MemoryAllocator(bytes), trace.peakLiveBytes * 2);
  const far = new LiveMap(trace, replayed, 300);
  for (const moment of [5000, 3, 2999, 3001, 1000, 999, 4100, 0, 5000, 2000]) {
    const near = new LiveMap(trace, replayed, 300);
    for (let at = 0; at <= moment; at += 500) near.seek(at);
    near.seek(moment);
    far.seek(moment);
    expect([...far.shares()]).toEqual([...near.shares()]);
  }
});
