// Neighbours: the narrow and the wide core are compiled from one source, and compress to little more than one of them when
// the texts lie within the 32 KiB that gzip looks back. Bundlers keep the order of the files they are given. So the
// text of the narrow core goes to the end of its file, and in the main entry, which follows, that of the wide core comes
// first (src/index.ts).

import { readFileSync, writeFileSync } from "node:fs";

/** Move the one wasm text of a built file to its end. Lines keep their numbers, and the source map its truth. */
export function moveTextToEnd(path: string): void {
  const script = readFileSync(path, "utf8");
  const [text] = /^var wasm\d* = "[^"]*";$/m.exec(script) ?? [];
  const map = script.lastIndexOf("//# sourceMappingURL");
  if (text === undefined || map < 0) throw new Error(`${path} has no wasm text, or no source map`);
  const rest = script.slice(0, map).replace(text, () => "");
  writeFileSync(path, `${rest}${text}\n${script.slice(map)}`);
}
