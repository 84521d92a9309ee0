// The package itself: what is in it, and how its exports resolve. What an import weighs: tests/size.test.ts.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Consumer } from "./consumer.ts";
import { ROOT } from "./consumer.ts";
import { check } from "./matrix.ts";
import { run } from "./process.ts";

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

export async function checkPackage({ installed, tarball }: Consumer): Promise<void> {
  await check("package", "publint", () => lint(installed));
  await check("package", "are the types wrong?", () => resolveTypes(tarball));
  await check("package", "declaration and source maps resolve", () => followMaps(installed));
}
