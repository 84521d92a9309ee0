// What lies near each other in a bundle: gzip looks back 32 KiB. So the texts of the cores come first, those of the narrow and
// the wide core, compiled from one source, next to each other; and all that was TypeScript follows in one piece. Bundlers
// keep the order in which files are imported.

import { readFileSync, writeFileSync } from "node:fs";

const TEXT = /^var (wasm\d*) = ("[^"]*");$/gm;

/**
 * Put the texts of a built module where it begins, or into a module of their own that is imported first. Lines keep
 * their numbers, and the source map its truth.
 *
 * @param order the texts' cores, in the order in which they are to come
 * @param into where to put them; at the beginning of the module itself, if not given
 */
export function moveTexts(path: string, order: readonly string[], into?: string): void {
  const script = readFileSync(path, "utf8");
  const names = new Map([...script.matchAll(TEXT)].map(([, name, text]) => [text, name]));
  const texts = order.map((core) => {
    const [, text] = /export const wasm = ("[^"]*");/.exec(
      readFileSync(`build/embedded/${core}.js`, "utf8"),
    ) as RegExpExecArray;
    const name = names.get(text);
    if (name === undefined) throw new Error(`${path} has no text of the core "${core}"`);
    return { core, name, text };
  });
  if (names.size !== order.length) throw new Error(`${path} has other texts than ${order}`);
  const rest = script.replace(TEXT, "");
  if (into === undefined) {
    const first = texts.map(({ name, text }) => `var ${name} = ${text};`).join("");
    writeFileSync(path, first + rest);
    return;
  }
  const imports = texts.map(({ core, name }) => `${core} as ${name}`).join(", ");
  writeFileSync(path, `import { ${imports} } from "./${into}.js";${rest}`);
  const module = texts.map(({ core, text }) => `export var ${core} = ${text};\n`).join("");
  writeFileSync(`build/${into}.js`, module);
}
