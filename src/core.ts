// Loading the core: one wasm instance serves every allocator. It is compiled at the first use, from the
// bytes embedded in the package, or beforehand by `init`.

import { instantiate, instantiateSync } from "@assemblyscript/loader";
import { wasmBase64 } from "../build/embedded.js";
import type { Abi } from "./abi.js";
import { CoreLoadError } from "./errors.js";

let abi: Abi | undefined;

function embeddedBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
}

/** The exports of the one instance, compiling it first if need be. */
export function core(): Abi {
  if (abi) return abi;
  try {
    abi = instantiateSync(embeddedBytes()).instance.exports as unknown as Abi;
  } catch (cause) {
    throw new CoreLoadError(cause);
  }
  return abi;
}

/** What `init` can load the core from; all but a promise of a `Response` are used as they are. */
export type CoreSource = WebAssembly.Module | BufferSource | Response | Promise<Response>;

/**
 * Load the core asynchronously. Needed only where compiling WebAssembly synchronously is refused, or where
 * the `.wasm` file is to be streamed or comes ready compiled; otherwise the first allocator loads it.
 *
 * @param source a compiled module, its bytes, or a `Response` for `suballoc/suballoc.wasm`; by default the
 *   bytes embedded in the package.
 * @throws {CoreLoadError} `ERR_CORE_LOAD` when the module cannot be compiled or instantiated.
 *
 * Calling it again, or after the first allocator was made, does nothing.
 */
export async function init(source?: CoreSource): Promise<void> {
  if (abi) return;
  try {
    const { instance } = await instantiate(source ?? embeddedBytes());
    abi ??= instance.exports as unknown as Abi;
  } catch (cause) {
    throw new CoreLoadError(cause);
  }
}
