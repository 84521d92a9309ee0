// require() of both entries, from a consumer's own CommonJS module.
const suballoc = require("suballoc");
const webgpu = require("suballoc/webgpu");
const { webgpuStory } = require("./webgpu-story.cjs");

webgpuStory(suballoc, webgpu).then((story) => console.log(story.trimEnd()));
