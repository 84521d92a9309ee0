// A page with suballoc/heap, by an import map.
import * as heap from "suballoc/heap";
import { heapStory } from "/heap-story.mjs";

report(heapStory(heap));
