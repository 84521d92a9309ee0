// Snapshots of tracked allocators: what is restored cannot be told from what was saved, and nothing else is taken.

import { describe, expect, test } from "vitest";
import { TRACKED_POLICIES, TrackedAllocator, type TrackedPolicy } from "../../src/index.ts";
import { resealed } from "../support/seal.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf, outcomeOf } from "../support/state.ts";

const LABELS = ["", "a", "b", "größe 💾"];

/** One random call, its numbers taken from `random` alone; what it answered. */
function act(allocator: TrackedAllocator, random: (bound: number) => number): unknown {
  const kind = random(100);
  const address = random(allocator.capacity);
  const size = 1 + random(40);
  const alignment = [1, 1, 4, 32][random(4)]!;
  const label = LABELS[random(LABELS.length)]!;
  // A block near the address, so that most frees and the like meet one.
  const near = [...allocator.blocks()].find(({ start }) => start >= address)?.start ?? address;
  return outcomeOf(() => {
    if (kind < 45) return allocator.tryAllocate(size, { alignment, label });
    if (kind < 75) return allocator.free(near);
    if (kind < 80) return allocator.resize(near, size);
    if (kind < 85) return allocator.reserve(address, size, { label });
    if (kind < 90) return allocator.setLabel(near, label);
    if (kind < 92) return allocator.shrinkToFit();
    if (kind < 94) return allocator.grow(allocator.capacity + 10);
    return allocator.defragment({ maxMoves: 1 + random(5), noOverlap: random(2) === 0 });
  });
}

describe.each(TRACKED_POLICIES)("%s", (policy) => {
  test.each([3000, 2 ** 33])("capacity %d: the same under 1,000 further operations", (capacity) => {
    const random = randomFrom(seed);
    using allocator = new TrackedAllocator(capacity, { policy });
    for (let i = 0; i < 500; i++) act(allocator, random);
    const bytes = allocator.snapshot();
    using restored = TrackedAllocator.restore(structuredClone(bytes));
    using copy = allocator.clone();
    expect(restored.snapshot()).toEqual(bytes);
    const numbers = Array.from({ length: 9 }, () => random(2 ** 31));
    for (let i = 0; i < 1000; i++) {
      const from = numbers[i % 9]! + i;
      const expected = act(allocator, randomFrom(from));
      expect(act(restored, randomFrom(from))).toEqual(expected);
      expect(act(copy, randomFrom(from))).toEqual(expected);
      if (i % 50 === 0) restored.validate();
    }
    expect(restored.snapshot()).toEqual(allocator.snapshot());
    expect(copy.snapshot()).toEqual(allocator.snapshot());
    const { height: _, metadataBytes: __, ...report } = allocator.toJSON();
    expect(restored.toJSON()).toMatchObject(report);
  });
});

function small(policy: TrackedPolicy = "first-fit"): Uint8Array<ArrayBuffer> {
  using allocator = new TrackedAllocator(200, { policy });
  const a = allocator.allocate(10, { label: "a" });
  allocator.allocate(20, { label: "bc", alignment: 8 });
  allocator.allocate(30);
  allocator.free(a);
  return allocator.snapshot();
}

test("every truncation of a small one is refused", () => {
  const bytes = small();
  for (let length = 0; length < bytes.length; length++)
    expect(errorOf(() => TrackedAllocator.restore(bytes.subarray(0, length))).name).toBe(
      "SnapshotError",
    );
  const longer = new Uint8Array([...bytes, 0]);
  expect(errorOf(() => TrackedAllocator.restore(longer)).code).toBe("ERR_SNAPSHOT_DAMAGED");
});

test("every single flipped bit of a small one is refused", () => {
  const bytes = small();
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(errorOf(() => TrackedAllocator.restore(damaged)).name).toBe("SnapshotError");
  }
  TrackedAllocator.restore(bytes).dispose();
});

