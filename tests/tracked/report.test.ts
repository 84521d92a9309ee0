// Reports: the figures against what is there, and the text as a person reads it.

import { expect, test } from "vitest";
import { TrackedAllocator } from "../../src/index.ts";
import { writeReport } from "../../src/report.ts";

function example(): TrackedAllocator {
  const allocator = new TrackedAllocator(1000);
  for (let i = 0; i < 12; i++) allocator.allocate(10 + i, { label: i % 2 ? "mesh" : "texture" });
  allocator.allocate(100);
  allocator.allocate(4, { label: 'a\n"b"' });
  allocator.free(0);
  allocator.free(21);
  return allocator;
}

test("the data", () => {
  using allocator = example();
  const data = allocator.toJSON();
  expect(data).toEqual(JSON.parse(JSON.stringify(allocator)));
  expect(data).toMatchObject({ policy: "first-fit", ...allocator.getStats() });
  expect(data.labels).toEqual([
    { label: "", blocks: 1, size: 100 },
    { label: "mesh", blocks: 6, size: 11 + 13 + 15 + 17 + 19 + 21 },
    { label: "texture", blocks: 4, size: 14 + 16 + 18 + 20 },
    { label: 'a\n"b"', blocks: 1, size: 4 },
  ]);
  expect(data.largestBlocks).toHaveLength(10);
  expect(data.largestBlocks.map(({ size }) => size)).toEqual(
    [...allocator.blocks()]
      .map(({ size }) => size)
      .sort((a, b) => b - a)
      .slice(0, 10),
  );
  expect(data.largestBlocks[1]).toEqual({ start: 165, size: 21, label: "mesh" });
  expect(data.freeBlocksBySize).toEqual([
    { from: 8, blocks: 2, size: 22 },
    { from: 512, blocks: 1, size: 710 },
  ]);
});

test("the text", () => {
  using allocator = example();
  expect(allocator.report()).toBe(`\
TrackedAllocator "first-fit"
268 of 1000 allocated (26.8 %) in 12 blocks
732 free in 3 blocks, the largest 710, fragmentation 3.0 %

Live by label
  (no label)  100  37.3 %   1 block
  "mesh"       96  35.8 %  6 blocks
  "texture"    68  25.4 %  4 blocks
  "a\\n\\"b\\""    4   1.5 %   1 block

Largest blocks
  (no label)  100  at 186
  "mesh"       21  at 165
  "texture"    20  at 145
  "mesh"       19  at 126
  "texture"    18  at 108
  "mesh"       17   at 91
  "texture"    16   at 75
  "mesh"       15   at 60
  "texture"    14   at 46
  "mesh"       13   at 33

Free blocks by size
  8 … 15       22  2 blocks  ████████████████████████
  512 … 1023  710   1 block  ████████████`);
});

test("of an empty one, of a full one, and of the widest", () => {
  using empty = new TrackedAllocator(2 ** 53 - 1);
  expect(empty.toJSON()).toMatchObject({
    labels: [],
    largestBlocks: [],
    freeBlocksBySize: [{ from: 2 ** 52, blocks: 1, size: 2 ** 53 - 1 }],
  });
  expect(empty.report()).not.toContain("Live by label");
  using full = new TrackedAllocator(1);
  full.allocate(1);
  expect(full.toJSON().freeBlocksBySize).toEqual([]);
  expect(full.report()).not.toContain("Free blocks");
});

test("of more labels than a call takes arguments", () => {
  using allocator = example();
  const labels = Array.from({ length: 300_000 }, (_, i) => ({ label: `${i}`, blocks: 1, size: 1 }));
  const lines = writeReport({ ...allocator.toJSON(), labels }).split("\n");
  expect(lines.filter((line) => line.endsWith("1 block")).length).toBe(300_000);
});
