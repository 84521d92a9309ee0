// Options of a pool, of its slices and of defragmentation, and what that returns.

import type { TREE_POLICIES } from "../narrow-engines.js";
import type { GpuSlice } from "./slice.js";

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
  policy?: (typeof TREE_POLICIES)[number];
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