test("what is no snapshot is refused", () => {
  for (const value of [null, undefined, "SUBA", {}, [], new ArrayBuffer(8), new Float64Array(8)]) {
    const error = errorOf(() => TrackedAllocator.restore(value as never));
    expect(error).toMatchObject({ name: "ArgumentTypeError", code: "ERR_NOT_A_SNAPSHOT" });
  }
});

/** A snapshot of `small` with another note in it, the checksum right. */
function withNote(bytes: Uint8Array, note: string | Uint8Array): Uint8Array {
  const added = typeof note === "string" ? new TextEncoder().encode(note) : note;
  const before = '[3,2,"bc",8]'.length;
  return resealed(
    bytes,
    (copy) => new Uint8Array([...copy.subarray(0, -4 - before), ...added, 0, 0, 0, 0]),
  );
}

describe("a note that is well sealed, but not what was written, is refused", () => {
  // Blocks [16, 36) with number 2, aligned to 8, and [36, 66) with number 0.
  test("the one that was written is taken", () => {
    const bytes = small();
    expect(withNote(bytes, '[3,2,"bc",8]')).toEqual(bytes);
    using restored = TrackedAllocator.restore(withNote(bytes, '[4294967295,2,"other",4]'));
    expect(restored.labelOf(16)).toBe("other");
    // The numbers go round without ever meeting one in use.
    for (let i = 0; i < 5; i++) restored.allocate(1, { label: `${i}` });
    expect(restored.labelOf(16)).toBe("other");
    TrackedAllocator.restore(restored.snapshot()).dispose();
  });

  test.each(TRACKED_POLICIES)(
    "numbers of labels from 2^31 on are as good as others: %s",
    (policy) => {
      using restored = TrackedAllocator.restore(withNote(small(policy), '[2147483648,2,"bc",8]'));
      const address = restored.allocate(1, { label: "new" });
      expect(restored.labelOf(address)).toBe("new");
      restored.setLabel(address, "newer");
      restored.reserve(restored.resize(address, 3) + 4, 1, { label: "last" });
      restored.defragment();
      expect([...restored.blocks()].map(({ label }) => label)).toContain("newer");
      for (const { start } of restored.blocks()) restored.free(start);
      expect(restored.toJSON().labels).toEqual([]);
      TrackedAllocator.restore(restored.snapshot()).dispose();
    },
  );

  test.each([
    "",
    "[",
    "{}",
    "null",
    "3",
    "[]",
    "[3]",
    "[0]",
    '["3",2,"bc",8]',
    '[3.5,2,"bc",8]',
    '[4294967296,2,"bc",8]',
    '[3,2,"bc"]',
    '[3,2,"bc",8,7]',
    '[3,2,"bc",0]',
    '[3,2,"bc",-8]',
    '[3,2,"bc",1.5]',
    '[3,2,"bc","8"]',
    '[3,2,"bc",9007199254740992]',
    '[3,2,"bc",32]',
    "[3,2,null,8]",
    "[3,2,7,8]",
    '[3,1,"bc",8]',
    '[3,0,"bc",8]',
    '[3,-2,"bc",8]',
    '[3,2,"",1]',
    '[3,2,"bc",8,2,"d",8]',
    '[3,2,"bc",8,3,"bc",8]',
    '[3,2,"bc",8,3,"unused",1]',
    '[3,2,"bc",8] x',
  ])("%s", (note) => {
    const error = errorOf(() => TrackedAllocator.restore(withNote(small(), note)));
    expect(error).toMatchObject({ name: "SnapshotError", code: "ERR_SNAPSHOT_DAMAGED" });
  });

  test("bytes that are not UTF-8", () => {
    const note = Uint8Array.from('[3,2,"bc",8]', (character) => character.charCodeAt(0));
    note[6] = 0xff;
    const error = errorOf(() => TrackedAllocator.restore(withNote(small(), note)));
    expect(error.code).toBe("ERR_SNAPSHOT_DAMAGED");
  });
});
