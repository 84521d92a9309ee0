// A shared heap on one thread: blocks, errors, other modules, several attachments, growth.

import { expect, test, vi } from "vitest";
import { SharedHeap } from "../../src/shared/index.js";
import { randomFrom, seed } from "../support/seed.js";

test("blocks of all sizes by two attachments, freed by the other: bytes stay, nothing is lost", () => {
  const random = randomFrom(seed);
  const one = SharedHeap.create({ maximum: 512 });
  const two = SharedHeap.attach(one.handle);
  const before = one.stats().usedBytes;
  const live: { pointer: number; size: number; mark: number }[] = [];
  for (let step = 0; step < 6000; step++) {
    const heap = random(2) === 0 ? one : two;
    if (live.length < 400 && random(3) > 0) {
      const size = 1 + random(random(4) === 0 ? 20_000 : 600);
      const kind = random(4);
      const pointer =
        kind === 0
          ? heap.calloc(1, size)
          : kind === 1
            ? heap.alignedAlloc(2 ** random(10), size)
            : heap.malloc(size);
      if (kind === 0)
        expect(heap.u8.subarray(pointer, pointer + size).every((b) => b === 0)).toBe(true);
      const mark = 1 + random(255);
      heap.u8.fill(mark, pointer, pointer + size);
      live.push({ pointer, size, mark });
    } else if (live.length > 0) {
      const [block] = live.splice(random(live.length), 1);
      if (!block) continue;
      const { pointer, size, mark } = block;
      expect(heap.u8.subarray(pointer, pointer + size).every((byte) => byte === mark)).toBe(true);
      if (random(4) > 0) heap.free(pointer);
      else {
        const longer = 1 + random(3 * size);
        const moved = heap.realloc(pointer, longer);
        const kept = Math.min(size, longer);
        expect(heap.u8.subarray(moved, moved + kept).every((byte) => byte === mark)).toBe(true);
        heap.u8.fill(mark, moved, moved + longer);
        live.push({ pointer: moved, size: longer, mark });
      }
    }
    if (step % 500 === 0) one.validate({ idle: true });
  }
  for (const { pointer } of live) two.free(pointer);
  expect(one.reclaim(two.id)).toBeGreaterThan(0);
  one.flush();
  one.validate({ idle: true });
  expect(one.stats()).toMatchObject({ usedBytes: before, cachedBytes: 0, caches: 1 });
});

test("what it refuses", () => {
  const heap = SharedHeap.create({ maximum: 64 });
  const code = (call: () => unknown) => {
    try {
      call();
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  const large = heap.malloc(100_000);
  const after = heap.malloc(600);
  expect(code(() => heap.free(large + 16))).toBe("ERR_INSIDE_BLOCK");
  expect(code(() => heap.free(8))).toBe("ERR_NOT_ALLOCATED");
  expect(code(() => heap.free(-1))).toBe("ERR_NOT_ALLOCATED");
  expect(() => heap.free(large + 16)).toThrow(/it lies inside a block$/);
  heap.free(large);
  expect(code(() => heap.free(large - 16))).toBe("ERR_DOUBLE_FREE");
  expect(code(() => heap.malloc(0))).toBe("ERR_SIZE_NOT_POSITIVE");
  expect(code(() => heap.malloc(64 * 65536))).toBe("ERR_OUT_OF_MEMORY");
  expect(code(() => heap.malloc(2 ** 33))).toBe("ERR_OUT_OF_MEMORY");
  expect(code(() => SharedHeap.create({ maximum: 2 }))).toBe("ERR_OUT_OF_BOUNDS");
  expect(
    code(() => SharedHeap.create({ maximum: 8, memory: new WebAssembly.Memory({ initial: 1 }) })),
  ).toBe("ERR_NOT_A_MEMORY");
  expect(code(() => SharedHeap.attach({ ...heap.handle, version: 9 }))).toBe("ERR_SHARED_VERSION");
  expect(code(() => SharedHeap.attach({ ...heap.handle, address: 64 }))).toBe("ERR_NOT_SHARED");
  expect(code(() => SharedHeap.attach({} as never))).toBe("ERR_NOT_SHARED");
  heap.free(after);
  expect(() => heap.free(after)).toThrow(/never handed it out, or it was freed since$/);
  heap.validate({ idle: true });
});

test.each([1, 16, 17, 100, 496, 497, 512, 513, 5000])("inside a block of %d bytes", (size) => {
  const heap = SharedHeap.create({ maximum: 64 });
  heap.malloc(32);
  const pointer = heap.malloc(size);
  heap.malloc(32);
  heap.u8.fill(0xff, pointer, pointer + size);
  const before = heap.u8.slice();
  const inside = [16, 32, 48, 512, size - 1].filter((offset) => offset > 0 && offset < size);
  if (size > 512) inside.push(-16);
  for (const offset of inside)
    for (const call of [heap.free, heap.usableSize, (at: number) => heap.realloc(at, 40)])
      expect(() => call.call(heap, pointer + offset), `${offset}`).toThrow(
        expect.objectContaining({ code: "ERR_INSIDE_BLOCK" }),
      );
  expect(Buffer.compare(heap.u8, before)).toBe(0);
  heap.free(pointer);
  heap.validate({ idle: true });
});

test("in a memory that others grow too", () => {
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 256, shared: true });
  new Uint8Array(memory.buffer).fill(7);
  const heap = SharedHeap.create({ memory, maximum: 256 });
  const pointers: number[] = [];
  for (let i = 0; i < 40; i++) {
    pointers.push(heap.malloc(50_000));
    if (i % 10 === 9) {
      const page = memory.grow(1);
      new Uint8Array(memory.buffer).fill(9, page * 65536, (page + 1) * 65536);
    }
  }
  heap.validate({ idle: true });
  const bytes = new Uint8Array(memory.buffer);
  expect(bytes.subarray(0, 3 * 65536).every((byte) => byte === 7)).toBe(true);
  for (const pointer of pointers) heap.u8.fill(1, pointer, pointer + 50_000);
  expect(bytes.filter((byte) => byte === 9).length).toBeGreaterThanOrEqual(4 * 65536);
  for (const pointer of pointers) heap.free(pointer);
  heap.validate({ idle: true });
});

