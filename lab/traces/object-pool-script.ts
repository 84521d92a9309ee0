// object-pool.ts as one script that anything can run: its value is the program's exports. The library comes first, so that
// the program's own lines keep their numbers, which its call sites tell.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

/** What stack frames call the program. */
export const programName = "object-pool.js";

export interface Scripts {
  /** Defines the global `library`. */
  readonly library: string;
  /** Defines the global `objectPool`. */
  readonly program: string;
}

export async function objectPoolScripts(): Promise<Scripts> {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from "suballoc"; export * from "suballoc/record";`,
      resolveDir: here,
    },
    bundle: true,
    format: "iife",
    globalName: "library",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  const source = readFileSync(`${here}object-pool.ts`, "utf8");
  const { code } = await transform(source, { loader: "ts", format: "cjs", target: "es2022" });
  const program = `globalThis.objectPool = ((module, require) => { ${code}; return module.exports; })({ exports: {} }, () => library);`;
  return { library: outputFiles[0]!.text, program: `${program}\n//# sourceURL=${programName}` };
}
