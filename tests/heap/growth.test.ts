// Memory that cannot grow, at every possible point of a run: the call that needs it is refused, nothing is lost, and the
// heap goes on when there is room again.

import { describe, expect, test } from "vitest";
import { Heap } from "../../src/heap/index.ts";
import { randomFrom, seed } from "../support/seed.ts";
import { HeapModel } from "./model.ts";

const PAGE = 65536;

/** A run of operations that grows a heap to some pages, in a memory that ends at `maximum` pages. */
function run(checked: boolean, options: { maximum: number; foreign: boolean }) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 + options.maximum });
  const heap = new Heap({ memory, checked });
  const model = new HeapModel(heap, randomFrom(seed), {
    ...{ maxSize: 30_000, maxBlocks: 120, misuse: checked ? undefined : "undefined" },
  });
  const random = randomFrom(seed + 1);
  for (let i = 0; i < 700; i++) {
    model.step();
    if (
      options.foreign &&
      random(60) === 0 &&
      memory.buffer.byteLength < (1 + options.maximum) * PAGE
    )
      memory.grow(1);
    if (i % 70 === 0) heap.validate();
  }
  heap.validate();
  model.checkAll();
  model.compareWalk();
  return { heap, model };
}

describe.each([true, false])("checked: %s", (checked) => {
  test.each([false, true])(
    "growth fails at every page, pages of others in between: %s",
    (foreign) => {
      let refused = 0;
      for (let maximum = 1; maximum <= 40; maximum++) {
        const { heap, model } = run(checked, { maximum, foreign });
        refused += model.refused;
        while (model.blocks.length > 0) model.free();
        heap.validate();
        // All that there is can be handed out again.
        const { free, largest } = heap.stats();
        expect(free).toBeGreaterThanOrEqual(largest);
        heap.reset();
        heap.validate();
        expect(heap.tryMalloc(heap.stats().largest - 16)).toBeDefined();
        heap.validate();
      }
      expect(refused).toBeGreaterThan(0);
    },
  );

  test("near the memory's maximum not page by page, since each time all bits of the heap move", () => {
    const maximum = 2070;
    const memory = new WebAssembly.Memory({ initial: 1, maximum });
    const heap = new Heap({ memory, checked });
    for (let i = 0; heap.tryMalloc(PAGE / 4) !== undefined; i++)
      if (i === 2000) expect(heap.stats().growths).toBeLessThan(90);
    expect(memory.buffer.byteLength).toBe(maximum * PAGE);
    expect(heap.stats().growths).toBeLessThan(120);
    heap.validate();
  });

  test("no room without growth: a free block is found however many of about its size come first", () => {
    const heap = new Heap({ maximum: 64 * PAGE, checked });
    const blocks = [101_000, ...Array.from({ length: 17 }, () => 100_000)].map((size) => {
      const block = heap.malloc(size);
      heap.malloc(1000);
      return block;
    });
    for (const size of [100_000, 1000, 100]) while (heap.tryMalloc(size) !== undefined);
    for (const block of blocks) heap.free(block);
    expect(heap.malloc(100_900)).toBe(blocks[0]);
    heap.validate();
  });

  test("a heap that is full to its last unit", () => {
    const heap = new Heap({ maximum: 2 * PAGE, checked });
    const pointers: number[] = [];
    for (const size of [10_000, 1000, 520, 512, 100, 16])
      for (let p = heap.tryMalloc(size); p !== undefined; p = heap.tryMalloc(size))
        pointers.push(p);
    expect(heap.stats().free).toBe(0);
    heap.validate();
    const last = pointers[3] as number;
    heap.u8.fill(7, last, last + 10_000);
    expect(heap.imports.realloc(last, 20_000)).toBe(0);
    expect(heap.imports.calloc(1, 16)).toBe(0);
    expect(heap.imports.aligned_alloc(64, 16)).toBe(0);
    expect(heap.imports.posix_memalign(pointers.at(-1) as number, 64, 16)).toBe(48);
    expect(heap.u8.subarray(last, last + 10_000).every((byte) => byte === 7)).toBe(true);
    expect(() => heap.malloc(16)).toThrow(
      expect.objectContaining({ code: "ERR_OUT_OF_MEMORY", free: 0 }),
    );
    heap.validate();
    for (const p of pointers) heap.free(p);
    heap.validate();
    expect(heap.stats().blocks).toBe(0);
    expect(heap.tryMalloc(100_000)).toBeDefined();
  });
});
