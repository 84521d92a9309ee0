// A Cloudflare Worker: run-time compilation is forbidden, so the .wasm files come ready compiled.
import * as suballoc from "suballoc";
import list from "suballoc/list.wasm";
import narrow from "suballoc/narrow.wasm";
import wide from "suballoc/wide.wasm";
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
    await suballoc.init({ narrow, wide, list });
    return new Response(story(suballoc));
  },
};
