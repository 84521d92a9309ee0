// Compiled modules are kept under the hash of all that they are made of, so that a build compiles only what has changed.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = "node_modules/.cache/suballoc";
/** What every module depends on besides its sources. */
const TOOLS = [
  "asconfig.json",
  "package-lock.json",
  "scripts/shared-core.ts",
  "scripts/log-stores.ts",
];

/** An AssemblyScript file and all that it imports, directly or not. */
export function sourcesOf(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found;
  found.add(entry);
  const text = readFileSync(entry, "utf8");
  for (const [, path] of text.matchAll(/from\s+"(\.[^"]*)"/g)) {
    const file = join(dirname(entry), path as string);
    sourcesOf(existsSync(`${file}.ts`) ? `${file}.ts` : join(file, "index.ts"), found);
  }
  return found;
}

/** The module made of `entry` with `options`: from the cache, or made now. */
export function cached(entry: string, options: unknown, make: () => Uint8Array): Uint8Array {
  const hash = createHash("sha256").update(JSON.stringify(options));
  for (const file of [...TOOLS, ...sourcesOf(entry)]) hash.update(file).update(readFileSync(file));
  const path = join(FOLDER, `${hash.digest("hex")}.wasm`);
  if (existsSync(path)) return readFileSync(path);
  const wasm = make();
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, wasm);
  return wasm;
}
