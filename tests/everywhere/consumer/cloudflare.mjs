// A Cloudflare Worker: run-time compilation is forbidden, so the .wasm file comes ready compiled.
import * as suballoc from "suballoc";
import wasm from "suballoc/suballoc.wasm";
import { story } from "./story.mjs";

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/unprepared") {
      try {
        new suballoc.MemoryAllocator(1);
        return new Response("not refused");
      } catch (error) {
        return new Response(`${error.name} ${error.code}: ${error.message}`);
      }
    }
    await suballoc.init(wasm);
    return new Response(story(suballoc));
  },
};
