// Replaying on real bytes: figures that agree with each other, and heaps at fault that are found out.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { errorOf } from "../../tests/support/state.ts";
import { alignedTrace } from "../src/heap/aligned.ts";
import { type ByteHeap, heapKinds } from "../src/heap/byte-heap.ts";
import { compareHeaps } from "../src/heap/compare.ts";
import { Contents } from "../src/heap/contents.ts";
import { replayOnBytes } from "../src/heap/replay-on-bytes.ts";
import { ReplayFault } from "../src/replay/live-ranges.ts";
import { traceBy } from "./recordings.ts";
import { bundled, readBundled, readText, type Step, traceOf } from "./traces.ts";

const tlsf = new WebAssembly.Module(
  readFileSync(fileURLToPath(new URL("../../build/lab/tlsf.wasm", import.meta.url))),
);
const kinds = heapKinds(tlsf);

describe.each(kinds)("$name", ({ create }) => {
  test.each(bundled)("%s: every block keeps its contents", async (name) => {
    const trace = await readBundled(name);
    const replay = replayOnBytes(trace, create());
    expect(replay.failure).toBeUndefined();
    expect(replay.operations).toBe(trace.operations.length);
    expect(replay.liveAtPeak).toBe(trace.peakLiveBytes);
    expect(replay.checkedBytes).toBe(trace.sizes.reduce((sum, size) => sum + size, 0));
    expect(replay.usedAtPeak).toBeGreaterThanOrEqual(alignedTrace(trace).sizes.length);
    expect(replay.usedAtPeak).toBeGreaterThan(trace.peakLiveBytes);
    // Less than all of it: what was asked for, and used, fits in the footprint, and that in the memory.
    expect(replay.footprint).toBeGreaterThanOrEqual(trace.peakLiveBytes);
    expect(replay.memoryBytes).toBeGreaterThan(replay.footprint);
  });

  test("alignments of more than 16, blocks that are never freed, sizes of all kinds", async () => {
    const trace = await traceBy((allocator) => {
      for (const size of [1, 2, 3, 4, 15, 16, 17, 447, 448, 449, 8191, 8193, 70_000])
        for (const alignment of [1, 3, 8, 12, 16, 20, 32, 48, 64, 256, 1000, 4096]) {
          const start = allocator.allocate(size, { alignment });
          if (size % 2 === 0) allocator.free(start);
        }
    });
    const replay = replayOnBytes(trace, create());
    expect(replay.failure).toBeUndefined();
    expect(replay.checkedBytes).toBe(trace.sizes.reduce((sum, size) => sum + size, 0));
  });

  test("any alignment, as TrackedAllocator takes them", () => {
    const heap = create();
    const live: { pointer: number; size: number }[] = [];
    for (let alignment = 1; alignment <= 200; alignment++) {
      const size = 1 + ((alignment * 37) % 700);
      const pointer = heap.allocate(size, alignment)!;
      expect(pointer % alignment).toBe(0);
      for (const other of live)
        expect(pointer + size <= other.pointer || other.pointer + other.size <= pointer).toBe(true);
      live.push({ pointer, size });
      if (alignment % 3 === 0) heap.free(live.splice(alignment % live.length, 1)[0]!.pointer);
    }
    expect(heap.usedBytes(live.map(({ pointer }) => pointer))).toBeGreaterThan(0);
    for (const { pointer } of live) heap.free(pointer);
    expect(heap.usedBytes([])).toBe(0);
  });

  test("more than a memory can hold does not fit, and is no fault", async () => {
    const text = `--1-- malloc(100) = 0x10\n--1-- malloc(${2 ** 33}) = 0x2000\n--1-- free(0x10)\n`;
    const { failure, operations } = replayOnBytes(await readText(text), create());
    expect([failure, operations]).toEqual([{ size: 2 ** 33, line: 2 }, 1]);
  });
});

/** Sizes that are freed in another order than allocated. */
const steps: Step[] = Array.from({ length: 200 }, (_, i) =>
  i % 3 === 2 ? { free: i * 7 } : { allocate: 1 + ((i * 37) % 300) },
);
const trace = traceOf(steps);

