// A core: one wasm module, compiled when it is first needed, whose one instance serves all allocators that live in it.

import { CoreLoadError, DisposedError, NodeStorageError } from "../errors.js";
import { type Abi, type Handle, Status } from "./abi.js";
import { decode } from "./embedded.js";

export class Core {
  #abi: Abi | undefined;
  /** Frees the nodes of allocators that were dropped without `dispose()`, where the runtime can tell. */
  #forgotten: FinalizationRegistry<Handle> | undefined;

  constructor(
    /** The module is the package's export `suballoc/<name>.wasm`. */
    readonly name: string,
    /** The text of the module. A function, so that the text may stand anywhere in a file (scripts/neighbours.ts). */
    readonly embedded: () => string,
    /** Number of a policy, and a capacity, that only this core can serve. */
    readonly policy: number,
    readonly capacity: number,
  ) {}

  /** The exports of the instance. Compiles the embedded module at the first call. */
  get abi(): Abi {
    if (this.#abi) return this.#abi;
    try {
      const module = new WebAssembly.Module(decode(this.embedded()));
      return this.use(new WebAssembly.Instance(module).exports);
    } catch (cause) {
      throw this.loadError(cause);
    }
  }

  /** Whether it is compiled and instantiated. */
  get loaded(): boolean {
    return this.#abi !== undefined;
  }

  /** Be the module whose exports these are. */
  use(exports: WebAssembly.Exports): Abi {
    const abi = exports as unknown as Abi;
    if (typeof FinalizationRegistry !== "undefined")
      this.#forgotten = new FinalizationRegistry(abi.destroy);
    this.#abi = abi;
    return abi;
  }

  /** The error for when the module cannot be compiled or instantiated; names the way out. */
  loadError(cause: unknown): CoreLoadError {
    const { name } = this;
    return new CoreLoadError(
      cause,
      `; where it may not be compiled now, first call \`await init({ ${name}: module })\` with a module made from ` +
        `"suballoc/${name}.wasm"`,
    );
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