test("a core that traps on overwritten bytes takes the call back and lets the lock go", () => {
  const heap = SharedHeap.create({ maximum: 64, lockTimeout: 50 });
  const other = SharedHeap.attach(heap.handle, { lockTimeout: 50 });
  const [before, freed, after] = [heap.malloc(1000), heap.malloc(1000), heap.malloc(1000)];
  heap.malloc(1000);
  heap.free(freed);
  // Used after its free: where the links of its bin are now, 16 bytes before the pointer.
  const links = (freed - 16) / 4;
  const [next, previous] = heap.u32.slice(links, links + 2);
  heap.u32.fill(0xffff_fff0, links, links + 2);
  const bytes = heap.u8.slice();
  for (const pointer of [after, before]) {
    expect(() => heap.free(pointer)).toThrow(
      expect.objectContaining({ name: "CorruptionError", code: "ERR_CORRUPT" }),
    );
    expect(other.tryMalloc(100_000)).toBeDefined(); // the lock is free
  }
  expect(heap.u8.subarray(before, before + 1000)).toEqual(bytes.subarray(before, before + 1000));
  heap.u32.set([next as number, previous as number], links);
  heap.validate();
  heap.free(after);
  heap.free(before);
  heap.validate();
});

test("when the memory cannot grow, all free blocks are looked at, and what the cache holds goes back", () => {
  const heap = SharedHeap.create({ maximum: 64 });
  const blocks = [101_000, ...Array.from({ length: 17 }, () => 100_000)].map((size) => {
    const block = heap.malloc(size);
    heap.malloc(1000);
    return block;
  });
  const small = Array.from({ length: 30 }, () => heap.malloc(512));
  for (const size of [100_000, 1000, 100]) while (heap.tryMalloc(size) !== undefined);
  for (const block of blocks) heap.free(block);
  expect(heap.malloc(100_900)).toBe(blocks[0]);
  while (heap.tryMalloc(1000) !== undefined);
  for (const block of small) heap.free(block);
  expect(heap.alignedAlloc(1024, 4096) % 1024).toBe(0);
  heap.validate({ idle: true });
});

test("validate remembers no blocks, for which a Map has no room from 2^24 on", () => {
  const heap = SharedHeap.create({ maximum: 64 });
  const blocks = Array.from({ length: 2000 }, () => heap.malloc(600));
  for (let i = 0; i < blocks.length; i += 2) heap.free(blocks[i] as number);
  const inMaps = vi.spyOn(Map.prototype, "set");
  const inSets = vi.spyOn(Set.prototype, "add");
  heap.validate({ idle: true });
  const remembered = inMaps.mock.calls.length + inSets.mock.calls.length;
  vi.restoreAllMocks();
  expect(remembered).toBeLessThan(100);
});
