// The process that is killed: goes on with the steps from the given one, and acknowledges each that is done with a
// line in another file.

import { openSync, writeSync } from "node:fs";
import { RecordFile } from "../../examples/record-file.ts";
import { carryOut, stepAt } from "./record-file-steps.ts";

const [, , path = "", acknowledged = "", seed, first] = process.argv;
const file = new RecordFile(path);
const log = openSync(acknowledged, "w");
writeSync(1, "ready");
for (let index = Number(first); ; index++) {
  carryOut(file, stepAt(Number(seed), index));
  writeSync(log, `${index}\n`);
}
