// The core that checks pointers, compiled at its first use.

import { wasm } from "../../build/embedded/heap-checked.js";
import { compile } from "./core.js";

let compiled: WebAssembly.Module | undefined;

export function checkedModule(): WebAssembly.Module {
  compiled ??= compile(wasm);
  return compiled;
}
