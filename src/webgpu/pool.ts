/// <reference lib="esnext.disposable" preserve="true" />

// GpuBufferPool: slices of real GPU buffers that are allocated, written, freed, and moved together on the GPU.

import { checkOptions, checkPositive, checkString } from "../check.js";
import { AllocatorRangeError, DisposedError } from "../errors.js";
import { readData } from "./data.js";
import { defragmentBuffers, type GpuDefragmentation } from "./defragment.js";
import { COPY_SRC_AND_DST, type Created, checkBufferSize, createBuffer } from "./device.js";
import { GpuOutOfMemoryError, GpuPoolError } from "./errors.js";
import {
  checkOption,
  type GpuBufferPoolOptions,
  type GpuDefragmentOptions,
  type GpuSliceOptions,
  type PoolSettings,
  readPoolOptions,
  roundUp,
} from "./options.js";
import { PoolBuffer } from "./pool-buffer.js";
import { describePool, type GpuPoolStats, poolStats } from "./report.js";
import { GpuSlice, requireLive, type SliceState, stateOf } from "./slice.js";

/**
 * Slices of real GPU buffers. The pool adds buffers as they are needed, keeps slices apart, and moves their contents
 * together on the GPU, while the {@link GpuSlice} objects stay valid.
 *
 * Sizes and offsets are in bytes. After any error the pool is exactly what it was before the call.
 * Every method but {@link destroy} throws `DisposedError` after {@link destroy}. After the device was lost, `allocate`,
 * `write`, `defragment` and `grow` throw `ERR_DEVICE_LOST` (WebGPU itself stays silent); freeing still works.
 *
 * @example
 * ```ts
 * const pool = new GpuBufferPool(device, { usage: GPUBufferUsage.VERTEX, bufferSize: 1 << 20 });
 * const tree = pool.allocate(vertices.byteLength, { alignment: 20, label: "tree" });
 * pool.write(tree, vertices);
 * pass.setVertexBuffer(0, tree.buffer, tree.offset, tree.size);
 * ```
 */
export class GpuBufferPool {
  /** The device that the buffers belong to. */
  readonly device: GPUDevice;
  /** The usage that every buffer has: what was asked for, COPY_SRC and COPY_DST. */
  readonly usage: number;
  /** The label that was given, or the empty string. */
  readonly label: string;
  /** Every offset is a multiple of it: 4, or the device's alignment for uniform or storage bindings. */
  readonly unit: number;
  /** How many buffers there may be at once. */
  readonly maxBuffers: number;
  readonly #settings: PoolSettings;
  readonly #loss: { info?: GPUDeviceLostInfo } = {};
  #bufferSize: number;
  #buffers: PoolBuffer[] = [];
  #scratch: Created;
  #areMovesPending = false;
  /** Freed as soon as recorded commands are submitted. */
  #pendingFrees: GpuSlice[] = [];
  /** Buffers that recorded commands may name. */
  #retired: GPUBuffer[] = [];
  #isDestroyed = false;

  /**
   * A pool with one empty buffer. Whether the device really had the memory for it, {@link ready} tells.
   *
   * @throws {GpuPoolError} `ERR_BAD_USAGE` for MAP_READ and MAP_WRITE, `ERR_DEVICE_LIMIT` when a buffer would be larger
   *   than the device allows
   * @throws {AllocatorRangeError} `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`, `ERR_UNKNOWN_POLICY`
   * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS`, `ERR_NOT_A_NUMBER`, `ERR_NOT_A_STRING`
   */
  constructor(device: GPUDevice, options: GpuBufferPoolOptions) {
    const settings = readPoolOptions(device, options);
    this.device = device;
    this.usage = settings.usage | COPY_SRC_AND_DST;
    this.label = settings.label;
    this.unit = settings.unit;
    this.maxBuffers = settings.maxBuffers;
    this.#settings = settings;
    this.#bufferSize = settings.bufferSize;
    const loss = this.#loss; // not the pool, which the device would keep alive
    device.lost.then((info) => {
      loss.info = info;
    });
    this.#addBuffer(this.#bufferSize, false);
    this.#scratch = this.#createScratch();
  }

