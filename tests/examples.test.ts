// The examples in the documentation of the classes type-check, run against the built package, and give what their
// comments say.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { claimsOf, holds, typeErrors } from "./support/example.ts";

const FOLDER = "build/test-results/examples";
const FILES = ["src/allocator.ts", "src/memory-allocator.ts", "src/tracked-allocator.ts"];
const IMPORTS = 'import { MemoryAllocator, TrackedAllocator } from "suballoc";\n';

/** The code of each `@example` of a file, with the first line of its documentation's subject. */
function examplesIn(file: string): { name: string; code: string }[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/ \* ```ts\n(.*?) \* ```\n\s*\*\/\n\s*([^\n]*)/gs)].map(
    ([, lines, subject]) => ({
      name: `${file}: ${subject}`,
      code: lines!.replace(/^\s*\* ?/gm, ""),
    }),
  );
}

const examples = FILES.flatMap(examplesIn);

test("all are found", () => {
  const tags = FILES.map((file) => readFileSync(file, "utf8").match(/@example/g)?.length ?? 0);
  expect(examples.length).toBe(tags.reduce((sum, count) => sum + count));
  expect(examples.length).toBeGreaterThan(12);
});

test("they type-check", () => {
  const functions = examples.map(({ code }, i) => `export function example${i}() {\n${code}}\n`);
  expect(typeErrors(IMPORTS + functions.join(""), FOLDER)).toEqual([]);
});

describe("they give what they say", () => {
  test.each(examples)("$name", ({ code }) => {
    const claims = claimsOf(IMPORTS + code, FOLDER);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter((claim) => !holds(claim))).toEqual([]);
  });
});
