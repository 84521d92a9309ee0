// Every single operation, with every argument in and just out of range, from every state that a small
// capacity has: each set of free addresses, each place of the rover, and numbers of either width inside.

import { isDeepStrictEqual } from "node:util";
import type { Policy } from "../../src/index.ts";
import { type Operation, Pair } from "./pair.ts";

/** Beyond every 32-bit number. */
const WIDE = 2 ** 33;

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Operations with each argument from its least value to one or two beyond its greatest. */
function validOperations(capacity: number): Operation[] {
  const addresses = range(0, capacity);
  const sizes = range(1, capacity + 1);
  const alignments = range(1, 4);
  const ranges = addresses.flatMap((address) => sizes.map((size) => [address, size] as const));
  const few = sizes.slice(0, 3);
  return [
    ...(["allocate", "try", "can"] as const).flatMap((kind) =>
      sizes.flatMap((size) =>
        [...alignments, capacity].map((alignment): Operation => [kind, size, alignment]),
      ),
    ),
    ...ranges.flatMap((each): Operation[] => [
      ["free", ...each],
      ["reserve", ...each],
      ...sizes.flatMap((newSize): Operation[] => [
        ["extend", ...each, newSize],
        ...alignments.map((alignment): Operation => ["resize", ...each, newSize, alignment]),
      ]),
    ]),
    ...range(1, capacity + 2).flatMap((to): Operation[] => [
      ["grow", to],
      ["shrink", to],
    ]),
    ["grow", WIDE],
    ["allocate many", []],
    ...sizes.map((size): Operation => ["allocate many", [size]]),
    ...few.flatMap((a) =>
      few.flatMap((b): Operation[] => [
        ["allocate many", [a, b]],
        ...few.map((c): Operation => ["allocate many", [a, b, c]]),
        ...addresses.flatMap((from) =>
          addresses.map((to): Operation => ["free many", [from, to], [a, b]]),
        ),
      ]),
    ),
    ["shrink to fit"],
    ["clone"],
    ["restore"],
    ["reset"],
  ];
}

/** Operations of which one argument cannot be right in any state. */
function invalidOperations(capacity: number): Operation[] {
  const bad = ["1" as never, Number.NaN, 0.5, 2 ** 53];
  const notPositive = [...bad, 0, -1];
  const sizes = notPositive.flatMap((value): Operation[] => [
    ["allocate", value],
    ["allocate", 1, value],
    ["try", value],
    ["can", 1, value],
    ["free", 0, value],
    ["reserve", 0, value],
    ["resize", 0, value, 1],
    ["resize", 0, 1, value],
    ["resize", 0, 1, 1, value],
    // Signs come before bounds.
    ["resize", capacity, 1, value],
    ["resize", capacity, 1, 1, value],
    ["extend", 0, value, 1],
    ["extend", 0, 1, value],
    ["extend", capacity, 1, value],
    ["grow", value],
    ["shrink", value],
  ]);
  const addresses = [...bad, -1, WIDE].flatMap((value): Operation[] => [
    ["free", value, 1],
    ["reserve", value, 1],
    ["resize", value, 1, 1],
    ["extend", value, 1, 1],
  ]);
  const batches = [Number.NaN, 0, -1, capacity + 1].flatMap((value): Operation[] => [
    ["allocate many", [1, value]],
    ["free many", [0, value], [1, 1]],
    ["free many", [0, 1], [1, value]],
  ]);
  return [...sizes, ...addresses, ...batches, ["free many", [0], []]];
}

/** A pair with these addresses free and the rover there. */
function inState(policy: Policy, capacity: number, isWide: boolean, rover: number, mask: number) {
  const most = Math.max(capacity, rover);
  const pair = new Pair(policy, most);
  if (isWide) {
    pair.run(["grow", WIDE]);
    pair.run(["shrink", most]);
  }
  pair.run(["reserve", 0, most]);
  if (rover > 0) {
    pair.run(["free", 0, rover]);
    pair.run(["allocate", rover]);
  }
  if (most > capacity) {
    pair.run(["free", capacity, most - capacity]);
    pair.run(["shrink", capacity]);
  }
  for (let address = 0; address < capacity; address++)
    if (mask & (1 << address)) pair.run(["free", address, 1]);
  pair.check();
  return pair;
}

/** Only next fit looks at the rover, which may lie beyond a capacity that was once greater. */
function everyRover(policy: Policy, capacity: number): number[] {
  return policy === "next-fit" ? range(0, capacity + 1) : [0];
}

/** Tries them all; returns how many changed something and how many did not. */
export function tryEverything(
  policy: Policy,
  capacity: number,
  isWide: boolean,
  rovers: readonly number[] = everyRover(policy, capacity),
): { changes: number; others: number } {
  const operations = [...validOperations(capacity), ...invalidOperations(capacity)];
  const counts = { changes: 0, others: 0 };
  for (const rover of rovers)
    for (let mask = 0; mask < 2 ** capacity; mask++)
      tryAll(inState(policy, capacity, isWide, rover, mask), operations, counts);
  return counts;
}

function tryAll(
  pair: Pair,
  operations: readonly Operation[],
  counts: { changes: number; others: number },
): void {
  const { model, allocator: state } = pair;
  const { rover, capacity } = model;
  const free = [...model.free];
  const before = state.snapshot();
  pair.allocator = state.clone();
  for (const operation of operations) {
    pair.run(operation);
    const isChanged =
      model.rover !== rover ||
      model.capacity !== capacity ||
      model.free.length !== free.length ||
      model.free.some((block, i) => block !== free[i]);
    if (!isChanged) {
      counts.others++;
      continue;
    }
    counts.changes++;
    pair.check();
    // Where next fit goes on from there.
    pair.run(["try", 1]);
    pair.allocator.dispose();
    pair.allocator = state.clone();
    Object.assign(model, { free: [...free], rover, capacity });
  }
  // Whatever changed nothing has changed nothing.
  pair.check();
  if (!isDeepStrictEqual(pair.allocator.snapshot(), before)) throw new Error("another state");
  pair.allocator.dispose();
  state.dispose();
}
