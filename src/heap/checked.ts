// The core that checks pointers, compiled at its first use.

import { wasm } from "../../build/embedded/heap-checked.js";
import { decode } from "../core/embedded.js";

let compiled: WebAssembly.Module | undefined;

export function checkedModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(decode(wasm));
  return compiled;
}
