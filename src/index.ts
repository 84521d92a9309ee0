// suballoc: capacities to 2^53 − 1, every policy.

// biome-ignore assist/source/organizeImports: wide comes first, so that its text is near narrow's (scripts/neighbours.ts)
import { wide } from "./core/wide.js";
import { tiling } from "./core/tiling.js";
import { list } from "./core/list.js";
import { narrow } from "./core/narrow.js";
import { type CoreSource, type CoreSources, loadCores } from "./load.js";

export { MemoryAllocator, TrackedAllocator } from "./any-capacity.js";
export { POLICIES, TRACKED_POLICIES } from "./policy.js";
export * from "./shared-names.js";

/**
 * Load cores asynchronously. Needed only where compiling WebAssembly synchronously is refused, or where `.wasm` files
 * are to be streamed or come ready compiled; otherwise the first allocator that needs a core loads it.
 *
 * @param source a compiled module, its bytes, or a `Response`, for `suballoc/narrow.wasm`, which serves the capacities
 *   below 2^32 − 1 (in units of the granularity); or an object that says which cores to load, and from what: `narrow`,
 *   `wide` (larger capacities), `list` (policy `"linked-list"`), `tiling` (`"segregated-fit"` and `"buddy"`). By default all
 *   of them, from the bytes embedded in the package.
 * @throws {CoreLoadError} `ERR_CORE_LOAD` when a module cannot be compiled or instantiated.
 * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS` when there is no core of that name.
 *
 * A core that is loaded already stays.
 *
 * @example
 * ```ts
 * await init({ narrow: fetch("/narrow.wasm"), wide: true });
 * ```
 */
export function init(
  source?: CoreSource | CoreSources<"narrow" | "wide" | "list" | "tiling">,
): Promise<void> {
  return loadCores([narrow, wide, list, tiling], source);
}
