// import, from a consumer's own module; also what every bundler bundles.
import * as suballoc from "suballoc";
import { story } from "./story.mjs";

const tell = globalThis.report ?? ((text) => console.log(text.trimEnd()));
tell(story(suballoc));
