// The core that does not check pointers, compiled at its first use.

import { wasm } from "../../build/embedded/heap.js";
import { compile } from "./core.js";

let module: WebAssembly.Module | undefined;

export function uncheckedModule(): WebAssembly.Module {
  module ??= compile(wasm);
  return module;
}
