// The project as its maintainers meet it: nothing unused, a lock file that npm ci takes, and a change that
// becomes a release.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./consumer.ts";
import { check } from "./matrix.ts";
import { run } from "./process.ts";

const tool = (path: string) => join(import.meta.dirname, "node_modules", path);

/** In a repository of its own: `changeset version` with one change. */
async function release(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "suballoc-release-"));
  const versionIn = (path: string): string => JSON.parse(readFileSync(path, "utf8")).version;
  try {
    for (const path of ["package.json", "lab/package.json", ".changeset/config.json"]) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      cpSync(join(ROOT, path), join(folder, path));
    }
    writeFileSync(
      join(folder, ".changeset/change.md"),
      '---\n"suballoc": minor\n---\n\nA change.\n',
    );
    await run("git", ["init", "--quiet", "--initial-branch=main"], { cwd: folder });
    await run(process.execPath, [tool("@changesets/cli/bin.js"), "version"], { cwd: folder });
    const [before, after] = [ROOT, folder].map((at) => versionIn(join(at, "package.json")));
    const changelog = readFileSync(join(folder, "CHANGELOG.md"), "utf8");
    if (before === after || !changelog.includes("A change."))
      throw new Error(`no release of ${before}, but ${after}:\n${changelog}`);
    if (versionIn(join(folder, "lab/package.json")) !== versionIn(join(ROOT, "lab/package.json")))
      throw new Error("the lab, which is private, got a version");
    return `${before} → ${after}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function checkProject(): Promise<void> {
  await check("project", "knip", async () => {
    await run(process.execPath, [tool("knip/bin/knip.js")], { cwd: ROOT });
  });
  for (const folder of [".", "bench", "tests/everywhere"])
    await check("project", `npm ci takes the lock file of ${folder}`, async () => {
      await run("npm", ["ci", "--dry-run", "--ignore-scripts"], { cwd: join(ROOT, folder) });
    });
  await check("project", "changesets: a change becomes a version", release);
}
