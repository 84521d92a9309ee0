// Random requests for a tracked allocator.

import fc from "fast-check";
import type { Request } from "./twin.ts";

export function requestsFor(capacity: number): fc.Arbitrary<Request> {
  const upTo = (most: number) => fc.integer({ min: 1, max: Math.max(1, Math.floor(most)) });
  const size = fc.oneof(
    { weight: 6, arbitrary: upTo(Math.min(8, capacity)) },
    { weight: 6, arbitrary: upTo(capacity / 20) },
    { weight: 2, arbitrary: upTo(capacity / 3) },
    { weight: 1, arbitrary: fc.integer({ min: -1, max: 0 }) },
  );
  const newSize = fc.oneof(upTo(Math.min(8, capacity)), upTo(capacity / 10));
  const alignment = fc.oneof(
    { weight: 3, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.constantFrom(2, 3, 4, 12, 16, 64, 4096) },
  );
  const label = fc.constantFrom("", "", "mesh", "texture", "größe 💾", "\ud800", '"\n');
  const pick = fc.nat();
  const address = fc.integer({ min: -1, max: Math.min(capacity + 1, Number.MAX_SAFE_INTEGER) });
  const budget = fc.option(upTo(20), { nil: Infinity });
  const one = <K extends Request["kind"]>(kind: K) => fc.constant(kind);
  const of = (weight: number, arbitrary: fc.Arbitrary<Request>) => ({ weight, arbitrary });
  return fc.oneof(
    of(14, fc.record({ kind: one("allocate"), size, alignment, label })),
    of(14, fc.record({ kind: one("try"), size, alignment, label })),
    of(
      18,
      fc.record({
        kind: one("free"),
        pick,
        size: fc.constantFrom("none" as const, "right" as const),
      }),
    ),
    of(2, fc.record({ kind: one("free"), pick, size: fc.constant("wrong" as const) })),
    of(3, fc.record({ kind: one("free at"), address })),
    of(4, fc.record({ kind: one("reserve"), address, size, alignment, label })),
    of(
      6,
      fc.record({
        kind: one("resize"),
        pick,
        newSize,
        alignment: fc.option(alignment, { nil: undefined }),
      }),
    ),
    of(4, fc.record({ kind: one("extend"), pick, newSize })),
    of(3, fc.record({ kind: one("label"), pick, label })),
    of(1, fc.record({ kind: one("capacity"), capacity: around(capacity) })),
    of(1, fc.record({ kind: fc.constantFrom("shrinkToFit", "reset") })),
    of(2, fc.record({ kind: fc.constantFrom("clone", "restore") })),
    of(
      8,
      fc.record({
        kind: one("defragment"),
        options: fc.record({ maxMoves: budget, maxBytes: budget, noOverlap: fc.boolean() }),
      }),
    ),
  );
}

/** Capacities near one, never beyond what a number can hold. */
function around(capacity: number): fc.Arbitrary<number> {
  const least = Math.max(1, Math.floor(capacity / 2));
  return fc.integer({ min: least, max: Math.min(capacity + 100, Number.MAX_SAFE_INTEGER) });
}
