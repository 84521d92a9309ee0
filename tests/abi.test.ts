// The two sides of the ABI agree: the exports and the codes of the cores (assembly/) and what the
// wrapper (src/core/abi.ts) takes them to be.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CORRUPTIONS, FIRST_CORRUPTION, Field, Status } from "../src/core/abi.ts";
import { CORES } from "./support/cores.ts";

/** The constants that a file of the cores exports, by name. */
function constantsOf(path: string): Record<string, number> {
  const source = readFileSync(path, "utf8");
  const found = [...source.matchAll(/^export const (\w+): [iu]32 = (-?\d+);$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, Number(value)]));
}

test.each([
  ["status codes", "status", Status],
  ["fields", "field", Field],
])("%s have the same numbers under the same names", (_, file, names) => {
  const codes = constantsOf(`assembly/kernel/${file}.ts`);
  expect(Object.keys(codes).length).toBeGreaterThan(5);
  const numbers = Object.entries(names).filter(([, value]) => typeof value === "number");
  expect(codes).toEqual(Object.fromEntries(numbers));
});

test("every kind of corruption has words", () => {
  const codes = Object.values(constantsOf("assembly/kernel/corruption.ts"));
  expect(codes.length).toBeGreaterThan(5);
  expect(CORRUPTIONS.map((_, i) => FIRST_CORRUPTION - i)).toEqual(codes.sort((a, b) => b - a));
});

test.each(CORES)(
  "$name.wasm exports what the wrapper calls, takes no imports, and nothing else",
  ({ name, abi }) => {
    const declared = readFileSync("src/core/abi.ts", "utf8");
    const membersOf = (start: RegExp) =>
      [...declared.match(start)![1]!.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(
        ([, member]) => member!,
      );
    const all = membersOf(/interface Abi [^{]*\{([^}]*)\}/);
    const untracked = ["allocate", "free", "extend"];
    const bins = membersOf(/interface BinsAbi \{([^}]*)\}/);
    const names =
      name === "tiling" ? [...all.filter((each) => !untracked.includes(each)), ...bins] : all;
    expect(names.length).toBeGreaterThan(10);
    expect(Object.keys(abi).sort()).toEqual(names.sort());
    const module = new WebAssembly.Module(readFileSync(`build/${name}.wasm`));
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  },
);
