// import of both entries, from a consumer's own module; also what every bundler bundles.
import * as suballoc from "suballoc";
import * as webgpu from "suballoc/webgpu";
import { webgpuStory } from "./webgpu-story.mjs";

console.log((await webgpuStory(suballoc, webgpu)).trimEnd());
