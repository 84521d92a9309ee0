// The package itself: what is in it, how its exports resolve, and how large an import is.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Consumer } from "./consumer.ts";
import { ROOT } from "./consumer.ts";
import { check } from "./matrix.ts";
import { run } from "./process.ts";

/** Bytes that all of an import may take: minified and gzipped, core and loader included. */
const SIZE_BUDGET = 29_320;
/** Bytes that all of an import of `suballoc/heap` may take, and of its `LeanHeap` alone. */
const HEAP_BUDGET = 12_680;
const LEAN_HEAP_BUDGET = 5_000;
/** Bytes that `suballoc/webgpu` may add to it. */
const WEBGPU_BUDGET = 3_000;

const tool = (path: string) => join(import.meta.dirname, "node_modules", path);

function filesIn(folder: string, ...endings: string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .map((file) => join(folder, file));
}

async function lint(installed: string): Promise<void> {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });
  const text = messages.map((message) => formatMessage(message, pkg) ?? message.code).join("\n");
  if (text) throw new Error(text);
}

async function resolveTypes(tarball: string): Promise<void> {
  const manifest: { exports: Record<string, unknown> } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const untyped = Object.keys(manifest.exports).filter((name) =>
    /\.(wasm|json|min\.js)$/.test(name),
  );
  await run(
    process.execPath,
    [
      tool("@arethetypeswrong/cli/dist/index.js"),
      tarball,
      "--exclude-entrypoints",
      ...untyped.map((name) => name.replace("./", "")),
    ],
    { cwd: ROOT },
  );
}

/** Every declaration has a map, and every source that a map names is there, so that an editor finds it. */
function followMaps(installed: string): string {
  const declarations = filesIn(join(installed, "build/types"), ".d.ts");
  if (declarations.length === 0) throw new Error("no declarations");
  for (const declaration of declarations) {
    const map: { sources: string[] } = JSON.parse(readFileSync(`${declaration}.map`, "utf8"));
    for (const source of map.sources)
      if (!existsSync(join(dirname(declaration), source)))
        throw new Error(`${declaration}.map names ${source}, which is not there`);
  }
  for (const script of filesIn(join(installed, "build"), ".js", ".cjs")) {
    const [, map] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(script, "utf8")) ?? [];
    if (map && !existsSync(join(dirname(script), map)))
      throw new Error(`${script} names ${map}, which is not there`);
  }
  return `${declarations.length} declarations`;
}

/** Bytes of a bundle of these entries, minified and gzipped. */
const sizeOf = (folder: string, ...entries: string[]): Promise<number> =>
  bundledSize(folder, entries.map((entry) => `export * from "${entry}";`).join("\n"));

async function bundledSize(folder: string, contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length;
}

function within(budget: number, size: number): string {
  if (size > budget) throw new Error(`${size} bytes, more than ${budget}`);
  return `${size} of ${budget} bytes`;
}

export async function checkPackage({ folder, installed, tarball }: Consumer): Promise<void> {
  await check("package", "publint", () => lint(installed));
  await check("package", "are the types wrong?", () => resolveTypes(tarball));
  await check("package", "declaration and source maps resolve", () => followMaps(installed));
  await check("package", "size: everything, minified and gzipped", async () =>
    within(SIZE_BUDGET, await sizeOf(folder, "suballoc")),
  );
  await check("package", "size: suballoc/heap, and its LeanHeap", async () => {
    const whole = within(HEAP_BUDGET, await sizeOf(folder, "suballoc/heap"));
    const source = `import { LeanHeap } from "suballoc/heap"; globalThis.heap = LeanHeap;`;
    return `${whole}, ${within(LEAN_HEAP_BUDGET, await bundledSize(folder, source))}`;
  });
  await check("package", "size: suballoc/webgpu beside the main entry", async () => {
    const both = await sizeOf(folder, "suballoc", "suballoc/webgpu");
    return within(WEBGPU_BUDGET, both - (await sizeOf(folder, "suballoc")));
  });
}
