/// <reference lib="esnext.disposable" preserve="true" />

// GpuBufferPool: slices of real GPU buffers that are allocated, written, freed, and moved together on the GPU.

import { checkOptions, checkPositive, checkRange, checkString } from "../check.js";
import { AllocatorRangeError, DisposedError, type Policy } from "../index.js";
import { checkOption, checkWrite, readData } from "./arguments.js";
import { recordMoves } from "./copies.js";
import { COPY_SRC_AND_DST, type Created, checkBufferSize, createBuffer, unitOf } from "./device.js";
import { GpuOutOfMemoryError, GpuPoolError } from "./errors.js";
import { PoolBuffer } from "./pool-buffer.js";
import { type GpuPoolStats, poolStats, writePool } from "./report.js";
import { GpuSlice, requireLive, type SliceState, stateOf } from "./slice.js";

/** Options of {@link GpuBufferPool}. */
export interface GpuBufferPoolOptions {
  /** `GPUBufferUsage` flags. COPY_SRC and COPY_DST are added; MAP_READ and MAP_WRITE are refused. */
  usage: number;
  /** Bytes of each buffer, rounded up to the pool's unit: 1 … the device's `maxBufferSize`. */
  bufferSize: number;
  /** How many buffers there may be at once: 1 … Infinity, which is the default. */
  maxBuffers?: number;
  /** Bytes of the scratch buffer that moves go through; by default 1 MiB, or `bufferSize` if that is less. */
  scratchSize?: number;
  /** Which free block a slice is taken from; `"first-fit"` by default. */
  policy?: Policy;
  /** For reports, and the label of the GPU buffers. */
  label?: string;
}

/** Options of {@link GpuBufferPool.allocate}. */
export interface GpuSliceOptions {
  /**
   * 1 … 2^53 − 1: the offset will be a multiple of it in bytes, and stay one when the slice is moved. Any number, for
   * instance a vertex stride, so that `offset / stride` is a base vertex.
   */
  alignment?: number;
  /** Any text, for reports. */
  label?: string;
}

/** Options of {@link GpuBufferPool.defragment}. */
export interface GpuDefragmentOptions {
  /** At most so many bytes are moved, unless the first slice alone is longer: 1 … 2^53 − 1, by default all. */
  maxBytes?: number;
  /** Slices to be left where they are: those that recorded, not yet submitted commands name. */
  pinned?: Iterable<GpuSlice>;
  /**
   * Record the copies here instead of submitting them at once. Until {@link GpuBufferPool.submitted} is called,
   * the pool refuses what would spoil them. The encoder must be submitted, or the contents of the moved slices are lost.
   */
  encoder?: GPUCommandEncoder;
}

