// Class Heap: a LeanHeap, and everything to look into it.

import { checkBytes, checkOptions } from "../check.js";
import { CorruptionError, DisposedError, OutOfMemoryError } from "../errors.js";
import { printAs } from "../print-as.js";
import { type HeapImports, loadCore } from "./core.js";
import { DebugFunctions, type Leak } from "./debug.js";
import { HeapModeError, HeapPointerError, pointerErrorCode, rangeNote } from "./errors.js";
import { CONTROL_BYTES, Layout, MAGIC, UNIT } from "./layout.js";
import { DISPOSED, LeanHeap, OWN_BASE } from "./lean-heap.js";
import {
  checkHeapOptions,
  checkLeanOptions,
  type HeapLoadOptions,
  type HeapOptions,
  Limit,
  rejectControl,
} from "./options.js";
import { parseHeap, saveHeap, unsound } from "./save.js";
import { uncheckedModule } from "./unchecked.js";
import { validate } from "./validate.js";
import { viewsOf } from "./views.js";
import { blockAround, blocksOf, type HeapBlock, type HeapStats, statsOf } from "./walk.js";

const pagesOf = (maximum?: number) =>
  maximum === undefined ? Limit.PAGES : Math.min(Math.floor(maximum / Limit.PAGE), Limit.PAGES);

/** The options with those that class LeanHeap does not know in terms of those it does. */
function prepare(options: HeapOptions): HeapOptions {
  checkHeapOptions(options);
  const { memory, maximum, checked, module } = options;
  return {
    ...options,
    ...(!memory && maximum !== undefined && ownMemory(pagesOf(maximum))),
    ...(!module && checked === false && { module: loadCore(uncheckedModule) }),
  };
}

/** A memory of the heap's own that cannot grow beyond so many pages. */
const ownMemory = (maximum: number) => ({
  memory: loadCore(() => new WebAssembly.Memory({ initial: 1, maximum })),
  base: OWN_BASE,
});

/**
 * malloc and free on the bytes of a WebAssembly memory. A pointer is an address in that memory, a multiple of 16. All
 * bookkeeping lies in the memory too, so that a wasm module that shares it can allocate from the same heap through
 * {@link imports}.
 *
 * A call that throws has changed nothing. In every method, an argument that is not a number is refused with an
 * `ArgumentTypeError` (`ERR_NOT_A_NUMBER`), a fraction with an `AllocatorRangeError` (`ERR_NOT_AN_INTEGER`).
 *
 * @example
 * ```ts
 * const heap = new Heap();
 * const p = heap.malloc(100);
 * heap.f64[p / 8] = 1.5;
 * const q = heap.realloc(p, 10_000);
 * heap.f64[q / 8]; // 1.5
 * heap.free(q);
 * heap.free(q); // throws HeapPointerError
 * heap.stats().blocks; // 0
 * ```
 */
export class Heap extends LeanHeap {
  declare readonly imports: HeapImports;
  readonly #debug: DebugFunctions | undefined;
  readonly #layout: Layout;
  readonly #onLeak: HeapOptions["onLeak"];