/** A heap whose `spoil` gets every new pointer, its size, and how many there were before. */
function spoiled(
  spoil: (heap: ByteHeap, pointer: number, size: number, count: number) => number,
): ByteHeap {
  const heap = kinds[0]!.create();
  let count = 0;
  return {
    ...heap,
    allocate(size, alignment) {
      const pointer = heap.allocate(size, alignment)!;
      return spoil(heap, pointer, size, count++);
    },
  };
}

/** For `spoil`: the pointers before the one that was just handed out. */
const pointersBefore = new WeakMap<ByteHeap, number[]>();

describe("a heap at fault", () => {
  type Spoil = Parameters<typeof spoiled>[0];
  const at60 =
    (spoil: (heap: ByteHeap, pointer: number) => number): Spoil =>
    (heap, pointer, _size, count) => {
      const before = pointersBefore.get(heap) ?? [];
      pointersBefore.set(heap, before);
      before.push(pointer);
      return count === 60 ? spoil(heap, pointer) : pointer;
    };
  const flipBit: Spoil = at60((heap, pointer) => {
    const previous = pointersBefore.get(heap)!.at(-2)!;
    new Uint8Array(heap.memory.buffer)[previous]! ^= 0x10;
    return pointer;
  });
  test.each<[string, RegExp, Spoil]>([
    [
      "writes into a live block",
      /^operation \d+ \(line \d+\): byte 0 of the \d+ bytes at \d+ is \d+, not \d+ as was written there$/,
      flipBit,
    ],
    [
      "hands out a block twice",
      /overlaps the live range/,
      at60((heap) => pointersBefore.get(heap)!.at(-2)!),
    ],
    ["does not align", /is not a multiple of 16/, at60((_, pointer) => pointer + 8)],
    [
      "hands out what is not there",
      /lies outside the memory/,
      at60((heap) => heap.memory.buffer.byteLength),
    ],
  ])("%s", (_, message, spoil) => {
    const fault = errorOf(() => replayOnBytes(trace, spoiled(spoil)));
    expect(fault).toBeInstanceOf(ReplayFault);
    expect(fault.message).toMatch(message);
  });

  test("is no fault without", () => {
    expect(
      replayOnBytes(
        trace,
        spoiled((_, pointer) => pointer),
      ).failure,
    ).toBeUndefined();
  });
});

test("one bit of one byte, wherever it is: its place and both values are told", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const contents = new Contents(memory);
  for (const size of [1, 2, 3, 4, 5, 7, 8, 33]) {
    for (let at = 0; at < size; at++) {
      contents.write(7, 160, size);
      contents.check(7, 160, size);
      const bytes = new Uint8Array(memory.buffer);
      const written = bytes[160 + at]!;
      bytes[160 + at] = written ^ (1 << (at % 8));
      expect(() => contents.check(7, 160, size)).toThrow(
        `byte ${at} of the ${size} bytes at 160 is ${written ^ (1 << (at % 8))}, not ${written} as`,
      );
    }
    contents.write(7, 160, size);
    expect(() => contents.check(8, 160, size)).toThrow(ReplayFault);
  }
});

test("heaps beside policies, at the same alignment", () => {
  const { heaps, policies } = compareHeaps(trace, kinds, ["first-fit", "best-fit"]);
  const aligned = alignedTrace(trace);
  expect(heaps.map(({ name }) => name)).toEqual(kinds.map(({ name }) => name));
  expect(policies.map(({ name, exact }) => [name, exact])).toEqual([
    ["first-fit", true],
    ["best-fit", true],
  ]);
  for (const figures of [...heaps, ...policies]) {
    expect(figures.footprint).toBeGreaterThanOrEqual(trace.peakLiveBytes);
    expect(figures.internalFragmentation).toBeGreaterThan(0);
    expect(figures.internalFragmentation).toBeLessThan(1);
    expect(figures.nanosecondsPerOperation).toBeGreaterThan(0);
  }
  for (const { footprint } of policies)
    expect(footprint).toBeGreaterThanOrEqual(aligned.peakLiveBytes);
  // No policy has a header: rounding is all that it loses. suballoc/heap has none below 8 KiB either.
  expect(policies[0]!.internalFragmentation).toBe(heaps[0]!.internalFragmentation);
  expect(heaps[2]!.internalFragmentation).toBeGreaterThan(policies[0]!.internalFragmentation);
});