  /** Bytes of the next buffer; `grow` changes it. */
  get bufferSize(): number {
    return this.#bufferSize;
  }

  /** Why the device was lost, once it was; else undefined. */
  get lost(): GPUDeviceLostInfo | undefined {
    return this.#loss.info;
  }

  /**
   * Whether all buffers that there are at this moment really exist: WebGPU tells only afterwards that memory is out. A
   * buffer that does not exist has been taken out of use when the promise resolves to false: its slices are no longer
   * live, and the next `allocate` tries again. It never rejects.
   */
  get ready(): Promise<boolean> {
    const all = [this.#scratch, ...this.#buffers.map(({ created }) => created)];
    return Promise.all(all.map(({ settled }) => settled)).then((states) =>
      states.every((state) => state === true),
    );
  }

  /**
   * Take a slice: from the first buffer with room, or else from a new one. A request of more than half of `bufferSize`
   * gets a buffer of its own, if one may be added. O(buffers × log n).
   *
   * @param size bytes: 1 … the device's `maxBufferSize`. The slice occupies a multiple of the unit.
   * @throws {GpuOutOfMemoryError} `ERR_OUT_OF_MEMORY` when no buffer has room and none may be added, with their figures
   * @throws {GpuPoolError} `ERR_DEVICE_LIMIT` when no buffer can be so large, `ERR_DEVICE_LOST`
   * @throws {AllocatorRangeError} `ERR_SIZE_NOT_POSITIVE`, `ERR_ALIGNMENT_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`, `ERR_BAD_OPTIONS`, `ERR_NOT_A_STRING`
   * @example
   * ```ts
   * const slice = pool.allocate(1200, { alignment: 20, label: "tree" });
   * const baseVertex = slice.offset / 20;
   * ```
   */
  allocate(size: number, options: GpuSliceOptions = {}): GpuSlice {
    const slice = this.tryAllocate(size, options);
    if (slice) return slice;
    throw new GpuOutOfMemoryError(size, options.alignment ?? 1, this.getStats(), this.maxBuffers);
  }

  /** Like {@link allocate}, but returns `undefined` when no buffer has room and none may be added. */
  tryAllocate(size: number, options: GpuSliceOptions = {}): GpuSlice | undefined {
    this.#requireDevice("allocate");
    checkOptions("options", options);
    const { alignment = 1, label = "" } = options;
    checkPositive("size", size);
    checkPositive("alignment", alignment);
    checkString("label", label);
    checkBufferSize(this.device, roundUp(size, this.unit));
    const isLarge = this.maxBuffers > 1 && size > this.#bufferSize / 2;
    const from = (isDedicated: boolean) => {
      for (const buffer of this.#buffers) {
        if (buffer.isDedicated !== isDedicated) continue;
        const slice = buffer.tryAllocate(size, alignment, label);
        if (slice) return slice;
      }
      return undefined;
    };
    return from(isLarge) ?? this.#allocateAnew(size, alignment, label, isLarge) ?? from(!isLarge);
  }

  /** In a new buffer, if there may be one. */
  #allocateAnew(size: number, alignment: number, label: string, isLarge: boolean) {
    const bytes = isLarge ? roundUp(size, this.unit) : this.#bufferSize;
    if (bytes < size || this.#buffers.length >= this.maxBuffers) return undefined;
    const buffer = this.#addBuffer(bytes, isLarge);
    let slice: GpuSlice | undefined;
    try {
      slice = buffer.tryAllocate(size, alignment, label);
    } finally {
      if (!slice) this.#remove(buffer);
    }
    return slice;
  }

  /**
   * Write data into a slice by `queue.writeBuffer`: work that is submitted already still sees what was there
   * before, commands that are recorded but not submitted see the new data.
   *
   * @param data its length must be a multiple of 4, unless it ends where the slice ends.
   * @param offset where in the slice, in bytes: a multiple of 4.
   * @throws {GpuPoolError} `ERR_DATA_TOO_LONG`, `ERR_FOREIGN_SLICE`, `ERR_NOT_ALLOCATED` when the slice was freed,
   *   `ERR_BUFFER_NOT_CREATED`, `ERR_DEVICE_LOST`, `ERR_MOVES_NOT_SUBMITTED`
   * @throws {AllocatorRangeError} `ERR_NOT_ALIGNED`
   * @throws {ArgumentTypeError} `ERR_NOT_AN_ARRAY`, `ERR_NOT_A_NUMBER`
   */
  write(slice: GpuSlice, data: ArrayBufferView | ArrayBufferLike, offset = 0): void {
    this.#requireDevice("write");
    const state = this.#requireSlice("write", slice);
    const { buffer, byteOffset, byteLength } = readData(slice.size, offset, data);
    this.#requireSubmitted("write");
    const at = state.offset + offset;
    this.device.queue.writeBuffer(state.home.created.buffer, at, buffer, byteOffset, byteLength);
  }

  /**
   * Free a slice. What is submitted already still sees its contents; for commands that are recorded and not yet
   * submitted, {@link freeAfterSubmit} is right. O(log n).
   *
   * @throws {GpuPoolError} `ERR_DOUBLE_FREE`, `ERR_FOREIGN_SLICE`, `ERR_BUFFER_NOT_CREATED`
   */
  free(slice: GpuSlice): void {
    const state = this.#requireSlice("free", slice);
    state.home.free(state.offset);
    state.end = FREED;
  }

  /**
   * Free a slice, but keep its bytes untouched until {@link submitted} is called: for slices that recorded, not yet
   * submitted commands name. The slice is no longer live from now on. Errors as {@link free}.
   */
  freeAfterSubmit(slice: GpuSlice): void {
    this.#requireSlice("freeAfterSubmit", slice).end = FREED;
    this.#pendingFrees.push(slice);
  }

  /** Say that everything recorded so far has been submitted: moves in an encoder, commands that name freed slices. */
  submitted(): void {
    this.#requireOpen();
    this.#areMovesPending = false;
    for (const slice of this.#pendingFrees.splice(0)) {
      const { home, offset } = stateOf(slice);
      home.free(offset);
    }
    for (const buffer of this.#retired.splice(0)) buffer.destroy();
  }

  /**
   * Move slices together on the GPU, within each buffer, so that free memory becomes one block, as far as alignments
   * allow. Slices point to their new places when it returns: record commands that use them afterwards.
   *
   * Under a budget, call it again, for instance once a frame, with anything in between, until it is `done`. A call with
   * a budget works on one buffer. Buffers that the device has not yet confirmed (see {@link ready}) are left out.
   * O(log n) for each move.
   *
   * @throws {GpuPoolError} `ERR_MOVES_NOT_SUBMITTED`, `ERR_DEVICE_LOST`, `ERR_FOREIGN_SLICE` and `ERR_NOT_ALLOCATED`
   *   for pinned slices, `ERR_BUFFER_NOT_CREATED` when there was no memory for the scratch buffer (the next call tries
   *   again)
   * @throws {AllocatorRangeError} `ERR_BUDGET_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_BAD_OPTIONS`, `ERR_NOT_A_NUMBER`
   * @example
   * ```ts
   * function frame() {
   *   pool.defragment({ maxBytes: 1 << 20 }); // before the frame's commands are recorded
   *   draw();
   *   requestAnimationFrame(frame);
   * }
   * ```
   */
  defragment(options: GpuDefragmentOptions = {}): GpuDefragmentation {
    this.#requireDevice("defragment");
    checkOptions("options", options);
    const { maxBytes = Infinity, pinned = [], encoder } = options;
    if (maxBytes !== Infinity) checkPositive("maxBytes", maxBytes, "budget");
    const isEncoder = !encoder || typeof encoder.copyBufferToBuffer === "function";
    checkOption(isEncoder, "encoder", "a GPUCommandEncoder", encoder);
    checkOption(typeof pinned?.[Symbol.iterator] === "function", "pinned", "iterable", pinned);
    const pins = new Set(pinned);
    for (const slice of pins) this.#requireSlice("defragment", slice);
    for (const slice of this.#pendingFrees) pins.add(slice);
    this.#requireSubmitted("defragment");

    const isThere = ({ state }: Created) => state === true;
    const homes = this.#hasScratch() ? this.#buffers.filter(({ created }) => isThere(created)) : [];
    let own: GPUCommandEncoder | undefined;
    const result = defragmentBuffers(homes, this.#scratch.buffer, pins, maxBytes, () => {
      own ??= encoder ?? this.device.createCommandEncoder();
      return own;
    });
    if (own && !encoder) this.device.queue.submit([own.finish()]);
    this.#areMovesPending = own !== undefined && own === encoder;
    return result;
  }

  /**
   * Replace the buffer of a pool with `maxBuffers: 1` by a larger one, with one copy; all slices follow. The change
   * happens when the device has confirmed the new buffer, just before the promise resolves: commands that were
   * recorded earlier and name the old buffer must be submitted by then. An empty pool after {@link trim} only
   * remembers the size.
   *
   * @param bytes the new size: more than `bufferSize`, at most the device's `maxBufferSize`. Rounded up to the unit.
   * @returns a promise that rejects with the errors below; then nothing has changed.
   * @throws {GpuPoolError} `ERR_NOT_SINGLE_BUFFER`, `ERR_DEVICE_LIMIT`, `ERR_DEVICE_LOST`, `ERR_MOVES_NOT_SUBMITTED`,
   *   `ERR_BUFFER_NOT_CREATED` when the device has no memory for it
   * @throws {AllocatorRangeError} `ERR_CAPACITY_OUT_OF_RANGE`, `ERR_CAPACITY_NOT_POSITIVE`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_A_NUMBER`
   */
  async grow(bytes: number): Promise<void> {
    this.#requireDevice("grow");
    checkPositive("bufferSize", bytes, "capacity");
    const { device, maxBuffers } = this;
    if (maxBuffers !== 1)
      throw new GpuPoolError(
        "ERR_NOT_SINGLE_BUFFER",
        `grow: needs maxBuffers: 1; this pool adds buffers, up to ${maxBuffers}`,
        { maxBuffers },
      );
    const size = roundUp(bytes, this.unit);
    if (size <= this.#bufferSize)
      throw new AllocatorRangeError(
        "ERR_CAPACITY_OUT_OF_RANGE",
        `grow: the new size must be more than ${this.#bufferSize}, got ${bytes}`,
        "bufferSize",
        bytes,
      );
    checkBufferSize(device, size);
    this.#requireSubmitted("grow");
    const [home] = this.#buffers;
    if (home) {
      const created = this.#create("", size);
      const state = await created.settled;
      try {
        this.#requireDevice("grow");
        this.#requireSubmitted("grow");
        if (state !== true) throw state;
        if (size <= this.#bufferSize || home !== this.#buffers[0]) {
          created.buffer.destroy(); // Another grow, or a trim, came first.
          return size > this.#bufferSize ? this.grow(size) : undefined;
        }
        const old = home.created.buffer;
        home.replace(created);
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(old, 0, created.buffer, 0, old.size);
        device.queue.submit([encoder.finish()]);
        this.#retired.push(old);
        if (this.#pendingFrees.length === 0) this.submitted();
      } catch (error) {
        created.buffer.destroy();
        throw error;
      }
    }
    this.#bufferSize = size;
  }

  /**
   * Destroy the buffers that are empty.
   *
   * @returns how many bytes they had.
   * @throws {GpuPoolError} `ERR_MOVES_NOT_SUBMITTED`
   */
  trim(): number {
    this.#requireOpen();
    this.#requireSubmitted("trim");
    let bytes = 0;
    for (const home of this.#buffers) {
      if (home.slices.size > 0) continue;
      bytes += home.created.buffer.size;
      this.#remove(home);
    }
    return bytes;
  }

  /** The live slices, by buffer and offset, lazily. */
  *blocks(): IterableIterator<GpuSlice> {
    this.#requireOpen();
    for (const home of this.#buffers) yield* home.liveSlices();
  }

  /** Figures of the pool and of each buffer, in bytes. O(buffers). */
  getStats(): GpuPoolStats {
    this.#requireOpen();
    return poolStats(this.#buffers, this.#settings.scratchSize);
  }

  /** A report for people: for each buffer what is live by label, the largest slices, and how free memory is cut up. O(n). */
  report(): string {
    this.#requireOpen();
    return describePool(this.label, this.#buffers, true);
  }

  /** What `JSON.stringify` writes: the figures of {@link getStats}. */
  toJSON(): GpuPoolStats {
    return this.getStats();
  }

  /** Destroy all buffers and end all slices. Doing so again does nothing. */
  destroy(): void {
    this.#isDestroyed = true;
    for (const buffer of this.#buffers) this.#remove(buffer);
    for (const buffer of [...this.#retired.splice(0), this.#scratch.buffer]) buffer.destroy();
  }

  /** Same as {@link destroy}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  #create(label: string, size: number): Created {
    return createBuffer(this.device, this.label + label, size, this.usage);
  }

  #addBuffer(size: number, isDedicated: boolean): PoolBuffer {
    const created = this.#create("", size);
    try {
      const home = new PoolBuffer(this, created, this.#settings, isDedicated);
      this.#buffers.push(home);
      created.settled.then((state) => {
        if (state !== true) this.#remove(home, state);
      });
      return home;
    } catch (error) {
      created.buffer.destroy();
      throw error;
    }
  }

  #remove(buffer: PoolBuffer, why: string | GpuPoolError = "lost its pool"): void {
    this.#buffers = this.#buffers.filter((other) => other !== buffer);
    buffer.close(why);
  }

  #createScratch(): Created {
    return this.#create(" scratch", this.#settings.scratchSize);
  }

  /** Whether the scratch buffer is known to exist. */
  #hasScratch(): boolean {
    const { state } = this.#scratch;
    if (typeof state === "object") {
      this.#scratch = this.#createScratch();
      throw state;
    }
    return state === true;
  }

  #requireOpen(): void {
    if (this.#isDestroyed) throw new DisposedError();
  }

  #requireDevice(method: string): void {
    this.#requireOpen();
    const { info } = this.#loss;
    if (info)
      throw new GpuPoolError(
        "ERR_DEVICE_LOST",
        `${method}: the device is lost (${info.reason}: ${info.message}); make a new one, and a new pool`,
        { reason: info.reason },
      );
  }

  #requireSubmitted(method: string): void {
    if (this.#areMovesPending)
      throw new GpuPoolError(
        "ERR_MOVES_NOT_SUBMITTED",
        `${method}: moves are recorded in an encoder; submit it, then call submitted()`,
      );
  }

  /** The state of a live slice of this pool. */
  #requireSlice(method: string, slice: GpuSlice): SliceState {
    this.#requireOpen();
    if (slice instanceof GpuSlice && stateOf(slice).home.owner === this)
      return requireLive(method, slice);
    throw new GpuPoolError("ERR_FOREIGN_SLICE", `${method}: not a slice of this pool`);
  }

  static {
    // Not every runtime has these symbols.
    Object.assign(GpuBufferPool.prototype, {
      [Symbol.for("nodejs.util.inspect.custom")](this: GpuBufferPool) {
        return this.#isDestroyed
          ? "GpuBufferPool (destroyed)"
          : describePool(this.label, this.#buffers, false);
      },
      [Symbol.dispose ?? Symbol.for("Symbol.dispose")](this: GpuBufferPool) {
        this.destroy();
      },
    });
  }
}

const FREED = "was freed before";
