// Zooming and panning stay inside the picture and keep what they must; blocks are found where they are.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Blocks } from "../../page/replay/blocks.ts";
import { including, isWhole, pan, type View, whole, zoom } from "../../page/replay/view.ts";
import { factoryOf } from "../../src/replay/allocator.ts";
import { replay } from "../../src/replay/replay.ts";
import { type Step, traceOf } from "../traces.ts";

const limits = fc.record({
  operations: fc.integer({ min: 1, max: 1e6 }),
  top: fc.integer({ min: 1, max: 1e9 }),
  leastOperations: fc.integer({ min: 1, max: 100 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });
const change = fc.oneof(
  fc.record({ factor: fc.double({ min: 0.01, max: 100, noNaN: true }), x: share, y: share }),
  fc.record({
    across: fc.double({ min: -2, max: 2, noNaN: true }),
    up: fc.double({ min: -2, max: 2, noNaN: true }),
  }),
  fc.record({ moment: share, address: share }),
);

test("whatever is done, the view stays inside, and points that are held stay where they are", () => {
  fc.assert(
    fc.property(limits, fc.array(change, { maxLength: 30 }), (limits, changes) => {
      const { operations, top, leastOperations } = limits;
      const close = (value: number, to: number, span: number) =>
        expect(Math.abs(value - to)).toBeLessThanOrEqual(1e-6 * span);
      let view: View = whole(limits);
      for (const one of changes) {
        const before = view;
        const [wide, high] = [view.to - view.from, view.high - view.low];
        if ("factor" in one) {
          const [moment, address] = [view.from + one.x * wide, view.low + one.y * high];
          view = zoom(view, limits, one.factor, moment, address);
          if (one.factor < 1 && !isWhole(before, limits) && view.to - view.from > leastOperations) {
            close((moment - view.from) / (view.to - view.from), one.x, 1e3);
          }
          expect(view.from).toBeLessThanOrEqual(moment + 1e-6 * operations);
          expect(view.to).toBeGreaterThanOrEqual(moment - 1e-6 * operations);
        } else if ("across" in one) {
          view = pan(view, limits, one.across * wide, one.up * high);
          close(view.to - view.from, wide, operations);
          close(view.high - view.low, high, top);
        } else {
          const [moment, address] = [one.moment * operations, one.address * top];
          view = including(view, limits, moment, address);
          expect(moment).toBeGreaterThanOrEqual(view.from - 1e-6 * operations);
          expect(moment).toBeLessThanOrEqual(view.to + 1e-6 * operations);
          expect(address).toBeGreaterThanOrEqual(view.low - 1e-6 * top);
          expect(address).toBeLessThanOrEqual(view.high + 1e-6 * top);
        }
        expect(view.from).toBeGreaterThanOrEqual(0);
        expect(view.low).toBeGreaterThanOrEqual(0);
        expect(view.to).toBeLessThanOrEqual(operations * (1 + 1e-9));
        expect(view.high).toBeLessThanOrEqual(top * (1 + 1e-9));
        expect(view.to - view.from).toBeGreaterThanOrEqual(
          Math.min(operations, leastOperations) * (1 - 1e-6),
        );
      }
      expect(isWhole(zoom(view, limits, 1e12, view.from, view.low), limits)).toBe(true);
    }),
    {
      examples: [
        // Found at random: 3.7 of a top of 754,051,753 is added to and taken from the same number, and rounded.
        [
          { operations: 1, top: 754_051_753, leastOperations: 1 },
          [
            { factor: 0.04131487822684059, x: 0, y: 0 },
            { factor: 5.155321755942138, x: 0, y: 0 },
            { across: 0, up: 1.9960927665233592 },
          ],
        ],
      ],
    },
  );
});

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ allocate: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ free: fc.nat() }),
);

test("a block is found at its moments and addresses, and nothing where nothing is", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 10 }),
      fc.integer({ min: 0, max: 100 }),
      (steps, points, slack) => {
        const trace = traceOf(steps);
        const capacity = Math.max(1, Math.floor(trace.peakLiveBytes * 0.8) + slack);
        const replayed = replay(trace, factoryOf("first-fit"), capacity);
        const blocks = new Blocks(trace);
        for (const [x, y] of points) {
          const moment = 1 + Math.floor(x * (replayed.operations - 1));
          const address = Math.floor(y * (capacity - 1));
          // Operation by operation, address by address.
          let there: number | undefined;
          trace.operations
            .subarray(0, Math.min(moment, replayed.operations))
            .forEach((operation) => {
              const id = operation >= 0 ? operation : ~operation;
              const start = replayed.addresses[id]!;
              if (address < start || address >= start + trace.sizes[id]!) return;
              there = operation >= 0 ? id : undefined;
            });
          const area = { from: moment - 1, to: moment, low: address, high: address + 1 };
          if (moment > replayed.operations) continue;
          expect(blocks.in(area, replayed)).toBe(there);
          if (there === undefined) continue;
          expect(blocks.isLive(there, moment)).toBe(true);
          const facts = blocks.facts(there, moment, replayed);
          expect(facts).toMatchObject({
            size: trace.sizes[there],
            age: moment - blocks.births[there]! - 1,
          });
          const above = blocks.next("up", facts.address, moment, replayed);
          if (above !== undefined) {
            expect(replayed.addresses[above]).toBeGreaterThanOrEqual(facts.address + facts.size);
            expect(blocks.next("down", replayed.addresses[above]!, moment, replayed)).toBe(there);
          }
        }
      },
    ),
  );
});
