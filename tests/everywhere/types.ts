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

/** Of `suballoc/webgpu`. TypeScript 6 knows WebGPU by itself, older ones from `@webgpu/types`. */
const WEBGPU_CASES: typeof CASES = [
  ["suballoc/webgpu, import", "webgpu-types.mts", ["--module", "nodenext"]],
  ["suballoc/webgpu, require()", "webgpu-types.cts", ["--module", "nodenext"]],
];

const webgpuCases = (compiler: string) =>
  ["", ", with @webgpu/types"].flatMap((more) => {
    if (more === "" && compiler !== "TypeScript 6") return [];
    // Where both know it, they contradict each other, whatever this package says.
    const types =
      more === ""
        ? []
        : ["--types", "@webgpu/types", ...(compiler === "TypeScript 6" ? ["--skipLibCheck"] : [])];
    return WEBGPU_CASES.map(([what, file, options]): (typeof CASES)[number] => [
      what + more,
      file,
      [...options, ...types],
    ]);
  });

export async function checkTypes({ folder }: Consumer): Promise<void> {
  for (const extension of ["mts", "cts"])
    for (const name of ["types", "webgpu-types"])
      copyFileSync(join(folder, `${name}.ts`), join(folder, `${name}.${extension}`));
  for (const [name, compiler] of Object.entries(COMPILERS))
    for (const [what, file, options] of [...CASES, ...webgpuCases(name)])
      await check(name, what, async () => {
        const tsc = join(import.meta.dirname, "node_modules", compiler, "lib/tsc.js");
        const strict = ["--strict", "--noEmit", "--target", "es2022", ...options, file];
        await run(process.execPath, [tsc, ...strict], { cwd: folder });
      });
}
