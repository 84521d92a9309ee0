// What is read from a recording is what the allocator did: after any calls, the blocks live in the recording are those
// live in the allocator, however much of the recording was folded into its opening state, and wherever it went.

import fc from "fast-check";
import { MemoryAllocator, OutOfMemoryError, POLICIES, TrackedAllocator } from "suballoc";
import {
  type RecordedBlock,
  type RecordingSummary,
  type RecordOptions,
  readRecording,
  record,
  recordingOf,
} from "suballoc/record";
import { describe, expect, test, vi } from "vitest";

interface Seen {
  readonly summary: RecordingSummary;
  /** The blocks live at the end. */
  readonly live: Map<number, RecordedBlock>;
  readonly refused: number[];
  readonly capacity: number;
}

function read(bytes: Uint8Array): Seen {
  const live = new Map<number, RecordedBlock>();
  const ids = new Set<number>();
  const refused: number[] = [];
  let capacity = Number.NaN;
  let last = 0;
  const add = (block: RecordedBlock, time: number) => {
    expect(live.has(block.address)).toBe(false);
    expect(ids.has(block.id)).toBe(false);
    ids.add(block.id);
    live.set(block.address, block);
    last = time;
  };
  const remove = (block: RecordedBlock, time: number) => {
    expect(live.get(block.address)).toBe(block);
    live.delete(block.address);
    expect(time).toBeGreaterThanOrEqual(last);
  };
  const summary = readRecording(bytes, {
    allocate: add,
    free: remove,
    resize: (block, before, time) => {
      remove(before, time);
      add(block, time);
    },
    move: (block, from) => {
      live.delete(from);
      live.set(block.address, block);
    },
    refuse: ({ size }) => refused.push(size),
    capacity: (now) => {
      capacity = now;
    },
    unknown: (address) => expect.fail(`${address} is not live`),
  });
  return { summary, live, refused, capacity };
}

/** A recorded allocator, and its recording as it stands, from memory or from what a sink was given. */
const destinations: Record<
  string,
  <T extends object>(allocator: T, options?: RecordOptions) => [T, () => Uint8Array]
> = {
  memory: (allocator, options) => {
    const recorded = record(allocator, options);
    return [recorded, () => recordingOf(recorded).save()];
  },
  "a ring of 16 KiB": (allocator, options) => {
    const recorded = record(allocator, { ...options, maxBytes: 1 << 14 });
    return [
      recorded,
      () => {
        expect(recordingOf(recorded).bytes).toBeLessThanOrEqual(1 << 14);
        return recordingOf(recorded).save();
      },
    ];
  },
  "a sink": (allocator, options) => {
    const pieces: Uint8Array[] = [];
    const recorded = record(allocator, {
      ...options,
      sink: { write: (piece) => pieces.push(piece) },
    });
    return [
      recorded,
      () => {
        recordingOf(recorded).flush();
        return Buffer.concat(pieces);
      },
    ];
  },
};

const blocksOf = (allocator: TrackedAllocator) =>
  [...allocator.blocks()].map(({ start, size, label }) => [start, size, label]);
const recordedBlocks = (live: Map<number, RecordedBlock>) =>
  [...live.values()]
    .sort((a, b) => a.address - b.address)
    .map(({ address, size, label }) => [address, size, label]);

type Call =
  | { do: "allocate"; size: number; alignment: number; label: number }
  | { do: "free" | "extend" | "resize" | "relabel"; which: number; size: number }
  | { do: "reserve"; size: number; at: number }
  | { do: "defragment"; moves: number }
  | { do: "capacity"; capacity: number }
  | { do: "reset" };

const size = fc.integer({ min: 1, max: 60 });
const which = fc.nat(1000);
const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 80,
    arbitrary: fc.record({
      do: fc.constant("allocate" as const),
      size,
      alignment: fc.constantFrom(1, 1, 8, 20),
      label: fc.nat(4),
    }),
  },
  { weight: 50, arbitrary: fc.record({ do: fc.constant("free" as const), which, size }) },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constantFrom("extend" as const, "resize" as const, "relabel" as const),
      which,
      size,
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant("reserve" as const), size, at: fc.nat(990) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("defragment" as const),
      moves: fc.integer({ min: 1, max: 9 }),
    }),
  },
  fc.record({
    do: fc.constant("capacity" as const),
    capacity: fc.integer({ min: 1000, max: 1100 }),
  }),
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reset" as const) }) },
);

