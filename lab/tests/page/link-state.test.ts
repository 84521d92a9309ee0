// Links bring back what was looked at, and moments are found.

import fc from "fast-check";
import { TRACKED_POLICIES } from "suballoc";
import { expect, test } from "vitest";
import { type LinkState, readLinkState, writeLinkState } from "../../page/replay/link-state.ts";
import { Moments } from "../../page/replay/moments.ts";
import { GROUPINGS } from "../../src/holders/groups.ts";

const whole = (min: number) => fc.option(fc.integer({ min, max: 2 ** 40 }), { nil: undefined });

const span = fc.tuple(fc.nat(1e6), fc.integer({ min: 1, max: 1e6 }));
const views = fc.tuple(span, span).map(([[from, moments], [low, addresses]]) => ({
  from,
  to: from + moments,
  low,
  high: low + addresses,
}));

test("what is written is read", () => {
  const states: fc.Arbitrary<LinkState> = fc.record({
    trace: fc.option(
      fc.oneof(fc.record({ bundled: fc.string() }), fc.record({ file: fc.string() })),
      { nil: undefined },
    ),
    policies: fc.subarray([...TRACKED_POLICIES]),
    capacity: whole(1),
    at: whole(0),
    speed: fc.constantFrom("0.25", "1", "8"),
    only: fc.option(fc.record({ grouping: fc.constantFrom(...GROUPINGS), group: fc.nat(1e6) }), {
      nil: undefined,
    }),
    view: fc.option(views, { nil: undefined }),
  });
  fc.assert(
    fc.property(states, (state) => {
      const text = writeLinkState(state).toString();
      expect(readLinkState(new URLSearchParams(text))).toEqual(state);
    }),
  );
});

test.each(["c=0&at=-1", "c=1.5&at=x", "c=&at=", "c=1e99&at=NaN"])("not understood: %s", (text) => {
  const { capacity, at } = readLinkState(new URLSearchParams(text));
  expect([capacity, at]).toEqual([undefined, undefined]);
});

test.each([
  "v=1_2_3",
  "v=5_5_0_9",
  "v=0_9_9_0",
  "v=0_1_0_1_0",
  "v=a_1_0_1",
  "o=shape.1",
  "o=label",
  "o=label.-1",
])("no look: %s", (text) => {
  const { view, only } = readLinkState(new URLSearchParams(text));
  expect([view, only]).toEqual([undefined, undefined]);
});

test("policies there are not", () => {
  expect(readLinkState(new URLSearchParams("p=best-fit,quick-fit,first-fit")).policies).toEqual([
    "first-fit",
    "best-fit",
  ]);
});

test("the nearest moment", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -10, max: 1100 }),
      (samples, operations) => {
        const moments = new Moments(samples.sort((a, b) => a - b));
        const distances = samples.map((sample) => Math.abs(sample + 1 - operations));
        const position = moments.nearest(operations);
        expect(distances[position]).toBe(Math.min(...distances));
        expect(moments.at(position)).toBe(samples[position]! + 1);
      },
    ),
  );
  expect([new Moments().last, new Moments().at(0), new Moments().nearest(5)]).toEqual([
    -1,
    undefined,
    0,
  ]);
});
