// Loading cores beforehand, asynchronously.
//
// Of the loader, this uses only what a module of plain functions needs. The rest reads and writes managed strings and
// arrays, takes 1.6 kB, and bundlers cannot leave it out. The loader's functions add about 40 ns to a call, so what is
// called for every block does not go through them. Without init() the loader is not part of a bundle.

import { demangle } from "@assemblyscript/loader";
import { checkOptions, isA } from "./check.js";
import type { Abi } from "./core/abi.js";
import type { Core } from "./core/core.js";
import { decode } from "./core/embedded.js";

/** What {@link init} loads a core from; everything except a promise of a `Response` is used as it is. */
export type CoreSource = WebAssembly.Module | BufferSource | Response | Promise<Response>;

/** What {@link init} loads each core from; `true` stands for the bytes embedded in the package. */
export type CoreSources<Name extends string = string> = {
  [name in Name]?: CoreSource | true;
};

/** Load what is asked for: the narrow core from a source, cores by name, or all of them. */
export async function loadCores(
  cores: readonly Core[],
  asked: CoreSource | CoreSources | undefined,
): Promise<void> {
  const names = cores.map(({ name }) => name);
  let sources: CoreSources;
  if (asked === undefined) sources = Object.fromEntries(names.map((name) => [name, true]));
  else if (isA("Object", asked)) sources = asked as CoreSources;
  else sources = { narrow: asked as CoreSource };
  checkOptions("source", sources, names);
  await Promise.all(
    cores.map((core) => core.name in sources && load(core, sources[core.name] ?? true)),
  );
}

async function compile(source: CoreSource): Promise<WebAssembly.Module> {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  if (typeof Response === "undefined" || !(given instanceof Response))
    return WebAssembly.compile(given as BufferSource);
  // Old engines cannot compile what is still arriving.
  return WebAssembly.compileStreaming?.(given) ?? compile(await given.arrayBuffer());
}

async function load(core: Core, source: CoreSource | true): Promise<void> {
  const { name, policy, capacity, embedded } = core;
  if (core.loaded) {
    Promise.resolve(source).catch(() => {}); // no longer needed, so its failure does not matter
    return;
  }
  try {
    const module = await compile(source === true ? decode(embedded()) : source);
    const instance = await WebAssembly.instantiate(module);
    const abi = demangle<Pick<Abi, keyof Abi>>({ ...instance.exports });
    const probe = "setRover" in abi ? abi.create(policy, capacity, 1) : 0;
    if (!(probe > 0))
      throw new TypeError(`the module is not suballoc/${name}.wasm of this release`);
    abi.destroy(probe);
    if (!core.loaded) core.use(instance.exports);
  } catch (cause) {
    throw core.loadError(cause);
  }
}
