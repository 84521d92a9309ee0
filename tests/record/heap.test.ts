// Heaps recorded: after any calls, what is live in the recording is what the heap says is live, at the size asked for.

import fc from "fast-check";
import { Heap } from "suballoc/heap";
import { type RecordedBlock, readRecording, record, recordingOf } from "suballoc/record";
import { expect, test } from "vitest";

function read(bytes: Uint8Array) {
  const live = new Map<number, RecordedBlock>();
  const refused: number[] = [];
  let unknown = 0;
  const summary = readRecording(bytes, {
    allocate: (block) => live.set(block.address, block),
    free: ({ address }) => live.delete(address),
    resize: (block, before) => {
      live.delete(before.address);
      live.set(block.address, block);
    },
    refuse: ({ size }) => refused.push(size),
    unknown: () => unknown++,
  });
  return { live, refused, unknown, summary };
}

const size = fc.integer({ min: 1, max: 3000 });
const call = fc.oneof(
  fc.record({ call: fc.constant("malloc" as const), size }),
  fc.record({ call: fc.constant("tryMalloc" as const), size }),
  fc.record({
    call: fc.constant("calloc" as const),
    size: fc.integer({ min: 1, max: 60 }),
    count: fc.integer({ min: 1, max: 60 }),
  }),
  fc.record({
    call: fc.constant("alignedAlloc" as const),
    size,
    alignment: fc.constantFrom(8, 16, 64, 1024),
  }),
  fc.record({ call: fc.constant("array" as const), length: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ call: fc.constant("realloc" as const), size, which: fc.nat() }),
  fc.record({ call: fc.constant("free" as const), which: fc.nat() }),
);

test("any calls: the same blocks are live", () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 80 }), fc.nat(20), (calls, before) => {
      const plain = new Heap();
      for (let i = 0; i < before; i++) plain.malloc(10 + i * 30);
      const heap = record(plain, { callSites: 1 });
      expect(heap).toBeInstanceOf(Heap);
      const asked = new Map<number, { size: number; alignment: number }>();
      const keep = (pointer: number, bytes: number, alignment = 1) =>
        asked.set(pointer, { size: Math.max(1, bytes), alignment });
      for (const one of calls) {
        const pointers = [...asked.keys()];
        if (one.call === "malloc") keep(heap.malloc(one.size), one.size);
        else if (one.call === "tryMalloc") keep(heap.tryMalloc(one.size)!, one.size);
        else if (one.call === "calloc")
          keep(heap.calloc(one.count, one.size), one.count * one.size);
        else if (one.call === "alignedAlloc")
          keep(heap.alignedAlloc(one.alignment, one.size), one.size, one.alignment);
        else if (one.call === "array")
          keep(heap.array(Float64Array, one.length).byteOffset, one.length * 8);
        else if (pointers.length > 0) {
          const pointer = pointers[one.which % pointers.length]!;
          const { alignment } = asked.get(pointer)!;
          asked.delete(pointer);
          if (one.call === "free") heap.free(pointer);
          else {
            const after = heap.realloc(pointer, one.size);
            if (after !== 0) keep(after, one.size, alignment);
          }
        }
      }
      const { live, unknown, summary } = read(recordingOf(heap).save());
      expect(unknown).toBe(0);
      expect(summary).toMatchObject({ name: "Heap", openingBlocks: before });
      for (const [pointer, { size, alignment }] of asked) {
        expect(live.get(pointer)).toMatchObject({ size, alignment });
        expect(live.get(pointer)!.site).toContain("heap.test.ts");
      }
      const inHeap = plain.blocks().filter(({ state }) => state === "live");
      expect([...live.keys()].sort((a, b) => a - b)).toEqual(
        inHeap.map(({ pointer }) => pointer!).sort((a, b) => a - b),
      );
      heap.dispose();
    }),
    { numRuns: 100 },
  );
});

test("what a heap refuses is written down, and the heap goes on", () => {
  const heap = record(new Heap({ maximum: 4 * 65536 }));
  expect(heap.tryMalloc(1 << 20)).toBeUndefined();
  expect(() => heap.malloc(1 << 21)).toThrow(/memory/);
  const pointer = heap.malloc(100);
  const { live, refused } = read(recordingOf(heap).save());
  expect(refused).toEqual([1 << 20, 1 << 21]);
  expect([...live.keys()]).toEqual([pointer]);
  heap.reset();
  expect(read(recordingOf(heap).save()).live.size).toBe(0);
});

test("a product of sizes beyond 2^53 - 1 is refused, and the recording stays readable", () => {
  const heap = record(new Heap());
  expect(() => heap.calloc(2 ** 32, 2 ** 32)).toThrow(/memory/);
  expect(() => heap.array(Float64Array, 2 ** 53 - 1)).toThrow(/memory/);
  const pointer = heap.malloc(100);
  const { live, refused } = read(recordingOf(heap).save());
  expect(refused).toEqual([2 ** 53 - 1, 2 ** 53 - 1]);
  expect([...live.keys()]).toEqual([pointer]);
});
