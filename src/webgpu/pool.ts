/// <reference lib="esnext.disposable" preserve="true" />

// GpuBufferPool: slices of real GPU buffers that are allocated, written, freed, and moved together on the GPU.

import { AllocatorRangeError, DisposedError, type Policy } from "../index.js";
import {
  checkObject,
  checkPositive,
  checkString,
  checkWrite,
  readData,
  rejectOption,
} from "./arguments.js";
import { recordMoves } from "./copies.js";
import { checkBufferSize, createBuffer, poolUsage, unitOf, watchLoss } from "./device.js";
import { GpuOutOfMemoryError, GpuPoolError } from "./errors.js";
import { PoolBuffer } from "./pool-buffer.js";
import { bufferStats, type GpuPoolStats, poolStats, writePool } from "./report.js";
import { end, GpuSlice, homeOf, requireLive } from "./slice.js";

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

const MIB = 1 << 20;

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
  readonly #loss: { info?: GPUDeviceLostInfo };
  readonly #scratchSize: number;
  readonly #checks = new Set<Promise<boolean>>();
  #bufferSize: number;
  #buffers: PoolBuffer[] = [];
  #scratch: GPUBuffer | undefined;
  #scratchState: "unknown" | "exists" | GpuPoolError = "unknown";
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
    if (typeof device?.createBuffer !== "function")
      rejectOption("device must be a GPUDevice", "device", device);
    checkObject("options", options);
    const { usage, bufferSize, maxBuffers = Infinity, policy, label = "" } = options;
    checkString("label", label);
    checkPositive("bufferSize", bufferSize, "ERR_CAPACITY_NOT_POSITIVE");
    if (maxBuffers !== Infinity)
      checkPositive("maxBuffers", maxBuffers, "ERR_CAPACITY_NOT_POSITIVE");
    const { scratchSize = Math.min(MIB, bufferSize) } = options;
    checkPositive("scratchSize", scratchSize, "ERR_CAPACITY_NOT_POSITIVE");

    this.device = device;
    this.usage = poolUsage(usage);
    this.label = label;
    this.unit = unitOf(usage, device.limits);
    this.maxBuffers = maxBuffers;
    this.#policy = policy;
    this.#bufferSize = this.#inUnits(bufferSize);
    this.#scratchSize = this.#inUnits(scratchSize);
    checkBufferSize(device, this.#bufferSize);
    checkBufferSize(device, this.#scratchSize);
    this.#loss = watchLoss(device);
    this.#addBuffer(this.#bufferSize, false);
    this.#addScratch();
    addSymbols();
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
    return Promise.all(this.#checks).then((found) => found.every(Boolean));
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
    const { alignment = 1 } = options;
    throw new GpuOutOfMemoryError(size, alignment, this.#buffers.map(bufferStats), this.maxBuffers);
  }

  /** Like {@link allocate}, but returns `undefined` when no buffer has room and none may be added. */
  tryAllocate(size: number, options: GpuSliceOptions = {}): GpuSlice | undefined {
    this.#requireDevice("allocate");
    checkObject("options", options);
    const { alignment = 1, label = "" } = options;
    checkPositive("size", size, "ERR_SIZE_NOT_POSITIVE");
    checkPositive("alignment", alignment, "ERR_ALIGNMENT_NOT_POSITIVE");
    checkString("label", label);
    const bytes = this.#inUnits(size);
    checkBufferSize(this.device, bytes);
    const isLarge = this.maxBuffers > 1 && bytes > this.#bufferSize / 2;

    const from = (dedicated: boolean) => {
      for (const buffer of this.#buffers) {
        const slice =
          buffer.isDedicated === dedicated ? buffer.tryAllocate(size, alignment, label) : undefined;
        if (slice) return slice;
      }
      return undefined;
    };
    return (
      from(isLarge) ?? this.#allocateInNewBuffer(size, alignment, label, isLarge) ?? from(!isLarge)
    );
  }

  #allocateInNewBuffer(size: number, alignment: number, label: string, isLarge: boolean) {
    const bytes = isLarge ? this.#inUnits(size) : this.#bufferSize;
    if (bytes < size || this.#buffers.length >= this.maxBuffers) return undefined;
    const buffer = this.#addBuffer(bytes, isLarge);
    let slice: GpuSlice | undefined;
    try {
      slice = buffer.tryAllocate(size, alignment, label);
    } finally {
      if (!slice) this.#release(buffer);
    }
    return slice;
  }

  /**
   * Write data into a slice by `queue.writeBuffer`: work that is submitted already still sees what was there
   * before, commands that are recorded but not submitted see the new data.
   *
   * @param offset where in the slice, in bytes: a multiple of 4.
   * @param data its length must be a multiple of 4, unless it ends where the slice ends.
   * @throws {GpuPoolError} `ERR_DATA_TOO_LONG`, `ERR_FOREIGN_SLICE`, `ERR_NOT_ALLOCATED` when the slice was freed,
   *   `ERR_BUFFER_NOT_CREATED`, `ERR_DEVICE_LOST`, `ERR_MOVES_NOT_SUBMITTED`
   * @throws {AllocatorRangeError} `ERR_NOT_ALIGNED`, `ERR_OUT_OF_BOUNDS`, `ERR_NOT_AN_INTEGER`
   * @throws {ArgumentTypeError} `ERR_NOT_AN_ARRAY`, `ERR_NOT_A_NUMBER`
   */
  write(slice: GpuSlice, data: ArrayBufferView | ArrayBufferLike, offset = 0): void {
    this.#requireDevice("write");
    this.#requireSlice("write", slice);
    const { bytes, start, length } = readData(data);
    checkWrite(slice.size, offset, length);
    this.#requireSubmitted("write");
    const { queue } = this.device;
    const at = slice.offset + offset;
    const odd = length % 4;
    if (length > odd) queue.writeBuffer(slice.buffer, at, bytes, start, length - odd);
    if (odd === 0) return;
    // The slice occupies whole units, so up to 3 bytes beyond its end are nobody's.
    const tail = new Uint8Array(4);
    tail.set(new Uint8Array(bytes, start + length - odd, odd));
    queue.writeBuffer(slice.buffer, at + length - odd, tail);
  }

  /**
   * Free a slice. What is submitted already still sees its contents; for commands that are recorded and not yet
   * submitted, {@link freeAfterSubmit} is right. O(log n).
   *
   * @throws {GpuPoolError} `ERR_DOUBLE_FREE`, `ERR_FOREIGN_SLICE`, `ERR_BUFFER_NOT_CREATED`
   */
  free(slice: GpuSlice): void {
    this.#requireSlice("free", slice).free(slice);
    end(slice, "freed");
  }

  /**
   * Free a slice, but keep its bytes untouched until {@link submitted} is called: for slices that recorded, not yet
   * submitted commands name. The slice is no longer live from now on. Errors as {@link free}.
   */
  freeAfterSubmit(slice: GpuSlice): void {
    this.#requireSlice("freeAfterSubmit", slice);
    end(slice, "freed");
    this.#pendingFrees.push(slice);
  }

  /** Say that everything recorded so far has been submitted: moves in an encoder, commands that name freed slices. */
  submitted(): void {
    this.#requireNotDestroyed();
    this.#areMovesPending = false;
    for (const slice of this.#pendingFrees.splice(0)) homeOf(slice).free(slice);
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
    checkObject("options", options);
    const { maxBytes = Infinity, pinned = [], encoder } = options;
    if (maxBytes !== Infinity) checkPositive("maxBytes", maxBytes, "ERR_BUDGET_NOT_POSITIVE");
    if (encoder !== undefined && typeof encoder?.copyBufferToBuffer !== "function")
      rejectOption("encoder must be a GPUCommandEncoder", "encoder", encoder);
    if (typeof pinned?.[Symbol.iterator] !== "function")
      rejectOption("pinned must be iterable", "pinned", pinned);
    const pins = [...this.#pendingFrees];
    for (const slice of pinned) {
      this.#requireSlice("defragment", slice);
      pins.push(slice);
    }
    this.#requireSubmitted("defragment");

    const moved: GpuSlice[] = [];
    let movedBytes = 0;
    let copies = 0;
    let isDone = true;
    const scratch = this.#readyScratch();
    if (!scratch) return { moved, movedBytes, copies, done: isDone };
    let recording = encoder;
    for (const home of this.#buffers) {
      if (!home.isConfirmed) continue;
      if (moved.length > 0 && maxBytes !== Infinity) {
        isDone = false; // The rest of the budget may be less than the next move.
        break;
      }
      const here = pins.filter((slice) => homeOf(slice) === home);
      const before = moved.length;
      try {
        const { moves, done } = home.defragment(maxBytes, here, moved);
        isDone &&= done;
        if (moves.length === 0) continue;
        recording ??= this.device.createCommandEncoder({ label: `${this.label} defragment` });
        copies += recordMoves(recording, home.buffer, scratch, moves);
        movedBytes += moves.reduce((sum, move) => sum + move.size, 0);
      } catch (error) {
        if (before === 0) throw error;
        isDone = false; // What other buffers have moved must be submitted.
        break;
      }
    }
    if (moved.length > 0) {
      if (encoder) this.#areMovesPending = true;
      else if (recording) this.device.queue.submit([recording.finish()]);
    }
    return { moved, movedBytes, copies, done: isDone };
  }

  /**
   * Replace the buffer of a pool with `maxBuffers: 1` by a larger one, with one copy; all slices follow. The change
   * happens when the device has confirmed the new buffer, just before the promise resolves: commands that were
   * recorded earlier and name the old buffer must be submitted by then.
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
    checkPositive("bytes", bytes, "ERR_CAPACITY_NOT_POSITIVE");
    if (this.maxBuffers !== 1)
      throw new GpuPoolError(
        "ERR_NOT_SINGLE_BUFFER",
        `grow: only a pool with maxBuffers: 1 has one buffer to replace; this one adds up to ${this.maxBuffers}`,
        { maxBuffers: this.maxBuffers },
      );
    const size = this.#inUnits(bytes);
    if (size <= this.#bufferSize)
      throw new AllocatorRangeError(
        "ERR_CAPACITY_OUT_OF_RANGE",
        `grow: the new size must be more than ${this.#bufferSize} bytes, got ${bytes}`,
        "bytes",
        bytes,
      );
    checkBufferSize(this.device, size);
    this.#requireSubmitted("grow");

    const { buffer, problem } = createBuffer(this.device, this.label, size, this.usage);
    const check = problem.then((found) => !found);
    this.#watch(check);
    try {
      const found = await problem;
      if (found) throw found;
      this.#requireDevice("grow");
      this.#requireSubmitted("grow");
      if (size <= this.#bufferSize) return buffer.destroy(); // overtaken by another call
      const [home] = this.#buffers;
      if (home) {
        const old = home.buffer;
        home.replace(buffer);
        const encoder = this.device.createCommandEncoder({ label: `${this.label} grow` });
        encoder.copyBufferToBuffer(old, 0, buffer, 0, old.size);
        this.device.queue.submit([encoder.finish()]);
        if (this.#pendingFrees.length > 0) this.#retired.push(old);
        else old.destroy();
      } else {
        this.#buffers.push(this.#adopt(buffer, false, true));
      }
      this.#bufferSize = size;
    } catch (error) {
      buffer.destroy();
      throw error;
    }
  }

  /**
   * Destroy the buffers that are empty.
   *
   * @returns how many bytes they had.
   * @throws {GpuPoolError} `ERR_MOVES_NOT_SUBMITTED`
   */
  trim(): number {
    this.#requireNotDestroyed();
    this.#requireSubmitted("trim");
    const empty = this.#buffers.filter((buffer) => buffer.isEmpty);
    const bytes = empty.reduce((sum, buffer) => sum + buffer.size, 0);
    for (const buffer of empty) this.#release(buffer);
    return bytes;
  }

  /** The live slices, by buffer and offset, lazily. */
  *blocks(): IterableIterator<GpuSlice> {
    this.#requireNotDestroyed();
    for (const buffer of this.#buffers) yield* buffer.slices();
  }

  /** Figures of the pool and of each buffer, in bytes. O(buffers). */
  getStats(): GpuPoolStats {
    this.#requireNotDestroyed();
    return poolStats(this.#buffers, this.unit, this.#scratchSize);
  }

  /** A report for people: for each buffer what is live by label, the largest slices, and how free memory is cut up. O(n). */
  report(): string {
    const stats = this.getStats();
    return writePool(
      this.label,
      stats,
      this.#buffers.map((buffer) => `\n${buffer.report()}`),
    );
  }

  /** What `JSON.stringify` writes: the figures of {@link getStats}. */
  toJSON(): GpuPoolStats & { label: string } {
    return { label: this.label, ...this.getStats() };
  }

  /** Destroy all buffers and end all slices. Doing so again does nothing. */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    for (const buffer of this.#buffers.splice(0)) buffer.close("pool destroyed");
    for (const buffer of this.#retired.splice(0)) buffer.destroy();
    this.#scratch?.destroy();
    this.#scratch = undefined;
    this.#pendingFrees = [];
  }

  /** Same as {@link destroy}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @internal What `console.log` prints in Node: a line of figures, and a map of each buffer. */
  inspect(): string {
    if (this.#isDestroyed) return `GpuBufferPool ${JSON.stringify(this.label)} (destroyed)`;
    return writePool(
      this.label,
      this.getStats(),
      this.#buffers.map((buffer) => buffer.inspect()),
    );
  }

  #inUnits(bytes: number): number {
    return Math.ceil(bytes / this.unit) * this.unit;
  }

  #addBuffer(size: number, isDedicated: boolean): PoolBuffer {
    const { buffer, problem } = createBuffer(this.device, this.label, size, this.usage);
    const home = this.#adopt(buffer, isDedicated, false);
    this.#buffers.push(home);
    this.#watch(
      problem.then((found) => {
        home.isConfirmed = true;
        if (found && this.#buffers.includes(home)) this.#release(home, found);
        return !found;
      }),
    );
    return home;
  }

  #adopt(buffer: GPUBuffer, isDedicated: boolean, isConfirmed: boolean): PoolBuffer {
    try {
      const home = new PoolBuffer(
        this,
        buffer,
        this.unit,
        this.#policy ?? "first-fit",
        isDedicated,
      );
      home.isConfirmed = isConfirmed;
      return home;
    } catch (error) {
      buffer.destroy();
      throw error;
    }
  }

  #release(buffer: PoolBuffer, why: GpuPoolError | "pool destroyed" = "pool destroyed"): void {
    this.#buffers = this.#buffers.filter((other) => other !== buffer);
    buffer.close(why);
  }

  #addScratch(): void {
    const usage = poolUsage(0x4);
    const label = `${this.label} scratch`;
    const { buffer, problem } = createBuffer(this.device, label, this.#scratchSize, usage);
    this.#scratch = buffer;
    this.#scratchState = "unknown";
    this.#watch(
      problem.then((found) => {
        this.#scratchState = found ?? "exists";
        return !found;
      }),
    );
  }

  /** The scratch buffer, once it is known to exist. */
  #readyScratch(): GPUBuffer | undefined {
    const state = this.#scratchState;
    if (typeof state === "object") {
      this.#scratch?.destroy();
      this.#addScratch();
      throw state;
    }
    return state === "exists" ? this.#scratch : undefined;
  }

  #watch(check: Promise<boolean>): void {
    this.#checks.add(check);
    check.then(() => this.#checks.delete(check));
  }

  #requireNotDestroyed(): void {
    if (this.#isDestroyed) throw new DisposedError();
  }

  #requireDevice(method: string): void {
    this.#requireNotDestroyed();
    const { info } = this.#loss;
    if (!info) return;
    throw new GpuPoolError(
      "ERR_DEVICE_LOST",
      `${method}: the device is lost (${info.reason}: ${info.message}); make a new device and a new pool`,
      { reason: info.reason },
    );
  }

  #requireSubmitted(method: string): void {
    if (!this.#areMovesPending) return;
    throw new GpuPoolError(
      "ERR_MOVES_NOT_SUBMITTED",
      `${method}: moves were recorded into an encoder; submit it, then call submitted()`,
    );
  }

  /** The buffer of a live slice of this pool. */
  #requireSlice(method: string, slice: GpuSlice): PoolBuffer {
    this.#requireNotDestroyed();
    if (!(slice instanceof GpuSlice))
      throw new GpuPoolError("ERR_FOREIGN_SLICE", `${method}: this is not a slice of any pool`);
    const home = requireLive(method, slice);
    if (home.owner === this) return home;
    throw new GpuPoolError("ERR_FOREIGN_SLICE", `${method}: the slice belongs to another pool`);
  }
}

/** Methods named by symbols, which not every runtime has. Added at first use, so that importing has no side effects. */
function addSymbols(): void {
  const { prototype } = GpuBufferPool;
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  if (inspect in prototype) return;
  const add = (name: symbol, value: (this: GpuBufferPool) => unknown) =>
    Object.defineProperty(prototype, name, { value, configurable: true });
  add(inspect, function () {
    return this.inspect();
  });
  add(Symbol.dispose ?? Symbol.for("Symbol.dispose"), function () {
    this.destroy();
  });
}
