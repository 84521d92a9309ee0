// Plays traces/object-pool.ts and writes its recording to traces/object-pool.rec.gz.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { gzipSync } from "node:zlib";
import { objectPoolScripts, programName } from "../traces/object-pool-script.ts";

const { library, program } = await objectPoolScripts();
new Script(library).runInThisContext();
new Script(program, { filename: programName }).runInThisContext();
const { objectPool } = globalThis as unknown as {
  objectPool: typeof import("../traces/object-pool.ts");
};
const file = fileURLToPath(new URL("../traces/object-pool.rec.gz", import.meta.url));
writeFileSync(file, gzipSync(objectPool.play().save(), { level: 9 }));
