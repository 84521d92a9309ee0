// Bundles of the consumer: each is executed in Node (and, by pages.ts, in browsers), and one that uses
// nothing but the list of policies must carry no core.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "../../scripts/embed.ts";
import { BUNDLERS } from "./bundlers.ts";
import type { Consumer } from "./consumer.ts";
import { expectStory } from "./expected.ts";
import { check } from "./matrix.ts";
import { run } from "./process.ts";

/** How a wasm module begins, as scripts/embed.ts writes it. */
const WASM = encode(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
/** More digits than any two cores have in common at their beginning. */
const MUCH = 5000;
/** Bytes that the list of policies and a bundler's own frame may take. */
const SMALL = 1500;

export const bundlePath = (bundler: string) => `bundles/${bundler}/main.mjs`;

export async function checkBundles({ folder }: Consumer): Promise<void> {
  for (const [name, bundle] of Object.entries(BUNDLERS)) {
    const outfile = join(folder, bundlePath(name));
    await check(name, "bundle, run in Node", async () => {
      await bundle(join(folder, "main.mjs"), outfile);
      expectStory(await run(process.execPath, [outfile], { cwd: folder }));
    });
    await check(name, "with suballoc/webgpu: no core is there twice", async () => {
      const both = join(folder, `entries/${name}/webgpu.mjs`);
      await bundle(join(folder, "webgpu.mjs"), both);
      const cores = readFileSync(both, "utf8").split(WASM).slice(1);
      const different = new Set(cores.map((core) => core.slice(0, MUCH)));
      if (cores.length === 0 || different.size < cores.length)
        throw new Error(`${cores.length} cores, ${different.size} different ones`);
      expectStory(await run(process.execPath, [both], { cwd: folder }), "expected-webgpu.txt");
    });
    await check(name, "suballoc/heap: bundle, run in Node", async () => {
      const heap = join(folder, `entries/${name}/heap.mjs`);
      await bundle(join(folder, "heap.mjs"), heap);
      expectStory(await run(process.execPath, [heap], { cwd: folder }), "expected-heap.txt");
    });
    await check(name, "tree-shaking: a bundle of POLICIES has no core", async () => {
      const shaken = join(folder, `shaken/${name}/policies.mjs`);
      await bundle(join(folder, "policies.mjs"), shaken);
      const [whole, code] = [readFileSync(outfile, "utf8"), readFileSync(shaken, "utf8")];
      if (!whole.includes(WASM)) throw new Error(`the sign of the core, ${WASM}, is in no bundle`);
      if (code.includes(WASM) || code.length > SMALL)
        throw new Error(`${code.length} bytes are left:\n${code.slice(0, 3000)}`);
      await run(process.execPath, [shaken], { cwd: folder });
      return `${code.length} bytes`;
    });
  }
}
