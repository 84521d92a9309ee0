// import of suballoc/heap; also what every bundler bundles.
import * as heap from "suballoc/heap";
import { heapStory } from "./heap-story.mjs";

console.log(heapStory(heap));
