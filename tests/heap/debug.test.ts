// Debug mode: what was overwritten, used after its free or never freed is found and named, with where it was allocated.

import { describe, expect, test, vi } from "vitest";
import { Heap, type Leak, OverwrittenError } from "../../src/heap/index.ts";
import { errorOf } from "../support/state.ts";

const here = /debug\.test\.ts/;

describe("bytes beside a block", () => {
  for (const size of [1, 16, 100, 512, 5000])
    for (const offset of [-16, -1, size, size + 15])
      test(`of ${size}, at ${offset}: found by check, by its free and by realloc`, () => {
        for (const how of ["check", "free", "realloc"] as const) {
          const heap = new Heap({ debug: true });
          heap.malloc(50);
          const p = heap.malloc(size);
          heap.malloc(50);
          heap.u8.fill(1, p, p + size); // its own
          heap.check();
          const was = heap.u8[p + offset] as number;
          heap.u8[p + offset] = 7;
          const error = errorOf(() => {
            if (how === "check") heap.check();
            else if (how === "free") heap.free(p);
            else heap.realloc(p, 20);
          }) as OverwrittenError;
          expect(error).toBeInstanceOf(OverwrittenError);
          expect(error).toMatchObject({ code: "ERR_OVERWRITTEN", pointer: p, size, offset });
          expect(error.bytes[0]).toBe(7);
          expect(error.site).toMatch(here);
          expect(error.message).toContain(`${size}`);
          // The block is as it was: mended, it can be freed.
          heap.u8[p + offset] = was;
          heap.free(p);
          heap.check();
        }
      });
});

describe("a freed block", () => {
  test("that is written to is named, once, by check or when it leaves the quarantine", () => {
    const heap = new Heap({ debug: { quarantine: 1000 } });
    const p = heap.malloc(200);
    heap.free(p);
    expect(heap.u8.subarray(p, p + 200).every((byte) => byte === 0xdd)).toBe(true);
    heap.u8.set([1, 2, 3], p + 40);
    const byCheck = errorOf(() => heap.check()) as OverwrittenError;
    expect(byCheck).toMatchObject({
      code: "ERR_USE_AFTER_FREE",
      pointer: p,
      size: 200,
      offset: 40,
    });
    expect([...byCheck.bytes.subarray(0, 3)]).toEqual([1, 2, 3]);
    const others = Array.from({ length: 20 }, () => heap.malloc(200));
    const found = others.flatMap((other) => {
      try {
        heap.free(other);
        return [];
      } catch (error) {
        heap.free(other);
        return [(error as OverwrittenError).code];
      }
    });
    expect(found.length).toBeLessThanOrEqual(1);
    heap.validate();
    expect(heap.leaks()).toEqual([]);
  });

  test("that is the oldest is not searched for: a Map would pass all that were deleted before it", () => {
    const heap = new Heap({ debug: { quarantine: 500 } });
    const order = Array.from({ length: 50 }, () => heap.malloc(16));
    const walks = vi.spyOn(Map.prototype, "values");
    for (const pointer of order) heap.free(pointer);
    expect(walks.mock.calls.length).toBe(0);
    vi.restoreAllMocks();
    // The last ones are kept.
    const isKept = (p: number) => errorOf(() => heap.free(p)).message.includes("freed at");
    expect(order.map(isKept)).toEqual(order.map((_, i) => i >= 40));
    heap.reset();
    heap.free(heap.malloc(16));
    heap.check();
  });

  test("is a double free while it is kept, and after that", () => {
    const heap = new Heap({ debug: { quarantine: 500 } });
    const p = heap.malloc(100);
    heap.free(p);
    expect(errorOf(() => heap.free(p))).toMatchObject({ code: "ERR_DOUBLE_FREE", pointer: p });
    expect(errorOf(() => heap.free(p)).message).toMatch(here);
    for (let i = 0; i < 20; i++) heap.free(heap.malloc(100));
    const code = (pointer: number) => errorOf(() => heap.usableSize(pointer)).code;
    expect(code(p)).toBe("ERR_DOUBLE_FREE");
    expect(code(heap.malloc(100) + 16)).toBe("ERR_INSIDE_BLOCK");
    expect(code(24)).toBe("ERR_NOT_ALLOCATED");
    expect(errorOf(() => heap.realloc(24, 8)).message).toMatch(/^realloc\(24\)/);
    expect(errorOf(() => heap.usableSize(24)).message).toMatch(/^usableSize\(24\)/);
  });

  test("is no block inside: such a pointer was never handed out, as in a heap without debug mode", () => {
    for (const debug of [true, false]) {
      const heap = new Heap({ debug });
      const p = heap.malloc(1000);
      heap.malloc(10);
      heap.free(p);
      for (const offset of [1, 16, 512, 999])
        expect(errorOf(() => heap.free(p + offset)).code).toBe("ERR_NOT_ALLOCATED");
      expect(errorOf(() => heap.free(p)).code).toBe("ERR_DOUBLE_FREE");
    }
  });

  test("is given up when memory is short", () => {
    const heap = new Heap({ debug: true, maximum: 2 * 65536 });
    heap.free(heap.malloc(60_000));
    heap.free(heap.malloc(60_000));
    expect(heap.tryMalloc(90_000)).toBeDefined();
    heap.validate();
  });
});

