// Loads the bench's own wasm: assembly/*.ts, compiled by src/build.ts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OUT } from "../paths.ts";

export const driverPath = (name: string): string => join(OUT, `${name}.wasm`);

export function loadDriver(name: string): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(driverPath(name)))).exports;
}