  /**
   * Makes a heap: in a memory of its own, in pages that it adds to a given one, or from `base` to the end of that.
   *
   * @throws {OutOfMemoryError} when the memory cannot grow by the page that the heap needs.
   * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS`, `ERR_NOT_A_MEMORY`, `ERR_NOT_A_NUMBER`
   * @throws {AllocatorRangeError} `ERR_OUT_OF_BOUNDS` when `base` is not in the memory, `ERR_NOT_AN_INTEGER`,
   *   `ERR_CAPACITY_NOT_POSITIVE`, `ERR_CAPACITY_OUT_OF_RANGE`, `ERR_NOT_A_HEAP` when `control` is not a heap's
   * @throws {CoreLoadError} `ERR_CORE_LOAD` where wasm cannot be compiled synchronously: give a `module` then; when that
   *   is not a heap's; when the engine makes no more memories.
   */
  constructor(options: HeapOptions = {}) {
    super(prepare(options));
    this.#layout = new Layout(() => this.current, this.control);
    this.#onLeak = options.onLeak;
    printAs(this, () => this.#describe());
    const { debug } = options;
    if (!debug) return;
    const quarantine = debug === true ? undefined : debug.quarantine;
    this.#debug = new DebugFunctions(this.functions, () => this.current, quarantine);
    this.functions = this.#debug;
    this.imports = this.#debug.imports;
  }

  /**
   * A heap from what {@link save} returned: every block at its address, with its contents. It checks pointers if the
   * saved heap did.
   *
   * @param bytes what `save()` returned.
   * @param options `memory`: where to put the heap, at the addresses where it was (what lies there is overwritten); the
   *   memory grows if it is too small. By default a memory of its own.
   * @throws {SnapshotError} `ERR_NOT_A_SNAPSHOT`, `ERR_SNAPSHOT_VERSION`, `ERR_SNAPSHOT_DAMAGED`
   * @throws {OutOfMemoryError} when the memory cannot grow as far.
   */
  static load(bytes: Uint8Array, options: HeapLoadOptions = {}): Heap {
    checkOptions("options", options, ["memory", "module"]);
    checkLeanOptions(options);
    checkBytes(bytes);
    const { control, end, runs } = parseHeap(bytes);
    const pages = Math.ceil(end / Limit.PAGE);
    const memory = options.memory ?? loadCore(() => new WebAssembly.Memory({ initial: 0 }));
    const missing = pages - memory.buffer.byteLength / Limit.PAGE;
    if (missing > 0)
      try {
        memory.grow(missing);
      } catch {
        throw new OutOfMemoryError(missing * Limit.PAGE, 0, 0);
      }
    const views = viewsOf(memory.buffer);
    const before =
      options.memory &&
      runs.map(({ address, bytes }) => views.u8.slice(address, address + bytes.length));
    for (const { address, bytes } of runs) views.u8.set(bytes, address);
    try {
      const layout = new Layout(() => views, control);
      validate(layout);
      return new Heap({ ...options, memory, control, checked: layout.isChecked });
    } catch (cause) {
      runs.forEach(
        ({ address }, i) => void (before && views.u8.set(before[i] as Uint8Array, address)),
      );
      if (cause instanceof CorruptionError) throw unsound(cause);
      throw cause;
    }
  }

  /** Figures of the heap, from a walk over all blocks: O(blocks). */
  stats(): HeapStats {
    this.#demandLive();
    return {
      ...statsOf(this.#layout),
      growths: this.growths,
      requested: this.#debug?.requested,
    };
  }

  /**
   * All blocks in address order, as they are at this moment: live, free, cached and reserved ones, and pages of others
   * in between. O(blocks), also in memory. In debug mode, blocks have their red zones around them.
   */
  blocks(): HeapBlock[] {
    this.#demandLive();
    return blocksOf(this.#layout);
  }

  /**
   * Checks every invariant of the heap by reading its memory. O(bytes / 64).
   *
   * @throws {CorruptionError} `ERR_CORRUPT` when one does not hold, with what and where.
   */
  validate(): void {
    this.#demandLive();
    validate(this.#layout);
  }

  /**
   * In debug mode: looks at the bytes around every live block, and at every freed block that is still kept.
   *
   * @throws {OverwrittenError} for the first that was overwritten, with the block, its call site, and what was written.
   * @throws {HeapModeError} `ERR_NOT_DEBUG` without debug mode.
   */
  check(): void {
    this.#demandDebug("check").checkAll();
  }

  /**
   * In debug mode: the live blocks by the place where they were allocated, those with the most bytes first.
   *
   * @throws {HeapModeError} `ERR_NOT_DEBUG` without debug mode.
   */
  leaks(): Leak[] {
    return this.#demandDebug("leaks").leaks();
  }

  /**
   * The whole heap as bytes, for {@link load}: all blocks at their addresses, with their contents. O(bytes).
   *
   * @throws {HeapModeError} `ERR_DEBUG` in debug mode, whose records are not in the memory.
   */
  save(): Uint8Array<ArrayBuffer> {
    this.#demandLive();
    if (this.#debug) throw new HeapModeError("ERR_DEBUG", "save");
    return saveHeap(this.#layout, this.u8);
  }

  /**
   * Ends the use of the heap: every later call throws a `DisposedError`. The memory stays as it is. In debug mode, calls
   * `onLeak` if blocks are live. Disposing twice does nothing.
   */
  override dispose(): void {
    if (this.exports === DISPOSED) return;
    const leaks = this.#onLeak && this.#debug?.leaks();
    super.dispose();
    if (leaks && leaks.length > 0) this.#onLeak?.(leaks);
  }

  /** Also from `base` on, and finds the heap that `control` names. @internal */
  protected override begin(options: HeapOptions): number {
    const { base, maximum, control } = options;
    const { exports, current } = this;
    if (control === undefined) {
      const start = options.memory ? (base === undefined ? 0 : base || 1) : OWN_BASE;
      return exports.init(start, pagesOf(maximum));
    }
    const layout = new Layout(() => current, control);
    const fits =
      control >= 0 && control % UNIT === 0 && control + CONTROL_BYTES <= layout.memoryBytes;
    const magic = MAGIC | (exports.check ? 1 : 0);
    if (!fits || layout.field("magic") !== magic || layout.field("end") > layout.memoryBytes)
      rejectControl(control);
    exports.control.value = control;
    return 0;
  }

  /** Names the block that the pointer lies in. @internal */
  protected override refuse(method: string, pointer: number, status: number): never {
    const block = blockAround(this.#layout, pointer);
    const note = block && rangeNote(block);
    throw new HeapPointerError(pointerErrorCode(status), method, pointer, block, note);
  }

  #describe(): string {
    if (this.exports === DISPOSED) return "Heap, disposed of";
    const { blocks, used, free, largest } = this.stats();
    const mode = this.#debug ? "debug" : this.#layout.isChecked ? "checked" : "unchecked";
    return `Heap (${mode}): ${blocks} blocks, ${used} of ${used + free} bytes in use, largest free ${largest}`;
  }

  #demandLive(): void {
    if (this.exports === DISPOSED) throw new DisposedError();
  }

  #demandDebug(method: string): DebugFunctions {
    this.#demandLive();
    if (this.#debug) return this.#debug;
    throw new HeapModeError("ERR_NOT_DEBUG", method);
  }
}