test("new memory is filled, that of calloc with zeros; usable is what was asked for", () => {
  const heap = new Heap({ debug: true });
  const p = heap.malloc(33);
  expect([...heap.bytes(p)]).toEqual(Array(33).fill(0xcd));
  expect([...heap.bytes(heap.calloc(3, 7))]).toEqual(Array(21).fill(0));
  expect(heap.alignedAlloc(256, 10) % 256).toBe(0);
  expect(heap.stats().requested).toBe(33 + 21 + 10);
});

describe("leaks", () => {
  const first = (heap: Heap) => heap.malloc(100);
  const second = (heap: Heap) => heap.imports.malloc(1000);

  test("by call site, those with the most bytes first; none after reset", () => {
    const heap = new Heap({ debug: true });
    const [p] = [first(heap), first(heap)];
    const q = second(heap);
    const leaks = heap.leaks();
    expect(leaks).toHaveLength(3); // two calls of `first`
    expect(leaks[0]).toMatchObject({ count: 1, bytes: 1000, pointer: q });
    expect(leaks[0]?.site).toMatch(here);
    for (let i = 0; i < 5; i++) first(heap);
    expect(heap.leaks()[1]).toMatchObject({ count: 5, bytes: 500 });
    heap.free(p);
    heap.reset();
    expect(heap.leaks()).toEqual([]);
    heap.check();
  });

  test("the call site is the program's own, whatever was called", () => {
    const heap = new Heap({ debug: true });
    const { imports } = heap;
    const out = heap.malloc(8);
    const calls = [
      () => heap.malloc(1000),
      () => heap.tryMalloc(1001),
      () => heap.calloc(1, 1002),
      () => heap.alignedAlloc(64, 1003),
      () => heap.realloc(heap.malloc(1), 1004),
      () => heap.array(Uint8Array, 1005),
      () => imports.malloc(1006),
      () => imports.calloc(1, 1007),
      () => imports.aligned_alloc(64, 1008),
      () => imports.realloc(0, 1009),
      () => imports.realloc(imports.malloc(1), 1010),
      () => imports.posix_memalign(out, 64, 1011),
    ];
    for (const call of calls) call();
    const leaks = heap.leaks().filter(({ bytes }) => bytes >= 1000);
    expect(leaks.map(({ bytes }) => bytes).sort()).toEqual(calls.map((_, i) => 1000 + i));
    for (const { site } of leaks) expect(site.split("\n")[0]).toMatch(here);
  });

  test("are told to onLeak by dispose and by using, once, and not when there are none", () => {
    const told: Leak[][] = [];
    const onLeak = (leaks: Leak[]) => void told.push(leaks);
    const heap = new Heap({ debug: true, onLeak });
    const p = first(heap);
    heap.dispose();
    heap.dispose();
    expect(told).toEqual([[expect.objectContaining({ count: 1, bytes: 100, pointer: p })]]);
    {
      using another = new Heap({ debug: true, onLeak });
      another.free(first(another));
    }
    expect(told).toHaveLength(1);
    {
      using leaking = new Heap({ debug: true, onLeak });
      second(leaking);
    }
    expect(told[1]).toEqual([expect.objectContaining({ bytes: 1000 })]);
    {
      using plain = new Heap({ onLeak }); // without debug mode nothing is known
      first(plain);
    }
    expect(told).toHaveLength(2);
  });
});

test("what needs debug mode, and what cannot be had in it", () => {
  const plain = new Heap();
  expect(errorOf(() => plain.check())).toMatchObject({
    name: "HeapModeError",
    code: "ERR_NOT_DEBUG",
  });
  expect(errorOf(() => plain.leaks())).toMatchObject({ code: "ERR_NOT_DEBUG" });
  expect(plain.stats().requested).toBeUndefined();
  const debug = new Heap({ debug: true });
  expect(errorOf(() => debug.save())).toMatchObject({ code: "ERR_DEBUG" });
});
