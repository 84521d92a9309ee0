// Loading the core: one wasm instance serves every allocator. It is compiled at the first use, from the
// bytes embedded in the package, or beforehand by `init`.

import { instantiate, instantiateSync } from "@assemblyscript/loader";
import { wasmHex } from "../build/embedded/suballoc.js";
import type { Abi } from "./abi.js";
import { CoreLoadError } from "./errors.js";

let abi: Abi | undefined;

/**
 * The bytes of the module. They are embedded as hexadecimal digits, not base64: half as long again before, but a
 * sixth shorter after compression, which sees no bytes where six bits stand for a character.
 */
function embeddedBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(wasmHex.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = (digit(wasmHex.charCodeAt(2 * i)) << 4) | digit(wasmHex.charCodeAt(2 * i + 1));
  return bytes;
}

/** Value of a digit by its code: 0 … 9 are 48 … 57, a … f are 97 … 102. */
const digit = (code: number) => (code & 15) + 9 * (code >> 6);

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
  if (abi) {
    Promise.resolve(source).catch(() => {}); // not needed any more, so neither is its failure
    return;
  }
  try {
    const { instance } = await instantiate(source ?? embeddedBytes());
    if (typeof instance.exports.createTracked !== "function")
      throw new TypeError("the module is not suballoc's, or not of this release");
    abi ??= instance.exports as unknown as Abi;
  } catch (cause) {
    throw new CoreLoadError(cause);
  }
}
