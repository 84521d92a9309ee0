// A core: one wasm module, compiled when it is first needed, whose one instance serves all allocators that live in it.

import { instantiate, instantiateSync } from "@assemblyscript/loader";
import { CoreLoadError, DisposedError, NodeStorageError } from "../errors.js";
import { type Abi, type Handle, Status } from "./abi.js";
import { decode } from "./embedded.js";

/** What {@link init} loads a core from; everything except a promise of a `Response` is used as it is. */
export type CoreSource = WebAssembly.Module | BufferSource | Response | Promise<Response>;

export class Core {
  #abi: Abi | undefined;
  /** Frees the nodes of allocators that were dropped without `dispose()`, where the runtime can tell. */
  #forgotten: FinalizationRegistry<Handle> | undefined;

  constructor(
    /** The module is the package's export `suballoc/<name>.wasm`. */
    readonly name: string,
    private readonly embedded: string,
    /** Number of a policy, and a capacity, that only this core can serve. */
    private readonly policy: number,
    private readonly capacity: number,
  ) {}

  /** The exports of the instance. Compiles the embedded module at the first call. */
  get abi(): Abi {
    if (this.#abi) return this.#abi;
    try {
      return this.#use(instantiateSync(decode(this.embedded)).instance.exports);
    } catch (cause) {
      throw new CoreLoadError(cause, this.name);
    }
  }

  /** Load the core from `source`, or from the embedded bytes, unless it is loaded already. */
  async load(source?: CoreSource): Promise<void> {
    if (this.#abi) {
      Promise.resolve(source).catch(() => {}); // no longer needed, so its failure does not matter
      return;
    }
    try {
      const { instance } = await instantiate(source ?? decode(this.embedded));
      const abi = instance.exports as unknown as Abi;
      const probe = "setRover" in abi ? abi.create(this.policy, this.capacity, 1) : 0;
      if (!(probe > 0))
        throw new TypeError(`the module is not suballoc/${this.name}.wasm of this release`);
      abi.destroy(probe);
      if (!this.#abi) this.#use(abi);
    } catch (cause) {
      throw new CoreLoadError(cause, this.name);
    }
  }

  #use(exports: object): Abi {
    const abi = exports as Abi;
    if (typeof FinalizationRegistry !== "undefined")
      this.#forgotten = new FinalizationRegistry(abi.destroy);
    this.#abi = abi;
    return abi;
  }

  /** Destroy `handle` when `owner` is garbage. */
  watch(owner: object, handle: Handle): void {
    this.#forgotten?.register(owner, handle, owner);
  }

  /** No longer: `owner` has destroyed the handle itself. */
  unwatch(owner: object): void {
    this.#forgotten?.unregister(owner);
  }
}

/** The result of a call. Throws on DISPOSED and NODE_STORAGE, for which every method throws the same. */
export function unwrap(abi: Abi, result: number): number {
  if (result === Status.DISPOSED) throw new DisposedError();
  if (result === Status.NODE_STORAGE) throw new NodeStorageError(abi.storageBytes());
  return result;
}
