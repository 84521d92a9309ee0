// suballoc/webgpu: slices of real GPU buffers. The public names.

export { GpuOutOfMemoryError, GpuPoolError, type GpuPoolErrorCode } from "./errors.js";
export type {
  GpuBufferPoolOptions,
  GpuDefragmentation,
  GpuDefragmentOptions,
  GpuSliceOptions,
} from "./options.js";
export { GpuBufferPool } from "./pool.js";
export type { GpuBufferStats, GpuPoolStats } from "./report.js";
export type { GpuSlice } from "./slice.js";
