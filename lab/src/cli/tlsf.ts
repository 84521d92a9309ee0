// AssemblyScript's TLSF as it is built beside the command.

import { readFileSync } from "node:fs";

export function loadTlsf(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL("./tlsf.wasm", import.meta.url)));
}
