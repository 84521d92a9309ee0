// Imports only go down: no circle in src/ or assembly/, and no import from a lower layer to a higher one.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** Every import of every file of a folder, by file; types included, generated files left out. */
function importsIn(folder: string): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => join(folder, file));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
      const imported = importedFiles.flatMap(({ fileName }) => {
        if (!fileName.startsWith(".")) return [];
        const path = join(dirname(file), fileName.replace(/\.js$/, ""));
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

/** Imports of a file of a higher layer. Layers are numbers by folder; what is in none of these has the number 2. */
function climbsIn(imports: Map<string, string[]>, layers: Record<string, number>): string[] {
  const layerOf = (file: string) => {
    const folder = Object.keys(layers).find((name) => file.startsWith(`${name}/`));
    return folder === undefined ? 2 : (layers[folder] as number);
  };
  return [...imports].flatMap(([file, imported]) =>
    imported
      .filter((other) => layerOf(other) > layerOf(file))
      .map((other) => `${file} imports ${other}`),
  );
}

describe.each(["src", "assembly"])("%s", (folder) => {
  const imports = importsIn(folder);

  test("files are found, and what they import", () => {
    expect(imports.size).toBeGreaterThan(20);
    expect([...imports.values()].flat().length).toBeGreaterThan(imports.size);
  });

  test("no circle", () => {
    expect(circleIn(imports)).toBe(undefined);
  });
});

test("assembly: kernel below the trees, these below the engines, entries on top", () => {
  const layers = {
    "assembly/kernel": 0,
    "assembly/btree": 1,
    "assembly/tiling": 1,
    "assembly/entries": 3,
    "assembly/heap-shared": 3,
    "assembly/shared": 3,
  };
  expect(climbsIn(importsIn("assembly"), layers)).toEqual([]);
});

test("src: the core below everything, the other entries above the allocators", () => {
  const imports = importsIn("src");
  const isUpper = (file: string) => /^src\/(heap|record|shared|webgpu)\//.test(file);
  const climbs = [...imports].flatMap(([file, imported]) =>
    imported
      .filter((other) => {
        const isUp = isUpper(other) && !isUpper(file);
        const core = file.startsWith("src/core/") && !other.startsWith("src/core/");
        return isUp || (core && other !== "src/errors.ts");
      })
      .map((other) => `${file} imports ${other}`),
  );
  expect(climbs).toEqual([]);
});

test("a circle and a climb are noticed", () => {
  const imports = new Map([
    ["a/x.ts", ["b/y.ts"]],
    ["b/y.ts", ["c/z.ts", "a/w.ts"]],
    ["c/z.ts", ["b/y.ts"]],
    ["a/w.ts", []],
  ]);
  expect(circleIn(imports)).toEqual(["b/y.ts", "c/z.ts", "b/y.ts"]);
  expect(climbsIn(imports, { a: 0, b: 1, c: 3 })).toEqual([
    "a/x.ts imports b/y.ts",
    "b/y.ts imports c/z.ts",
  ]);
});
