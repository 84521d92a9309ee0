// The two sides of the ABI agree: the exports and the codes of the core (assembly/) and what the
// wrapper (src/abi.ts) takes them to be.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Damage, Status } from "../src/abi.ts";
import { core } from "../src/core.ts";

/** The f64 constants that a file of the core exports, by name. */
function constantsOf(path: string): Record<string, number> {
  const source = readFileSync(path, "utf8");
  const found = [...source.matchAll(/^export const (\w+): f64 = (-?\d+);$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, Number(value)]));
}

test("status codes have the same numbers under the same names", () => {
  const codes = constantsOf("assembly/status.ts");
  expect(Object.keys(codes).length).toBeGreaterThan(5);
  expect(codes).toEqual(Status);
});

test("every kind of damage has words", () => {
  const codes = Object.values(constantsOf("assembly/damage.ts"));
  expect(codes.length).toBeGreaterThan(5);
  expect(Object.keys(Damage).map(Number).sort()).toEqual(codes.sort());
});

test("the module exports what the wrapper calls, takes no imports, and nothing else", () => {
  const declared = readFileSync("src/abi.ts", "utf8").match(/interface Abi \{([^}]*)\}/)![1]!;
  const names = [...declared.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(10);
  expect(Object.keys(core()).sort()).toEqual(names.sort());
  const module = new WebAssembly.Module(readFileSync("build/suballoc.wasm"));
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});
