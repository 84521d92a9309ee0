// suballoc/webgpu: slices of real GPU buffers. The public names.

export { GpuOutOfMemoryError, GpuPoolError, type GpuPoolErrorCode } from "./errors.js";
export {
  GpuBufferPool,
  type GpuBufferPoolOptions,
  type GpuDefragmentation,
  type GpuDefragmentOptions,
  type GpuSliceOptions,
} from "./pool.js";
export type { GpuBufferStats, GpuPoolStats } from "./report.js";
export type { GpuSlice } from "./slice.js";
