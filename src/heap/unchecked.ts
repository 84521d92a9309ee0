// The core that does not check pointers, compiled at its first use.

import { wasm } from "../../build/embedded/heap.js";
import { decode } from "../core/embedded.js";

let compiled: WebAssembly.Module | undefined;

export function uncheckedModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(decode(wasm));
  return compiled;
}
