/// <reference lib="esnext.disposable" preserve="true" />

// GpuBufferPool: slices of real GPU buffers that are allocated, written, freed, and moved together on the GPU.

import {
  checkLimit,
  checkOption,
  checkOptions,
  checkPositive,
  checkString,
  rejectCapacity,
} from "../check.js";
import { DisposedError } from "../errors.js";
import type { TREE_POLICIES } from "../narrow-engines.js";
import { addSymbols } from "../symbols.js";
import { recordMoves } from "./copies.js";
import { readData } from "./data.js";
import { type Created, createBuffer, roundUp, Usage, unitOf } from "./device.js";
import { GpuOutOfMemoryError, GpuPoolError } from "./errors.js";
import type {
  GpuBufferPoolOptions,
  GpuDefragmentation,
  GpuDefragmentOptions,
  GpuSliceOptions,
} from "./options.js";
import { PoolBuffer } from "./pool-buffer.js";
import { type GpuPoolStats, poolStats } from "./report.js";
import { type End, GpuSlice, requireLive, type SliceState, stateOf } from "./slice.js";

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
  /** Which free block of a buffer a slice is taken from. */
  readonly policy: (typeof TREE_POLICIES)[number];
  readonly #loss: { info?: GPUDeviceLostInfo } = {};
  /** Bytes of the next buffer; `grow` changes it. */
  readonly bufferSize: number;
  #buffers: PoolBuffer[] = [];
  #scratch: Created;
  #areMovesPending = false;
  /** Freed as soon as recorded commands are submitted. */
  readonly #pendingFrees: SliceState[] = [];
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
    addSymbols(GpuBufferPool.prototype, "destroy");
    checkOption(typeof device?.createBuffer === "function", "device", "a GPUDevice", device);
    checkOptions("options", options, [
      "usage",
      "bufferSize",
      "maxBuffers",
      "scratchSize",
      "policy",
      "label",
    ]);
    const { usage, bufferSize, maxBuffers = Infinity, policy = "first-fit", label = "" } = options;
    checkPositive("bufferSize", bufferSize, "capacity");
    const { scratchSize = Math.min(1 << 20, bufferSize) } = options;
    checkPositive("scratchSize", scratchSize, "capacity");
    checkLimit("maxBuffers", maxBuffers, "capacity");
    checkString("label", label);
    const isFlags = typeof usage === "number" && usage > 0 && usage === (usage | 0);
    checkOption(isFlags, "usage", "GPUBufferUsage flags", usage);
    this.device = device;
    this.usage = usage | Usage.COPY_SRC_AND_DST;
    this.label = label;
    this.unit = unitOf(usage, device.limits);
    this.maxBuffers = maxBuffers;
    this.policy = policy;
    this.bufferSize = this.#roundUp(bufferSize);
    const loss = this.#loss; // not the pool, which the device would keep alive
    device.lost.then((info) => {
      loss.info = info;
    });
    const first = new PoolBuffer(this, this.bufferSize);
    this.#scratch = createBuffer(this, this.#roundUp(scratchSize));
    this.#add(first);
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
    return Promise.all(all.map(({ settled }) => settled)).then((states) => !states.some(Boolean));
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
    throw new GpuOutOfMemoryError(size, options.alignment, this.getStats());
  }

  /** Like {@link allocate}, but returns `undefined` when no buffer has room and none may be added. */
  tryAllocate(size: number, options: GpuSliceOptions = {}): GpuSlice | undefined {
    this.#requireDevice("allocate", "");
    checkOptions("options", options, ["alignment", "label"]);
    const { alignment = 1, label = "" } = options; // checked by the first buffer that is asked
    checkPositive("size", size);
    const bytes = this.#roundUp(size);
    const { bufferSize, maxBuffers } = this;
    const isLarge = maxBuffers > 1 && size > bufferSize / 2;
    for (const isDedicated of [isLarge, !isLarge]) {
      for (const home of this.#buffers) {
        const slice =
          (home.capacity !== bufferSize) === isDedicated &&
          home.allocateSlice(size, alignment, label);
        if (slice) return slice;
      }
      if (this.#buffers.length < maxBuffers && (isLarge || size <= bufferSize)) {
        const home = new PoolBuffer(this, isLarge ? bytes : bufferSize);
        const slice = home.allocateSlice(size, alignment, label);
        this.#add(home); // nothing has happened if an error comes before
        return slice;
      }
    }
    return undefined;
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
    const { home, offset: start } = this.#requireSlice("write", slice);
    const bytes = readData(slice.size, offset, data);
    this.device.queue.writeBuffer(home.created.buffer, start + offset, bytes);
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
    const state = this.#requireSlice("freeAfterSubmit", slice);
    state.end = FREED;
    this.#pendingFrees.push(state);
  }

  /** Say that everything recorded so far has been submitted: moves in an encoder, commands that name freed slices. */
  submitted(): void {
    this.#requireOpen();
    this.#areMovesPending = false;
    for (const { home, offset } of this.#pendingFrees.splice(0)) home.free(offset);
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
    checkOptions("options", options, ["maxBytes", "pinned", "encoder"]);
    const { maxBytes = Infinity, pinned = [], encoder } = options;
    checkLimit("maxBytes", maxBytes, "budget");
    const isEncoder = !encoder || typeof encoder.copyBufferToBuffer === "function";
    checkOption(isEncoder, "encoder", "a GPUCommandEncoder", encoder);
    checkOption(typeof pinned?.[Symbol.iterator] === "function", "pinned", "iterable", pinned);
    const pins = new Set(this.#pendingFrees);
    for (const slice of pinned) pins.add(this.#requireSlice("defragment", slice));
    const { buffer: scratch, state } = this.#scratch;
    if (state) {
      this.#scratch = createBuffer(this, scratch.size);
      throw state;
    }
    const moved: GpuSlice[] = [];
    let movedBytes = 0;
    let copies = 0;
    let done = true;
    let used = encoder;
    for (const home of this.#buffers) {
      if (state !== null || home.created.state !== null) continue; // not yet confirmed
      // Under a budget one buffer is enough: what is left of it may be less than the next move.
      if (movedBytes > 0 && maxBytes < Infinity) done = false;
      if (!done) break;
      try {
        const plan = home.moveSlices(maxBytes, pins, moved);
        done = plan.done;
        if (plan.movedBytes === 0) continue;
        movedBytes += plan.movedBytes;
        used ??= this.device.createCommandEncoder();
        copies += recordMoves(used, home.created.buffer, scratch, plan.moves);
      } catch (error) {
        if (movedBytes === 0) throw error;
        done = false; // What has moved in other buffers must be submitted.
      }
    }
    if (encoder) this.#areMovesPending = copies > 0;
    else if (used) this.device.queue.submit([used.finish()]);
    return { moved, movedBytes, copies, done };
  }

  /**
   * Replace the buffer of a pool with `maxBuffers: 1` by a larger one, with one copy; all slices follow. The change
   * happens when the device has confirmed the new buffer, just before the promise resolves: commands that were
   * recorded earlier and name the old buffer must be submitted by then. An empty pool after {@link trim} only
   * learns that there is room for a buffer of that size.
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
    checkPositive("capacity", bytes);
    const { maxBuffers } = this;
    if (maxBuffers !== 1)
      throw new GpuPoolError(
        "ERR_NOT_SINGLE_BUFFER",
        `grow: needs maxBuffers: 1, not ${maxBuffers}`,
        { maxBuffers },
      );
    const size = this.#roundUp(bytes);
    if (size <= this.bufferSize) rejectCapacity(`more than ${this.bufferSize}`, bytes);
    const created = createBuffer(this, size);
    let unused = created.buffer;
    try {
      const state = await created.settled;
      this.#requireDevice("grow");
      if (state) throw state;
      if (size <= this.bufferSize) return; // another grow came first
      for (const home of this.#buffers) {
        home.grow(size);
        unused = home.created.buffer;
        home.created = created;
        const encoder = this.device.createCommandEncoder();
        encoder.copyBufferToBuffer(unused, 0, created.buffer, 0, unused.size);
        this.device.queue.submit([encoder.finish()]);
      }
      (this as { bufferSize: number }).bufferSize = size;
    } finally {
      unused.destroy();
    }
  }

  /**
   * Destroy the buffers that are empty.
   *
   * @returns how many bytes they had.
   * @throws {GpuPoolError} `ERR_MOVES_NOT_SUBMITTED`
   */
  trim(): number {
    this.#requireOpen("trim");
    let bytes = 0;
    for (const home of this.#buffers) {
      if (home.slices.size === 0) {
        bytes += home.capacity;
        this.#remove(home);
      }
    }
    return bytes;
  }

  /** The live slices, by buffer and offset, lazily. */
  *blocks(): IterableIterator<GpuSlice> {
    this.#requireOpen();
    for (const home of this.#buffers)
      for (const { start } of home.blocks()) {
        const slice = home.slices.get(start) as GpuSlice;
        if (slice.live) yield slice;
      }
  }

  /** Figures of the pool and of each buffer, in bytes. O(buffers). */
  getStats(): GpuPoolStats {
    this.#requireOpen();
    return poolStats(this.#buffers, this.#scratch.buffer.size);
  }

  /** A report for people: for each buffer what is live by label, the largest slices, and how free memory is cut up. O(n). */
  report(): string {
    return this.#describe("report");
  }

  /** What `JSON.stringify` writes: the figures of {@link getStats}. */
  toJSON(): GpuPoolStats {
    return this.getStats();
  }

  /** Destroy all buffers and end all slices. Doing so again does nothing. */
  destroy(): void {
    this.#isDestroyed = true;
    for (const buffer of this.#buffers) this.#remove(buffer);
    this.#scratch.buffer.destroy();
  }

  /** Same as {@link destroy}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @internal What `console.log` prints in Node: figures, and a map of each buffer. */
  inspect(): string {
    if (this.#isDestroyed) return "GpuBufferPool (destroyed)";
    return this.#describe("inspect");
  }

  /** A line for the pool, then a text for each buffer. */
  #describe(text: "report" | "inspect"): string {
    const { capacity, freeMemory, liveBlockCount, buffers } = this.getStats();
    return [
      `GpuBufferPool "${this.label}" ${capacity - freeMemory} of ${capacity} allocated, ` +
        `slices: ${liveBlockCount}, buffers: ${buffers.length}`,
      ...this.#buffers.map((home) => home[text]()),
    ].join("\n\n");
  }

  /** A size in whole units. Throws if no buffer can be so large. */
  #roundUp(bytes: number): number {
    const size = roundUp(bytes, this.unit);
    const { maxBufferSize } = this.device.limits;
    if (size <= maxBufferSize) return size;
    throw new GpuPoolError(
      "ERR_DEVICE_LIMIT",
      `a buffer of ${size} bytes needs requiredLimits: { maxBufferSize: ${size} }, not ${maxBufferSize}`,
      { requested: size, allowed: maxBufferSize },
    );
  }

  /** Create its buffer, and use it. */
  #add(home: PoolBuffer): void {
    home.created = createBuffer(this, home.capacity);
    this.#buffers.push(home);
    home.created.settled.then((state) => {
      if (state) this.#remove(home, state);
    });
  }

  #remove(home: PoolBuffer, why = FREED): void {
    this.#buffers = this.#buffers.filter((other) => other !== home);
    home.close(why);
  }

  /** The pool is in use; and if `method` is given, which they would spoil, no moves wait for their submit. */
  #requireOpen(method?: string): void {
    if (this.#isDestroyed) throw new DisposedError();
    if (method && this.#areMovesPending)
      throw new GpuPoolError(
        "ERR_MOVES_NOT_SUBMITTED",
        `${method}: submit the moves, then call submitted()`,
      );
  }

  /** The same, and the device is there. */
  #requireDevice(method: string, spoiled = method): void {
    this.#requireOpen(spoiled);
    const info = this.lost;
    if (info)
      throw new GpuPoolError(
        "ERR_DEVICE_LOST",
        `${method}: the device is lost (${info.reason}: ${info.message})`,
        { reason: info.reason },
      );
  }

  /** The state of a live slice of this pool. */
  #requireSlice(method: string, slice: GpuSlice): SliceState {
    this.#requireOpen();
    if (slice instanceof GpuSlice && stateOf(slice).home.pool === this)
      return requireLive(method, slice);
    throw new GpuPoolError("ERR_FOREIGN_SLICE", `${method}: not a slice of this pool`);
  }
}

const FREED: End = { message: "it was freed, or its pool destroyed" };
