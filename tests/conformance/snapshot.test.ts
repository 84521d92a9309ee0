// Snapshots and clones: what comes of them cannot be told from what was saved, then or later; and nothing
// but a whole snapshot of the right kind is taken.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryAllocator, POLICIES, type Policy, TrackedAllocator } from "../../src/index.ts";
import { storageBytes } from "../support/cores.ts";
import { Pair, perform } from "../support/pair.ts";
import { Holder, requestsFor } from "../support/requests.ts";
import { resealed } from "../support/seal.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { errorOf, outcomeOf, stateOf, withoutShape } from "../support/state.ts";

/** Free blocks of sizes 1 to 3 between allocated ones, as many, and a rover among them. */
function withHoles(policy: Policy, capacity: number, holes: number): MemoryAllocator {
  const allocator = new MemoryAllocator(capacity, { policy });
  allocator.reserve(0, capacity);
  const step = Math.floor(capacity / holes);
  for (let i = 0; i < holes; i++) allocator.free(i * step, 1 + (i % Math.min(3, step - 1)));
  allocator.allocate(1);
  return allocator;
}

describe.each(POLICIES)("snapshots: %s", (policy) => {
  test.each([13, 3000, 2 ** 32 - 2, 2 ** 32 + 5, 2 ** 53 - 1])(
    "capacity %d: the same under 1,000 further operations",
    (capacity) => {
      const requests = fc.sample(requestsFor(capacity), { seed, numRuns: 1300 });
      const pair = new Pair(policy, capacity);
      const holder = new Holder(pair);
      holder.makeHoles(100);
      for (const request of requests.slice(0, 300)) holder.run(request);

      const bytes = pair.allocator.snapshot();
      const others = [MemoryAllocator.restore(structuredClone(bytes)), pair.allocator.clone()];
      for (const other of others) {
        expect(other.snapshot()).toEqual(bytes);
        expect(withoutShape(stateOf(other))).toEqual(withoutShape(stateOf(pair.allocator)));
      }
      for (const request of requests.slice(300)) {
        const done = holder.run(request);
        if (!done) continue;
        for (const other of others) {
          const answer = outcomeOf(() => perform(other, done.operation));
          if (isDeepStrictEqual(answer, done.answer)) continue;
          expect([done.operation, answer]).toEqual([done.operation, done.answer]);
        }
      }
      const last = pair.allocator.snapshot();
      for (const other of others) {
        other.validate();
        expect(other.snapshot()).toEqual(last);
        expect(withoutShape(stateOf(other))).toEqual(withoutShape(stateOf(pair.allocator)));
        other.dispose();
      }
      pair.allocator.dispose();
    },
  );

  test("of what was once longer and had free blocks in what was cut off", () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 20; round++) {
      const pair = new Pair(policy, 4000);
      pair.run(["reserve", 0, 4000]);
      for (let i = 0; i < 600; i++) {
        pair.run(["free", random(4000), 1 + random(4)]);
        if (i % 3 === 0) pair.run(["try", 1 + random(4)]);
      }
      for (let address = 1500; address < 4000; address++) pair.run(["free", address, 1]);
      pair.run(["shrink", 1600]);
      pair.run(["restore"]);
      pair.check();
      pair.allocator.dispose();
    }
  });

  test("through a file, through a Buffer of Node's pool, and as a view into something larger", () => {
    const allocator = withHoles(policy, 1000, 50);
    const bytes = allocator.snapshot();
    const folder = mkdtempSync(join(tmpdir(), "snapshot-"));
    const file = join(folder, "bytes");
    writeFileSync(file, bytes);
    const pooled = Buffer.from(bytes);
    const larger = new Uint8Array([1, 2, 3, ...bytes, 4, 5]);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    for (const form of [readFileSync(file), pooled, larger.subarray(3, -2), shared]) {
      const restored = MemoryAllocator.restore(form);
      expect(withoutShape(stateOf(restored))).toEqual(withoutShape(stateOf(allocator)));
      expect(restored.snapshot()).toEqual(bytes);
      restored.dispose();
    }
    rmSync(folder, { recursive: true });
    expect(errorOf(() => MemoryAllocator.restore(larger.subarray(2, -2))).code).toBe(
      "ERR_NOT_A_SNAPSHOT",
    );
  });

  describe.each([200, 2 ** 40])("a small one, capacity %d", (capacity) => {
    const small = () => {
      const allocator = withHoles(policy, capacity, 40);
      const bytes = allocator.snapshot();
      allocator.dispose();
      return bytes;
    };
    const refuse = (bytes: Uint8Array) => {
      const error = outcomeOf(() => MemoryAllocator.restore(bytes)) as string;
      expect(["ERR_NOT_A_SNAPSHOT", "ERR_SNAPSHOT_DAMAGED"]).toContain(error);
    };

    test("every truncation is refused, and anything added", () => {
      const bytes = small();
      for (let length = 0; length < bytes.length; length++) {
        refuse(bytes.subarray(0, length));
        // Even where the checksum has been made to fit.
        if (length >= 8) refuse(resealed(bytes.subarray(0, length), () => undefined));
      }
      refuse(new Uint8Array([...bytes, 0]));
      refuse(resealed(bytes, (copy) => new Uint8Array([...copy, 0])));
    });

    test("every flipped bit is refused", () => {
      const bytes = small();
      for (let bit = 0; bit < 8 * bytes.length; bit++) {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        refuse(damaged);
      }
      MemoryAllocator.restore(bytes).dispose();
    });

    test("with any byte changed under a right checksum, it is refused or is a sound allocator", () => {
      const bytes = small();
      const random = randomFrom(seed);
      let refused = 0;
      for (let at = 5; at < bytes.length - 4; at++) {
        for (const value of [0, 1, 2, 127, 128, 255, bytes[at]! + 1, bytes[at]! - 1, random(256)]) {
          const changed = resealed(bytes, (copy) => {
            copy[at] = value;
            return undefined;
          });
          let allocator: MemoryAllocator;
          try {
            allocator = MemoryAllocator.restore(changed);
          } catch (error) {
            expect((error as Error).name).toBe("SnapshotError");
            refused++;
            continue;
          }
          allocator.validate();
          const address = allocator.tryAllocate(1);
          if (address !== undefined) allocator.free(address, 1);
          for (const { start, size } of [...allocator.freeBlocks()]) allocator.reserve(start, size);
          expect(allocator.getFreeMemory()).toBe(0);
          allocator.free(0, allocator.capacity);
          allocator.validate();
          expect([...allocator.freeBlocks()]).toEqual([{ start: 0, size: allocator.capacity }]);
          allocator.dispose();
        }
      }
      expect(refused).toBeGreaterThan(bytes.length);
    });

    test.each([1, 2, 4])("one of version %d is told from a damaged one", (version) => {
      const later = resealed(small(), (copy) => {
        copy[4] = version;
        return undefined;
      });
      expect(errorOf(() => MemoryAllocator.restore(later))).toMatchObject({
        name: "SnapshotError",
        code: "ERR_SNAPSHOT_VERSION",
      });
      later[20]! ^= 1;
      refuse(later);
    });
  });

  test("what is refused leaves no storage behind", () => {
    const allocator = withHoles(policy, 100_000, 3000);
    const bytes = allocator.snapshot();
    const tracked = new TrackedAllocator(1000, { policy });
    for (let i = 0; i < 100; i++) tracked.allocate(5, { label: `${i % 7}` });
    const ofTracked = tracked.snapshot();
    const attempts = () => {
      expect(errorOf(() => MemoryAllocator.restore(ofTracked)).code).toBe("ERR_SNAPSHOT_KIND");
      for (let at = 40; at < bytes.length; at += 997) {
        const changed = resealed(bytes, (copy) => {
          copy[at] = 255;
          return undefined;
        });
        expect(outcomeOf(() => MemoryAllocator.restore(changed))).toBe("ERR_SNAPSHOT_DAMAGED");
      }
      MemoryAllocator.restore(bytes).dispose();
      allocator.clone().dispose();
    };
    attempts();
    const used = storageBytes();
    for (let round = 0; round < 3; round++) attempts();
    expect(storageBytes()).toBe(used);
    allocator.dispose();
    tracked.dispose();
  });
});

test.each([
  ["nothing", []],
  ["zeros", new Array(100).fill(0)],
  ["a picture", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Array(60).fill(7)]],
  ["text", [...new TextEncoder().encode('{"capacity":100,"free":[[0,100]]}'.repeat(3))]],
  ["only the first letters", [0x53, 0x55, 0x42, 0x41]],
])("foreign bytes: %s", (_, bytes) => {
  const error = errorOf(() => MemoryAllocator.restore(new Uint8Array(bytes)));
  expect(error).toMatchObject({ name: "SnapshotError", code: "ERR_NOT_A_SNAPSHOT" });
});

test.each([
  undefined,
  null,
  5,
  "SUBA",
  {},
  [83, 85, 66, 65],
  new ArrayBuffer(44),
  new Int8Array(44),
])("no bytes at all: %o", (value) => {
  const error = errorOf(() => MemoryAllocator.restore(value as never));
  expect(error).toMatchObject({ name: "ArgumentTypeError", code: "ERR_NOT_A_SNAPSHOT" });
});
