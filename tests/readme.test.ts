// The README's main example type-checks, runs, and gives what its comments say.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { claimsOf, firstBlock, holds, typeErrors } from "./support/example.ts";

const FOLDER = "build/test-results/readme";

describe("the README's main example", () => {
  const code = () => firstBlock(readFileSync("README.md", "utf8"), "ts");

  test("type-checks", () => {
    expect(typeErrors(code(), FOLDER)).toEqual([]);
  });

  test("gives what its comments say", () => {
    const claims = claimsOf(code(), FOLDER);
    expect(claims.length).toBeGreaterThanOrEqual(5);
    expect(claims.filter((claim) => !holds(claim))).toEqual([]);
  });
});

describe("an example is held to its word", () => {
  const example = (comment: string) => `
import { MemoryAllocator } from "suballoc";

const allocator = new MemoryAllocator(100); // 100 bytes, say
const a = allocator.allocate(20); // ${comment}
console.log([...allocator.freeBlocks()]); // [{ start: 20, size: 80 }]
allocator.free(a, 20);
allocator.getStats().freeMemory / 3; // 33.33: of 100
allocator.allocate(101); // throws OutOfMemoryError
allocator.tryAllocate(101); // undefined
`;

  test("what is claimed and true", () => {
    const claims = claimsOf(example("0"), FOLDER);
    expect(claims.map(({ line }) => line)).toEqual([5, 6, 8, 9, 10]);
    expect(claims.every(holds)).toBe(true);
  });

  test("what is claimed and false", () => {
    const claims = claimsOf(example("1"), FOLDER);
    expect(claims.filter((claim) => !holds(claim))).toEqual([
      { line: 5, code: "const a = allocator.allocate(20);", claimed: 1, actual: 0 },
    ]);
  });

  test("what does not type-check", () => {
    expect(typeErrors(example("0"), FOLDER)).toEqual([]);
    const wrong = example("0").replace("free(a, 20)", 'free(a, "20")');
    expect(typeErrors(wrong, FOLDER)).toEqual([
      "Argument of type 'string' is not assignable to parameter of type 'number'.",
    ]);
  });
});