function carryOut(allocator: TrackedAllocator, made: Call): unknown {
  const starts = "which" in made ? [...allocator.blocks()].map(({ start }) => start) : [];
  const chosen = "which" in made ? starts[made.which % starts.length] : undefined;
  try {
    switch (made.do) {
      case "allocate":
        return allocator.allocate(made.size, {
          alignment: made.alignment,
          label: made.label === 0 ? "" : `label ${made.label}`,
        });
      case "free":
        return chosen === undefined ? undefined : allocator.free(chosen);
      case "extend":
        return chosen === undefined ? undefined : allocator.tryExtend(chosen, made.size);
      case "resize":
        return chosen === undefined ? undefined : allocator.resize(chosen, made.size);
      case "relabel":
        return chosen === undefined ? undefined : allocator.setLabel(chosen, `${made.size}`);
      case "reserve":
        return allocator.reserve(made.at, made.size);
      case "defragment":
        return allocator.defragment({ maxMoves: made.moves });
      case "capacity":
        return made.capacity >= allocator.capacity
          ? allocator.grow(made.capacity)
          : allocator.shrink(made.capacity);
      case "reset":
        return allocator.reset();
    }
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}

describe.each(Object.entries(destinations))("to %s", (_, open) => {
  test("a tracked allocator: any calls, and nothing differs from one that is not recorded", () => {
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 60 }),
        fc.array(call, { maxLength: 400 }),
        fc.constantFrom(...POLICIES.slice(0, 4)),
        (before, during, policy) => {
          using plain = new TrackedAllocator(1000, { policy });
          using target = new TrackedAllocator(1000, { policy });
          for (const made of before) expect(carryOut(target, made)).toEqual(carryOut(plain, made));
          const [recorded, save] = open(target);
          for (const made of during) {
            expect(carryOut(recorded, made)).toEqual(carryOut(plain, made));
          }
          const { live, summary } = read(save());
          expect(recordedBlocks(live)).toEqual(blocksOf(plain));
          expect(summary.bytesLeftOver).toBe(0);
          expect(summary.operations + summary.folded).toBe(recordingOf(recorded).operations);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([1, 8])(
    "an untracked allocator, ranges freed in parts and together, granularity %d",
    (granularity) => {
      const step = fc.record({
        take: fc.boolean(),
        size: fc.integer({ min: 1, max: 40 }),
        at: fc.nat(499),
      });
      fc.assert(
        fc.property(
          fc.array(step, { maxLength: 40 }),
          fc.array(step, { maxLength: 300 }),
          (before, during) => {
            using target = new MemoryAllocator(500, { granularity });
            const apply = (
              allocator: MemoryAllocator,
              { take, size, at }: (typeof before)[number],
            ) => {
              try {
                if (take) allocator.allocate(size);
                else allocator.free(at - (at % granularity), size);
              } catch {}
            };
            for (const one of before) apply(target, one);
            const [recorded, save] = open(target);
            for (const one of during) apply(recorded, one);
            const isLive = new Array(target.capacity).fill(true);
            for (const { start, size } of target.freeBlocks())
              isLive.fill(false, start, start + size);
            const recordedLive = new Array(target.capacity).fill(false);
            for (const { address, size } of read(save()).live.values()) {
              const end = Math.ceil((address + size) / granularity) * granularity;
              expect(recordedLive.slice(address, end)).not.toContain(true);
              recordedLive.fill(true, address, end);
            }
            expect(recordedLive).toEqual(isLive);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test("a hundred thousand operations, most of which a ring folds away", () => {
    const [recorded, save] = open(new TrackedAllocator(1 << 20));
    const addresses: number[] = [];
    for (let i = 0; i < 100_000; i++) {
      if (i % 3 !== 2)
        addresses.push(recorded.allocate(1 + ((i * 31) % 90), { label: `l${i % 7}` }));
      else recorded.free(addresses.splice((i * 17) % addresses.length, 1)[0]!);
      if (addresses.length > 300) recorded.free(addresses.shift()!);
    }
    const { live, summary } = read(save());
    expect(recordedBlocks(live)).toEqual(blocksOf(recorded));
    expect(summary).toMatchObject({
      name: "TrackedAllocator",
      policy: "first-fit",
      capacity: 1 << 20,
      granularity: 1,
    });
    if (_ === "a ring of 16 KiB") expect(summary.folded).toBeGreaterThan(90_000);
    else expect(summary.folded).toBe(0);
  });
});

test("what is not a block: refusals, capacity, times, and blocks live before", () => {
  let now = 5;
  const target = new TrackedAllocator(100, { policy: "best-fit" });
  target.allocate(10, { label: "old" });
  const recorded = record(target, { clock: () => now });
  now = 6.5;
  const address = recorded.allocate(20, 16);
  now = 8;
  expect(recorded.tryAllocate(200)).toBeUndefined();
  expect(() => recorded.allocate(201)).toThrow(OutOfMemoryError);
  recorded.grow(300);
  const { summary, live, refused, capacity } = read(recordingOf(recorded).save());
  expect(refused).toEqual([200, 201]);
  expect(capacity).toBe(300);
  expect(summary).toMatchObject({
    policy: "best-fit",
    capacity: 100,
    openingBlocks: 1,
    operations: 4,
  });
  expect(live.get(0)).toMatchObject({ id: 0, size: 10, label: "old", time: 0 });
  expect(live.get(address)).toMatchObject({ id: 1, size: 20, alignment: 16, time: 1500 });
});

test("addresses and sizes up to 2^53 - 1, forwards and backwards", () => {
  const capacity = Number.MAX_SAFE_INTEGER;
  const recorded = record(new TrackedAllocator(capacity));
  recorded.allocate(1);
  recorded.allocate(capacity - 2);
  recorded.reserve(capacity - 1, 1);
  recorded.free(1);
  recorded.allocate(3, { alignment: 2 ** 40 + 1, label: "far" });
  const { live } = read(recordingOf(recorded).save());
  expect(recordedBlocks(live)).toEqual([
    [0, 1, ""],
    [2 ** 40 + 1, 3, "far"],
    [capacity - 1, 1, ""],
  ]);
});

test("it is compact: about ten bytes an operation", () => {
  const recorded = record(new TrackedAllocator(1 << 24));
  const live: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    if (live.length < 1000 || i % 2 === 0)
      live.push(recorded.allocate(1 + (i % 500), { label: `kind ${i % 5}` }));
    else recorded.free(live.splice((i * 7) % live.length, 1)[0]!);
  }
  expect(recordingOf(recorded).bytes / 20_000).toBeLessThan(10);
});

test.each([
  ["backwards", (i: number) => -i, 0],
  ["at once to the end of time", (i: number) => (i > 3 ? Infinity : 0), 2 ** 53 - 1],
])("a clock that goes %s", (_, clock, last) => {
  let i = 0;
  const recorded = record(new TrackedAllocator(1000), { clock: () => clock(i++) });
  for (let block = 0; block < 10; block++) recorded.allocate(1);
  const times: number[] = [];
  readRecording(recordingOf(recorded).save(), { allocate: (_block, time) => times.push(time) });
  expect(times).toHaveLength(10);
  expect(times.at(-1)).toBe(last);
});

test("fifty thousand ranges, of each of which a part is freed and folded away", () => {
  const ranges = 50_000;
  const allocator = new MemoryAllocator(ranges * 3);
  allocator.allocate(ranges * 3);
  for (let i = 0; i < ranges; i++) allocator.free(i * 3, 1);
  const recorded = record(allocator, { maxBytes: 1 << 14 });
  const walks = vi.spyOn(Map.prototype, "values");
  for (let i = ranges - 1; i >= 0; i--) recorded.free(i * 3 + 2, 1);
  const live: RecordedBlock[] = [];
  readRecording(recordingOf(recorded).save(), {
    allocate: (block) => (live[block.id] = block),
    free: ({ id }) => delete live[id],
  });
  const count = walks.mock.calls.length;
  vi.restoreAllMocks();
  expect(count).toBeLessThan(100); // no walk through all blocks for each part
  const addresses = live.map(({ address, size }) => (size === 1 ? address : Number.NaN));
  expect(addresses.filter(() => true).sort((a, b) => a - b)).toEqual(
    Array.from({ length: ranges }, (_, i) => i * 3 + 1),
  );
});
