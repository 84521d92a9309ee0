// The core that does not check pointers, compiled at its first use.

import { wasm } from "../../build/embedded/heap.js";
import { compile } from "./core.js";

let compiled: WebAssembly.Module | undefined;

export function uncheckedModule(): WebAssembly.Module {
  compiled ??= compile(wasm);
  return compiled;
}
