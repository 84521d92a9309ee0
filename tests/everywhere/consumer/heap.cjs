// require() of suballoc/heap.
const heap = require("suballoc/heap");
const { heapStory } = require("./heap-story.cjs");

console.log(heapStory(heap));
