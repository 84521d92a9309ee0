// Size budgets of the heap's wasm: the module of the package, and one with nothing but malloc and free.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

test("heap.wasm, unchecked: at most 3.2 KB", () => {
  expect(readFileSync("build/heap.wasm").length).toBeLessThanOrEqual(3200);
});

test("malloc and free alone: at most 2.2 KB", () => {
  const folder = mkdtempSync(join(tmpdir(), "suballoc-heap-size-"));
  const entry = join(folder, "malloc-free.ts");
  const outFile = join(folder, "malloc-free.wasm");
  try {
    writeFileSync(entry, `export { free, malloc } from "${relative(folder, "assembly/heap")}";\n`);
    execFileSync(process.execPath, [
      "node_modules/assemblyscript/bin/asc.js",
      ...[entry, "--config", "asconfig.json", "--target", "release", "--outFile", outFile],
      ...["--importMemory", "--noExportMemory", "--initialMemory", "0"],
    ]);
    const exports = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(outFile)));
    expect(exports.map(({ name }) => name).sort()).toEqual(["free", "malloc"]);
    expect(readFileSync(outFile).length).toBeLessThanOrEqual(2252);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
