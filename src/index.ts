// suballoc: the public names.

export { type AllocatorOptions, type AllocatorStats, MemoryAllocator } from "./allocator.js";
export type { Block } from "./block.js";
export { type CoreSource, init } from "./core.js";
export {
  AllocatorRangeError,
  ArgumentTypeError,
  CoreLoadError,
  CorruptionError,
  DisposedError,
  type ErrorCode,
  NodeStorageError,
  NotAllocatedError,
  OutOfMemoryError,
} from "./errors.js";
export { POLICIES, type Policy } from "./policy.js";
