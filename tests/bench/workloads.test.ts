// The bench's workloads are what bench/README.md says they are, and its checks notice an allocator that is wrong.

import { describe, expect, test } from "vitest";
import { type Heap, numeric } from "../../bench/contenders/heap.ts";
import { BUDDY, CONTENDERS, ownsBytes, TLSF } from "../../bench/contenders/names.ts";
import { tracked } from "../../bench/contenders/tracked.ts";
import type { Operations } from "../../bench/src/operations.ts";
import { DISTRIBUTIONS, failureRate, useAtFailure } from "../../bench/src/packing.ts";
import { CHURN, FULL, QUICK } from "../../bench/src/plan.ts";
import { Random } from "../../bench/src/random.ts";
import { Replay } from "../../bench/src/replay.ts";
import { roomFor, roundedUp } from "../../bench/src/room.ts";
import { createWorkload, type WorkloadSpec } from "../../bench/src/workloads.ts";
import { slotted, withoutHoles } from "./support.ts";

const SPECS: WorkloadSpec[] = [
  { kind: "churn", live: 100, maxSize: 1024 },
  { kind: "aligned churn", live: 100, alignments: [4, 12, 256] },
  { kind: "batches", live: 100, batch: 20 },
  { kind: "holes", holes: 50, sizes: "fit" },
  { kind: "holes", holes: 50, sizes: "larger" },
  { kind: "halved", halvings: 20 },
  { kind: "one-unit holes", holes: 50 },
  { kind: "mass free", live: 100, order: "ascending" },
  { kind: "mass free", live: 100, order: "descending" },
  { kind: "mass free", live: 100, order: "random" },
  { kind: "mass free", live: 100, order: "every other one first" },
  { kind: "trace", name: "sqlite" },
];

/** Plays operations on a list of slots: each free names what its slot holds, and no slot is filled twice. */
class Slots {
  readonly held = new Map<number, number>();

  play({ slots, sizes }: Operations): void {
    for (const [i, slot] of slots.entries()) {
      const size = sizes[i] as number;
      if (size > 0) {
        expect(this.held.has(slot)).toBe(false);
        this.held.set(slot, size);
      } else {
        expect(this.held.get(slot)).toBe(-size);
        this.held.delete(slot);
      }
    }
  }

  get live(): number {
    return [...this.held.values()].reduce((sum, size) => sum + size, 0);
  }
}

describe.each(SPECS.map((spec) => [JSON.stringify(spec), spec] as const))("%s", (_, spec) => {
  test("frees what it allocated, and keeps its slots and its capacity", async () => {
    const workload = await createWorkload(spec);
    const slots = new Slots();
    slots.play(workload.prepare);
    const before = slots.held.size;
    for (let i = 0; i < 3; i++) {
      const operations = workload.next(64);
      expect(operations.slots.length).toBeGreaterThanOrEqual(64);
      expect(operations.sizes.filter((size) => size > 0).length * 2).toBe(operations.sizes.length);
      slots.play(operations);
      expect(slots.held.size).toBe(before);
      expect(Math.max(...operations.slots)).toBeLessThan(workload.slots);
      expect(slots.live).toBeLessThanOrEqual(workload.capacity);
    }
  });

  test("is the same every time", async () => {
    const [a, b] = [await createWorkload(spec), await createWorkload(spec)];
    expect(a.prepare).toEqual(b.prepare);
    expect(a.next(64)).toEqual(b.next(64));
  });
});

test("churn fills 70 % of the capacity on average", async () => {
  const workload = await createWorkload({ kind: "churn", live: 10_000, maxSize: 1024 });
  const slots = new Slots();
  slots.play(workload.prepare);
  expect(slots.live / workload.capacity).toBeCloseTo(0.7, 1);
});

