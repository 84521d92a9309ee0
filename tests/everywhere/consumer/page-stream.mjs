// The .wasm file streamed from the server, before the first allocator.
import * as suballoc from "suballoc";
import { story } from "./story.mjs";

let streamed = 0;
const { compileStreaming, instantiateStreaming } = WebAssembly;
const counted =
  (compile) =>
  (...args) => {
    streamed++;
    return compile.apply(WebAssembly, args);
  };
WebAssembly.compileStreaming = counted(compileStreaming);
WebAssembly.instantiateStreaming = counted(instantiateStreaming);

await suballoc.init(fetch("/node_modules/suballoc/build/narrow.wasm"));
report(`streamed: ${streamed}\n${story(suballoc)}`);
