// Lints and formats the AssemblyScript. Biome cannot read decorators of functions (`@inline`), which are no
// TypeScript: in a copy of the files each such line is a comment, so that lines keep their numbers. Biome checks the
// copy by the rules of biome.json; with --write, what it changed comes back.
//
//   tsx scripts/lint-assembly.ts [--write] [files or folders]

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const FOLDERS = ["assembly", "tests/as-pect"];
const DECORATOR = /^@(\w+(?:\(.*\))?)$/gm;
const HIDDEN = /^\/\/@(\w+(?:\(.*\))?)$/gm;

const args = process.argv.slice(2);

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);

/** The project's settings, for a tree of AssemblyScript alone. */
function settings(): string {
  const config = JSON.parse(readFileSync("biome.json", "utf8"));
  config.vcs = { enabled: false };
  config.files.includes = FOLDERS.map((folder) => `${folder}/**`);
  return JSON.stringify(config);
}

function hide(file: string): string {
  const source = readFileSync(file, "utf8");
  const comment = source.match(HIDDEN);
  if (comment) throw new Error(`${file}: "${comment[0]}" would be taken for a decorator`);
  return source.replace(DECORATOR, "//@$1");
}

const tree = mkdtempSync(join(tmpdir(), "suballoc-lint-"));
try {
  writeFileSync(join(tree, "biome.json"), settings());
  for (const file of files) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), hide(file));
  }
  const { status } = spawnSync(
    process.execPath,
    [
      resolve("node_modules/@biomejs/biome/bin/biome"),
      "check",
      "--max-diagnostics=none",
      "--error-on-warnings",
      ...args,
      // Not all that is there: that would be the settings, too.
      ...(args.every((arg) => arg.startsWith("-")) ? FOLDERS : []),
    ],
    { cwd: tree, stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
  if (args.includes("--write")) {
    for (const file of files) {
      const text = readFileSync(join(tree, file), "utf8").replace(HIDDEN, "@$1");
      if (text !== readFileSync(file, "utf8")) writeFileSync(file, text);
    }
  }
} finally {
  rmSync(tree, { recursive: true, force: true });
}