describe("the room a contender gets", () => {
  const SIZES = Array.from({ length: 1024 }, (_, i) => i + 1);
  const sum = (sizes: number[]) => sizes.reduce((a, b) => a + b, 0);

  test("is the workload's capacity where blocks are what was asked for", async () => {
    const workload = await createWorkload({ kind: "churn", live: 100, maxSize: 1024 });
    for (const name of CONTENDERS.filter((name) => name !== BUDDY && !ownsBytes(name)))
      expect(roomFor(name, workload)).toBe(workload.capacity);
  });

  test("has headers where they lie between the blocks", async () => {
    const workload = await createWorkload({ kind: "churn", live: 100, maxSize: 1024 });
    const room = roomFor(TLSF, workload);
    expect(room).toBeGreaterThanOrEqual(workload.capacity * 1.1 + 4800);
    expect(room % 16).toBe(0);
  });

  test("is larger for buddy by what rounding up adds", async () => {
    expect([1, 2, 3, 64, 65, 1023].map(roundedUp)).toEqual([1, 2, 4, 64, 128, 1024]);
    const churn = await createWorkload({ kind: "churn", live: 20_000, maxSize: 1024 });
    const added = sum(SIZES.map(roundedUp)) / sum(SIZES);
    expect(roomFor(BUDDY, churn) / churn.capacity).toBeCloseTo(added, 1);
    const powers = await createWorkload({ kind: "holes", holes: 50, sizes: "barely larger" });
    expect(roomFor(BUDDY, powers)).toBe(powers.capacity);
    const empty = await createWorkload({ kind: "halved", halvings: 20 });
    expect(roomFor(BUDDY, empty)).toBe(2 ** 20);
  });

  test.each(SPECS.filter(({ kind }) => kind !== "aligned churn"))(
    "holds what buddy is asked for: %j",
    async (spec) => {
      const workload = await createWorkload(spec);
      const capacity = roomFor(BUDDY, workload);
      const heap = tracked(capacity, "buddy");
      const replay = new Replay(heap as Heap, workload);
      const { prepare } = workload;
      replay.check(prepare, 0, prepare.slots.length);
      replay.checkOverlaps(capacity);
      expect(replay.failures).toBeLessThanOrEqual(prepare.slots.length / 50);
    },
  );
});

test("buddy is raced at every churn and in every adversarial sequence, and has one of its own", () => {
  const races = FULL.races.filter(({ group }) => group === CHURN || group === "Adversarial");
  expect(races.length).toBeGreaterThan(10);
  for (const { entrants } of races) expect(entrants.map(({ name }) => name)).toContain(BUDDY);
  expect(races.map(({ title }) => title)).toContain("one unit, alone in 2^24");
});

describe("the check", () => {
  const spec: WorkloadSpec = { kind: "churn", live: 50, maxSize: 100 };
  const play = async (wrong: () => number) => {
    const workload = await createWorkload(spec);
    const heap: Heap<number> = {
      ...numeric,
      allocate: wrong,
      free: () => {},
      failed: (address) => address < 0,
    };
    const replay = new Replay(heap as Heap, workload);
    replay.check(workload.prepare, 0, workload.prepare.slots.length);
    return replay;
  };

  test("notices blocks that overlap", async () => {
    const replay = await play(() => 7);
    expect(() => replay.checkOverlaps()).toThrow("overlap");
  });

  test("notices a block outside the capacity", async () => {
    let next = 0;
    const replay = await play(() => (next += 1024));
    expect(() => replay.checkOverlaps()).toThrow("outside");
  });

  test("notices a misaligned block", async () => {
    const workload = await createWorkload({ kind: "aligned churn", live: 50, alignments: [256] });
    const heap = {
      ...numeric,
      allocate: () => 0,
      allocateAligned: () => 255,
      free: () => {},
      failed: () => false,
    };
    expect(() => new Replay(heap, workload).check(workload.prepare, 0, 1)).toThrow("multiple");
  });

  test("counts what did not fit", async () => {
    const replay = await play(() => -1);
    expect(replay.failures).toBe(150);
  });
});

describe("packing", () => {
  const draw = DISTRIBUTIONS["uniform 1..1024"];

  test("an allocator without holes fails only when no memory is left", () => {
    const use = useAtFailure(withoutHoles, draw, 1);
    expect(use).toBeGreaterThan(1 - 1024 / 2 ** 20);
    expect(use).toBeLessThanOrEqual(1);
    expect(failureRate(withoutHoles, 0.95, 1)).toBe(0);
  });

  test("slots of 1024 for requests of 512.5 on average are half full", () => {
    expect(useAtFailure(slotted, draw, 1)).toBeCloseTo(0.5, 1);
    expect(failureRate(slotted, 0.95, 1)).toBeGreaterThan(0.3);
  });

  test("distributions stay within what they are called", () => {
    const random = new Random(3);
    const bounds = { "uniform 1..1024": 1024, "log-uniform 1..4096": 4096, "six sizes": 4096 };
    for (const [name, draw] of Object.entries(DISTRIBUTIONS))
      for (let i = 0; i < 10_000; i++) {
        const size = draw(random);
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(bounds[name as keyof typeof bounds]);
        expect(Number.isInteger(size)).toBe(true);
      }
  });
});

test("random orders are permutations, and seeds repeat", () => {
  const order = new Random(5).shuffled(1000);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect(new Random(5).shuffled(1000)).toEqual(order);
  expect(new Random(6).shuffled(1000)).not.toEqual(order);
});

test.each([
  ["full", FULL],
  ["quick", QUICK],
])("races of the %s plan can be told apart, and none has two entrants of one name", (_, plan) => {
  const names = plan.races.map(({ group, title }) => `${group}: ${title}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { entrants } of plan.races)
    expect(new Set(entrants.map(({ name }) => name)).size).toBe(entrants.length);
});
