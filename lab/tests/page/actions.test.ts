// A history in a link and back.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Action, decodeActions, encodeActions } from "../../page/play/actions.ts";

const positive = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const limit = fc.option(positive, { nil: undefined });
const action: fc.Arbitrary<Action> = fc
  .tuple(
    fc.oneof(
      fc.record({ kind: fc.constant("allocate" as const), size: positive, alignment: positive }),
      fc.record({ kind: fc.constant("free" as const), id: fc.nat() }),
      fc.record({ kind: fc.constant("fill" as const), size: positive }),
      fc.record({ kind: fc.constant("free-half" as const) }),
      fc.record({ kind: fc.constant("defragment" as const) }),
    ),
    limit,
  )
  .map(([made, limited]) => (limited === undefined ? made : { ...made, limit: limited }));

test("every history comes back as it was", () => {
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      expect(decodeActions(encodeActions(actions))).toEqual(actions);
    }),
  );
});

test.each([
  "x",
  "a",
  "a0",
  "a1.0",
  "a-1",
  "f",
  "F",
  "F0",
  "a1__a2",
  "a9007199254740992",
  "h!",
  "a1 ",
])("%j is no history", (text) => {
  expect(decodeActions(text)).toBeUndefined();
});
