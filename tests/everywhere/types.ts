// The declarations, as the TypeScript of a consumer sees them.

import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Consumer } from "./consumer.ts";
import { check } from "./matrix.ts";
import { run } from "./process.ts";

const COMPILERS = { "TypeScript 6": "typescript", "TypeScript 5.7": "typescript-5.7" };

const CASES: [what: string, file: string, options: string[]][] = [
  ["import, module nodenext", "types.mts", ["--module", "nodenext"]],
  ["require(), module nodenext", "types.cts", ["--module", "nodenext"]],
  [
    "import, moduleResolution bundler",
    "types.ts",
    ["--module", "esnext", "--moduleResolution", "bundler"],
  ],
  [
    "a Node project: no DOM, skipLibCheck",
    "types.mts",
    ["--module", "nodenext", "--lib", "es2022", "--skipLibCheck"],
  ],
];

export async function checkTypes({ folder }: Consumer): Promise<void> {
  for (const extension of ["mts", "cts"])
    copyFileSync(join(folder, "types.ts"), join(folder, `types.${extension}`));
  for (const [name, compiler] of Object.entries(COMPILERS))
    for (const [what, file, options] of CASES)
      await check(name, what, async () => {
        const tsc = join(import.meta.dirname, "node_modules", compiler, "lib/tsc.js");
        const strict = ["--strict", "--noEmit", "--target", "es2022", ...options, file];
        await run(process.execPath, [tsc, ...strict], { cwd: folder });
      });
}
