// suballoc/narrow: the same API with one core; what it cannot do, it refuses and says where it can be done.

import { describe, expect, test } from "vitest";
import * as main from "../src/index.ts";
import * as narrow from "../src/narrow.ts";
import { errorOf } from "./support/state.ts";

const MOST = 2 ** 32 - 2;

test("the same names", () => {
  expect(Object.keys(narrow).sort()).toEqual(
    Object.keys(main)
      .filter((name) => name !== "TRACKED_POLICIES")
      .sort(),
  );
  expect(narrow.POLICIES).toEqual(main.POLICIES.filter((policy) => policy !== "linked-list"));
  expect(narrow.OutOfMemoryError).toBe(main.OutOfMemoryError);
});

describe.each([
  [narrow.MemoryAllocator, main.MemoryAllocator],
  [narrow.TrackedAllocator, main.TrackedAllocator],
])("%o", (Class, MainClass) => {
  test("capacities up to 2^32 − 2, and that many granules", () => {
    for (const granularity of [1, 256, 2 ** 20]) {
      const allocator = new Class(MOST * granularity, { granularity });
      expect(allocator.allocate(MOST * granularity)).toBe(0);
      allocator.free(0, MOST * granularity);
      expect(allocator.getLargestFreeBlock()).toBe(MOST * granularity);
      allocator.dispose();
    }
  });

  test("larger ones are refused; the error names the main entry and the option", () => {
    for (const make of [
      () => new Class(MOST + 1),
      () => new Class(2 ** 53 - 1),
      () => new Class((MOST + 1) * 256, { granularity: 256 }),
      () => new Class(100).grow(MOST + 1),
    ]) {
      const error = errorOf(make);
      expect(error).toMatchObject({ code: "ERR_CAPACITY_OUT_OF_RANGE", argument: "capacity" });
      for (const words of ['from "suballoc"', "granularity"])
        expect(error.message).toContain(words);
    }
    const allocator = new Class(100);
    errorOf(() => allocator.grow(2 ** 33));
    expect(allocator.capacity).toBe(100);
    allocator.grow(MOST);
    expect(allocator.getFreeMemory()).toBe(MOST);
    allocator.dispose();
  });

  test("linked-list is refused; the error names the main entry", () => {
    const error = errorOf(() => new Class(100, { policy: "linked-list" }));
    expect(error.code).toBe("ERR_UNKNOWN_POLICY");
    expect(error.message).toContain('(otherwise, import from "suballoc"), got "linked-list"');
    expect(errorOf(() => new Class(100, { policy: "any" as never })).message).not.toContain(
      "import",
    );
  });

  test("a main entry's allocator is one of these, and snapshots go to and fro", () => {
    const large = new MainClass(100);
    expect(large).toBeInstanceOf(Class);
    large.allocate(30);
    const small = Class.restore(large.snapshot());
    expect(small).not.toBeInstanceOf(MainClass);
    expect(small.snapshot()).toEqual(large.snapshot());
    expect(large.clone()).toBeInstanceOf(MainClass);
    expect(MainClass.restore(small.snapshot())).toBeInstanceOf(MainClass);
    large.grow(2 ** 40);
    expect(errorOf(() => Class.restore(large.snapshot())).code).toBe("ERR_CAPACITY_OUT_OF_RANGE");
    for (const each of [large, small]) each.dispose();
  });
});
