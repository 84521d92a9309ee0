// The core that checks pointers, compiled at its first use.

import { wasm } from "../../build/embedded/heap-checked.js";
import { compile } from "./core.js";

let module: WebAssembly.Module | undefined;

export function checkedModule(): WebAssembly.Module {
  module ??= compile(wasm);
  return module;
}
