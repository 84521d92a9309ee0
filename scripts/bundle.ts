// The package's modules: build/<entry>.js and .cjs, and the chunks that entries share, so that a class or a core is there
// once whichever of them are imported. A file more costs an import in Node half a millisecond, a package of its own 2.5:
// so there are few chunks, and the loader is inside.
//
//   chunk-ranges   allocators of ranges and the narrow core: index, narrow and webgpu; errors and checks, for all
//   chunk-heap     what heap and shared have in common besides
//   chunk-cores    the cores that only index has, apart from it for what neighbours.ts says

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { ENTRIES } from "./entries.ts";
import { moveTexts } from "./neighbours.ts";

const SPLIT = "build/split";
const CHUNK = /^\.\/chunk-/;

/** What the loader does when it is imported, and what takes its place: ES2022 has `Object.hasOwn`. */
const EFFECTS: readonly [RegExp, string][] = [
  [/^Object\.hasOwn = [^}]*\};$/m, ""],
  [/new TextDecoder\(/, "/* @__PURE__ */ $&"],
];

/** The loader without effects, which would stay in every bundle that has anything of its chunk. */
const pureLoader: Plugin = {
  name: "the loader shakes off",
  setup({ onLoad }) {
    onLoad({ filter: /@assemblyscript.loader.index\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [effect, instead] of EFFECTS) {
        if (!effect.test(contents)) throw new Error(`${path} has nothing like ${effect}`);
        contents = contents.replace(effect, instead);
      }
      return { contents };
    });
  },
};

const shared: BuildOptions = {
  bundle: true,
  target: "es2022",
  sourcemap: true,
  logLevel: "warning",
};

/** Entries that need more than a chunk of ranges has. */
const OTHERS = ["heap", "record", "shared"];

/** The names of the files that `file` imports, and those import. */
function reached(metafile: Metafile, file: string, into = new Set<string>()): Set<string> {
  for (const { path } of metafile.outputs[file]?.imports ?? []) {
    if (into.has(path)) continue;
    into.add(path);
    reached(metafile, path, into);
  }
  return into;
}

/** The chunk of the package that each chunk of esbuild, which makes one for each set of entries, goes to. */
function groups(metafile: Metafile): Map<string, string> {
  const of = (entry: string) => reached(metafile, `${SPLIT}/${entry}.js`);
  const ranges = of("index");
  const others = new Set(OTHERS.flatMap((entry) => [...of(entry)]));
  return new Map(
    [...new Set([...ranges, ...others])].map((path) => {
      const name = ranges.has(path) ? "ranges" : "heap";
      return [basename(path), `chunk-${name}`];
    }),
  );
}

/** Chunks of one group become one module; what lies in another stays an import. */
const regroup = (groupOf: Map<string, string>, extension: string): Plugin => ({
  name: "chunks become groups",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^chunk-\w+$/ }, ({ path }) => ({ path, namespace: "group" }));
    onLoad({ filter: /./, namespace: "group" }, ({ path }) => ({
      contents: [...groupOf]
        .filter(([, group]) => group === path)
        .map(([chunk]) => `export * from "./${chunk}";`)
        .join("\n"),
      resolveDir: SPLIT,
    }));
    onResolve({ filter: CHUNK }, ({ path, importer, namespace }) => {
      const group = groupOf.get(basename(path)) as string;
      const isWithin = namespace === "group" || groupOf.get(basename(importer)) === group;
      return isWithin ? undefined : { path: `./${group}${extension}`, external: true };
    });
  },
});

/**
 * Blank out docstrings, which esbuild leaves in classes: scanning them takes time, and one "…" makes V8 hold the whole
 * file in two bytes a character. Lines keep their numbers, and the source map its truth.
 */
function dropDocstrings(path: string): void {
  const script = readFileSync(path, "utf8");
  const docstring = /^ *\/\*\*[\s\S]*?\*\/$/gm;
  writeFileSync(
    path,
    script.replace(docstring, (text) => text.replace(/.+/g, "")),
  );
}

/** `export *` leaves out a name that two files export: then a group would lack it. */
function checkExports(split: Metafile, grouped: Metafile, groupOf: Map<string, string>): void {
  for (const group of new Set(groupOf.values())) {
    const names = [...groupOf]
      .filter(([, each]) => each === group)
      .flatMap(([chunk]) => split.outputs[`${SPLIT}/${chunk}`]?.exports ?? []);
    const there = grouped.outputs[`build/${group}.js`]?.exports.length;
    if (there !== names.length)
      throw new Error(`${group} exports ${there} names of ${names.length}: ${names.sort()}`);
  }
}

/**
 * esbuild renames a class within itself, and `constructor.name` would tell: `var Heap = class _Heap` becomes
 * `var Heap = class Heap`. Where it had to rename the outside, the class has a static `name` (src/any-capacity.ts).
 */
function nameClasses(path: string): void {
  const script = readFileSync(path, "utf8");
  const names = [...script.matchAll(/^var (\w+) = class _\1 /gm)].map(([, name]) => name);
  if (names.length === 0) return;
  const inside = new RegExp(`(?<![\\w$])_(?=(?:${names.join("|")})(?![\\w$]))`, "g");
  writeFileSync(path, script.replace(inside, ""));
}

export async function bundle(): Promise<void> {
  for (const file of readdirSync("build"))
    if (file.startsWith("chunk-")) rmSync(join("build", file));
  rmSync(SPLIT, { recursive: true, force: true });

  const { metafile: split } = await build({
    ...shared,
    entryPoints: Object.fromEntries(ENTRIES.map(({ name, source }) => [name, source])),
    format: "esm",
    splitting: true,
    chunkNames: "chunk-[hash]",
    outdir: SPLIT,
    metafile: true,
    plugins: [pureLoader],
  });

  for (const file of readdirSync(SPLIT))
    if (file.endsWith(".js")) dropDocstrings(join(SPLIT, file));

  const groupOf = groups(split);
  const names = [...ENTRIES.map(({ name }) => name), ...new Set(groupOf.values())];
  const isEntry = (name: string) => !name.startsWith("chunk-");
  const grouped = {
    ...shared,
    entryPoints: Object.fromEntries(
      names.map((name) => [name, isEntry(name) ? `./${SPLIT}/${name}.js` : name]),
    ),
    platform: "neutral",
    outdir: "build",
    metafile: true,
  } as const;
  const { metafile } = await build({
    ...grouped,
    format: "esm",
    plugins: [regroup(groupOf, ".js")],
  });
  checkExports(split, metafile, groupOf);
  moveTexts("build/index.js", ["tiling", "list", "wide"], "chunk-cores");
  moveTexts("build/chunk-ranges.js", ["narrow"]);
  await build({
    ...grouped,
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    plugins: [regroup(groupOf, ".cjs")],
  });

  for (const file of readdirSync("build"))
    if (/\.c?js$/.test(file)) nameClasses(join("build", file));

  // One self-contained file for pages without a bundler.
  await build({
    ...shared,
    entryPoints: ["src/index.ts"],
    format: "esm",
    minify: true,
    outfile: "build/suballoc.min.js",
    plugins: [pureLoader],
  });
}
