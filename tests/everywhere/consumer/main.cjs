// require(), from a consumer's own CommonJS module.
const suballoc = require("suballoc");
const { story } = require("./story.cjs");

console.log(story(suballoc).trimEnd());
