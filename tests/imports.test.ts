// Imports only go down: no circle anywhere, no import from a lower layer to a higher one, and outsiders take public names.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** Every import of every file of a folder, by file; types included, generated files left out. */
function importsIn(folder: string): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .filter((file) => !file.includes("node_modules"))
    .map((file) => join(folder, file));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
      const imported = importedFiles.flatMap(({ fileName }) => {
        if (!fileName.startsWith(".")) return [];
        const path = join(dirname(file), fileName.replace(/\.[jt]s$/, ""));
        const found = [`${path}.ts`, join(path, "index.ts")].find((name) => files.includes(name));
        return found ? [found] : [];
      });
      return [file, imported];
    }),
  );
}

/** A way round, if there is one. */
function circleIn(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

/** The folder of a file below `root`, "" for a file in `root` itself. */
function folderOf(root: string, file: string): string {
  const [, folder, rest] = file.slice(root.length).split("/");
  return rest === undefined ? "" : (folder as string);
}

/** Imports from a folder that the importing one may not import from, and folders that the table lacks. */
function climbsIn(
  root: string,
  imports: Map<string, string[]>,
  allowed: Record<string, string[]>,
): string[] {
  return [...imports].flatMap(([file, imported]) => {
    const folder = folderOf(root, file);
    const below = allowed[folder];
    if (below === undefined) return [`${file} is in no layer`];
    return imported
      .filter((other) => folderOf(root, other) !== folder)
      .filter((other) => !below.includes(folderOf(root, other)))
      .map((other) => `${file} imports ${other}`);
  });
}

describe.each(["src", "assembly", "lab", "bench", "examples", "scripts"])("%s", (folder) => {
  const imports = importsIn(folder);

  test("files are found, and what they import", () => {
    expect(imports.size).toBeGreaterThan(10);
    expect([...imports.values()].flat().length).toBeGreaterThan(imports.size / 2);
  });

  test("no circle", () => {
    expect(circleIn(imports)).toBe(undefined);
  });
});

test("assembly: the kernel below the trees, these below the engines, which know nothing of each other", () => {
  const imports = importsIn("assembly");
  expect(
    climbsIn("assembly", imports, {
      kernel: [],
      btree: ["kernel"],
      tiling: ["kernel"],
      list: ["kernel"],
      ranges: ["kernel", "btree"],
      segregated: ["kernel", "tiling"],
      buddy: ["kernel", "tiling"],
      heap: [],
      "heap-runtime": [],
      shared: ["kernel", "entries"],
      "heap-shared": ["heap", "shared"],
      entries: [
        ...["kernel", "btree", "tiling", "list", "ranges", "segregated", "buddy"],
        ...["heap", "shared", "heap-shared"],
      ],
    }),
  ).toEqual([]);
  // The engine under a shared allocator is the ABI of an unshared core.
  expect(
    [...imports]
      .filter(([file]) => file.startsWith("assembly/shared/"))
      .flatMap(([, imported]) => imported.filter((file) => file.startsWith("assembly/entries/"))),
  ).toEqual(["assembly/entries/list.ts", "assembly/entries/ranges.ts"]);
});

test("src: the core below the allocators, these below the other entries", () => {
  const imports = importsIn("src");
  const errors = (file: string) => file === "src/errors.ts";
  const withoutErrors = [...imports].map(([file, imported]): [string, string[]] => [
    file,
    imported.filter((other) => !errors(other)),
  ]);
  expect(
    climbsIn("src", new Map(withoutErrors), {
      core: [],
      "": ["core"],
      heap: ["core", ""],
      shared: ["core", "", "heap"],
      webgpu: [""],
      record: [""],
    }),
  ).toEqual([]);
});

test.each(["lab/src", "lab/page", "examples"])(
  "%s imports the package by its public names",
  (folder) => {
    const files = [...importsIn(folder).keys()];
    const inside = files.flatMap((file) =>
      ts
        .preProcessFile(readFileSync(file, "utf8"), true, true)
        .importedFiles.map(({ fileName }) =>
          fileName.startsWith(".") ? join(dirname(file), fileName) : "",
        )
        .filter((path) => /^(src|assembly|build)\//.test(path))
        .map((path) => `${file} imports ${path}`),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(inside).toEqual([]);
  },
);

test("a circle, a climb and an unknown folder are noticed", () => {
  const imports = new Map([
    ["r/a/x.ts", ["r/b/y.ts"]],
    ["r/b/y.ts", ["r/c/z.ts", "r/a/w.ts"]],
    ["r/c/z.ts", ["r/b/y.ts"]],
    ["r/a/w.ts", []],
    ["r/d/v.ts", []],
  ]);
  expect(circleIn(imports)).toEqual(["r/b/y.ts", "r/c/z.ts", "r/b/y.ts"]);
  expect(climbsIn("r", imports, { a: [], b: ["a"], c: ["b"] })).toEqual([
    "r/a/x.ts imports r/b/y.ts",
    "r/b/y.ts imports r/c/z.ts",
    "r/d/v.ts is in no layer",
  ]);
});
