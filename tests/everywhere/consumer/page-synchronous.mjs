// A page on which compiling more than 4 KB synchronously is refused, as in Chrome up to version 114:
// the error says what to do, and that helps.
import * as suballoc from "suballoc";
import { story } from "./story.mjs";

const { Module } = WebAssembly;
WebAssembly.Module = new Proxy(Module, {
  construct(target, args) {
    if (args[0].byteLength > 4096)
      throw new RangeError("WebAssembly.Module: the buffer is larger than 4KB");
    return new target(...args);
  },
});

let refusal = "not refused";
try {
  new suballoc.MemoryAllocator(1);
} catch (error) {
  refusal = `${error.name} ${error.code}: ${error.message}`;
}
await suballoc.init();
report(`${refusal}\n${story(suballoc)}`);
