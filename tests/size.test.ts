// Size budgets: what an import of the built package costs a page, minified and gzipped, cores and loader included.

import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const BUDGETS: [what: string, bytes: number][] = [
  ['{ MemoryAllocator } from "suballoc/narrow"', 12_370],
  ['* from "suballoc/narrow"', 17_270],
  ['{ MemoryAllocator } from "suballoc"', 18_320],
  ['* from "suballoc"', 29_190],
  ['{ POLICIES } from "suballoc"', 100],
  ['{ LeanHeap } from "suballoc/heap"', 5000],
  ['* from "suballoc/heap"', 12_780],
  ['{ SharedAllocator } from "suballoc/shared"', 21_800],
  ['{ SharedHeap } from "suballoc/shared"', 10_650],
  ['* from "suballoc/shared"', 28_800],
  ['* from "suballoc/record"', 7450],
];

/** Bytes that `suballoc/webgpu` may add to the main entry. */
const WEBGPU_BUDGET = 3000;

async function sizeOf(...what: string[]): Promise<number> {
  const contents = what.map((each) => `export ${each};`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: "." },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

test.each(BUDGETS)("%s: at most %d bytes", async (what, bytes) => {
  const size = await sizeOf(what);
  console.log(`${what}: ${size} of ${bytes} bytes`);
  expect(size).toBeLessThanOrEqual(bytes);
});

test(`* from "suballoc/webgpu" beside the main entry: at most ${WEBGPU_BUDGET} bytes`, async () => {
  const main = '* from "suballoc"';
  const size = (await sizeOf(main, '* from "suballoc/webgpu"')) - (await sizeOf(main));
  console.log(`suballoc/webgpu: ${size} of ${WEBGPU_BUDGET} bytes`);
  expect(size).toBeLessThanOrEqual(WEBGPU_BUDGET);
});
