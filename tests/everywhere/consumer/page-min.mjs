// A page without a bundler: the one self-contained file, by its address.
import * as suballoc from "/node_modules/suballoc/build/suballoc.min.js";
import { story } from "/story.mjs";

report(story(suballoc));
