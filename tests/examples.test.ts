// The examples in the documentation of src/ type-check, run against the built package, and give what their comments say.
// Those that need a GPU, a file or a program of the reader's own only type-check.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { claimsOf, holds, typeErrors } from "./support/example.ts";

const FOLDER = "build/test-results/examples";

const IMPORTS = `
import { init, MemoryAllocator, TrackedAllocator } from "suballoc";
import { Heap, inspectHeap, LeanHeap } from "suballoc/heap";
import { readRecording, record, recordingOf } from "suballoc/record";
import { SharedAllocator, SharedHeap } from "suballoc/shared";
import { GpuBufferPool } from "suballoc/webgpu";
`;

/** What examples of a folder name without saying where it is from, as parameters. */
const GIVEN: Readonly<Record<string, string>> = {
  heap: "heap: Heap, program: Uint8Array<ArrayBuffer>",
  shared: "heap: SharedHeap, program: Uint8Array<ArrayBuffer>",
  webgpu:
    "device: GPUDevice, pass: GPURenderPassEncoder, pool: GpuBufferPool, vertices: Float32Array, " +
    "draw: () => void, requestAnimationFrame: (callback: () => void) => void",
};

interface Example {
  readonly name: string;
  readonly folder: string;
  readonly code: string;
}

/** The code of each `@example` of a file, with the first line of its documentation's subject. */
function examplesIn(file: string): Example[] {
  const source = readFileSync(file, "utf8");
  const [, folder = ""] = /^src\/(\w+)\//.exec(file) ?? [];
  return [...source.matchAll(/ \* ```ts\n(.*?) \* ```\n\s*\*\/\n\s*([^\n]*)/gs)].map(
    ([, lines, subject]) => ({
      name: `${file}: ${subject}`,
      folder,
      code: lines!.replace(/^\s*\* ?/gm, ""),
    }),
  );
}

const FILES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => `src/${file}`);
const examples = FILES.flatMap(examplesIn);
/** What has no comment that claims something is there to be read. */
const claiming = examples.filter(({ code }) => /; \/\/ (?:[-\d["{]|true|false|throws)/.test(code));

test("all are found", () => {
  const tags = FILES.map((file) => readFileSync(file, "utf8").match(/@example/g)?.length ?? 0);
  expect(examples.length).toBe(tags.reduce((sum, count) => sum + count));
  expect(claiming.length).toBeGreaterThan(20);
});

test("they type-check", () => {
  const functions = examples.map(
    ({ folder, code }, i) =>
      `export async function example${i}(${GIVEN[folder] ?? ""}) {\n{\n${code}}\n}\n`,
  );
  expect(typeErrors(IMPORTS + functions.join(""), FOLDER)).toEqual([]);
});

describe("they give what they say", () => {
  test.each(claiming)("$name", ({ code }) => {
    const claims = claimsOf(IMPORTS + code, FOLDER);
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter((claim) => !holds(claim))).toEqual([]);
  });
});
