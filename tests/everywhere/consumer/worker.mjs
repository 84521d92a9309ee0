// The worker of page-worker.mjs. Import maps do not reach workers.
import * as suballoc from "/node_modules/suballoc/build/suballoc.min.js";
import { story } from "/story.mjs";

postMessage(story(suballoc));
