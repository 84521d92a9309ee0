// suballoc/narrow: as suballoc, without the cores for large capacities and for the linked list.

import { narrow } from "./core/narrow.js";
import { type CoreSource, type CoreSources, loadCores } from "./load.js";

export { MemoryAllocator } from "./memory-allocator.js";
export { TREE_POLICIES as POLICIES } from "./narrow-engines.js";
export * from "./shared-names.js";
export { TrackedAllocator } from "./tracked-allocator.js";

/**
 * As the main entry's `init`, for the one core that there is here.
 *
 * @param source a compiled module, its bytes, or a `Response`, for `suballoc/narrow.wasm`.
 * @throws {CoreLoadError} `ERR_CORE_LOAD` when the module cannot be compiled or instantiated.
 */
export function init(source?: CoreSource | CoreSources<"narrow">): Promise<void> {
  return loadCores([narrow], source);
}