/** What {@link GpuBufferPool.defragment} did. */
export interface GpuDefragmentation {
  /** The slices whose `offset` changed. */
  readonly moved: GpuSlice[];
  /** Sum of their sizes, each rounded up to the pool's unit. */
  readonly movedBytes: number;
  /** How many `copyBufferToBuffer` commands that took. */
  readonly copies: number;
  /** Whether nothing is left that could be moved now. */
  readonly done: boolean;
}

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
  readonly #policy: Policy | undefined;
  readonly #loss: { info?: GPUDeviceLostInfo } = {};
  readonly #scratchSize: number;
  /** One for each buffer that the device has not yet told about. */
  readonly #checks = new Set<Promise<boolean>>();
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
    checkOption(typeof device?.createBuffer === "function", "device", "a GPUDevice", device);
    checkOptions("options", options);
    const { usage, bufferSize, maxBuffers = Infinity, policy, label = "" } = options;
    checkString("label", label);
    checkPositive("bufferSize", bufferSize);
    if (maxBuffers !== Infinity) checkPositive("maxBuffers", maxBuffers);
    const { scratchSize = Math.min(1 << 20, bufferSize) } = options;
    checkPositive("scratchSize", scratchSize);
    checkOption(usage > 0 && usage === (usage | 0), "usage", "GPUBufferUsage flags", usage);

    this.device = device;
    this.usage = usage | COPY_SRC_AND_DST;
    this.label = label;
    this.unit = unitOf(usage, device.limits);
    this.maxBuffers = maxBuffers;
    this.#policy = policy;
    this.#bufferSize = this.#roundUp(bufferSize);
    this.#scratchSize = this.#roundUp(scratchSize);
    checkBufferSize(device, Math.max(this.#bufferSize, this.#scratchSize));
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
   * Whether the buffers under way at this moment really exist: WebGPU tells only afterwards that memory is out. A
   * buffer that does not exist has been taken out of use when the promise resolves to false: its slices are no longer
   * live, and the next `allocate` tries again. It never rejects.
   */
  get ready(): Promise<boolean> {
    return Promise.all(this.#checks).then((all) => all.every(Boolean));
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
    checkBufferSize(this.device, this.#roundUp(size));
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
    const bytes = isLarge ? this.#roundUp(size) : this.#bufferSize;
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
   * @throws {AllocatorRangeError} `ERR_NOT_ALIGNED`, `ERR_OUT_OF_BOUNDS`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_AN_ARRAY`, `ERR_NOT_A_NUMBER`
   */
  write(slice: GpuSlice, data: ArrayBufferView | ArrayBufferLike, offset = 0): void {
    this.#requireDevice("write");
    const state = this.#requireSlice("write", slice);
    const [bytes, start, length] = readData(data);
    checkRange(offset, 1, Infinity);
    checkWrite(slice.size, offset, length);
    this.#requireSubmitted("write");
    const { queue } = this.device;
    const { buffer } = state.home;
    const at = state.offset + offset;
    const odd = length % 4;
    const whole = length - odd;
    if (whole > 0) queue.writeBuffer(buffer, at, bytes, start, whole);
    if (odd === 0) return;
    // The slice occupies whole units, so up to 3 bytes beyond its end are nobody's.
    const tail = new Uint8Array(4);
    tail.set(new Uint8Array(bytes, start + whole, odd));
    queue.writeBuffer(buffer, at + whole, tail);
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
    const hasBudget = maxBytes !== Infinity;
    if (hasBudget) checkPositive("maxBytes", maxBytes);
    checkOption(
      !encoder || typeof encoder.copyBufferToBuffer === "function",
      "encoder",
      "a GPUCommandEncoder",
      encoder,
    );
    checkOption(typeof pinned?.[Symbol.iterator] === "function", "pinned", "iterable", pinned);
    const pins = new Set(pinned);
    for (const slice of pins) this.#requireSlice("defragment", slice);
    for (const slice of this.#pendingFrees) pins.add(slice);
    this.#requireSubmitted("defragment");

    const moved: GpuSlice[] = [];
    let movedBytes = 0;
    let copies = 0;
    let done = true;
    let recording = encoder;
    for (const home of this.#hasScratch() ? this.#buffers : []) {
      if (home.created.state !== true) continue;
      // What is left of a budget may be less than the next move.
      done &&= !(hasBudget && movedBytes > 0);
      if (!done) break;
      try {
        const [moves, isDone] = home.defragment(maxBytes, pins, moved);
        done = isDone;
        if (moves.length === 0) continue;
        recording ??= this.device.createCommandEncoder();
        copies += recordMoves(recording, home.buffer, this.#scratch.buffer, moves);
        for (const { size } of moves) movedBytes += size;
      } catch (error) {
        if (movedBytes === 0) throw error;
        done = false; // What has moved in other buffers must be submitted.
      }
    }
    if (movedBytes > 0) {
      if (encoder) this.#areMovesPending = true;
      else this.device.queue.submit([(recording as GPUCommandEncoder).finish()]);
    }
    return { moved, movedBytes, copies, done };
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
    checkPositive("bufferSize", bytes);
    const { device, maxBuffers } = this;
    if (maxBuffers !== 1)
      throw new GpuPoolError(
        "ERR_NOT_SINGLE_BUFFER",
        `grow: needs maxBuffers: 1; this pool adds buffers, up to ${maxBuffers}`,
        { maxBuffers },
      );
    const size = this.#roundUp(bytes);
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
        const old = home.buffer;
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
    for (const buffer of this.#buffers) {
      if (!buffer.isEmpty) continue;
      bytes += buffer.buffer.size;
      this.#remove(buffer);
    }
    return bytes;
  }

  /** The live slices, by buffer and offset, lazily. */
  *blocks(): IterableIterator<GpuSlice> {
    this.#requireOpen();
    for (const buffer of this.#buffers) yield* buffer.slices();
  }

  /** Figures of the pool and of each buffer, in bytes. O(buffers). */
  getStats(): GpuPoolStats {
    this.#requireOpen();
    return poolStats(this.#buffers, this.#scratchSize);
  }

  /** A report for people: for each buffer what is live by label, the largest slices, and how free memory is cut up. O(n). */
  report(): string {
    return this.#describe(true);
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

  #describe(isReport: boolean): string {
    const texts = this.#buffers.map((buffer) => buffer.describe(isReport));
    return writePool(this.label, this.getStats(), texts);
  }

  #roundUp(bytes: number): number {
    return Math.ceil(bytes / this.unit) * this.unit;
  }

  /** A new buffer, that `ready` waits for. */
  #create(label: string, size: number): Created {
    const created = createBuffer(this.device, this.label + label, size, this.usage);
    const check = created.settled.then((state) => {
      this.#checks.delete(check);
      return state === true;
    });
    this.#checks.add(check);
    return created;
  }

  #addBuffer(size: number, isDedicated: boolean): PoolBuffer {
    const created = this.#create("", size);
    try {
      const home = new PoolBuffer(this, created, this.unit, this.#policy, isDedicated);
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
    return this.#create(" scratch", this.#scratchSize);
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
        return this.#isDestroyed ? "GpuBufferPool (destroyed)" : this.#describe(false);
      },
      [Symbol.dispose ?? Symbol.for("Symbol.dispose")](this: GpuBufferPool) {
        this.destroy();
      },
    });
  }
}

const FREED = "was freed before";
