// suballoc: the public names.

export { MemoryAllocator } from "./allocator.js";
export { Allocator, type AllocatorOptions, type AllocatorStats } from "./base.js";
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
  NotFreeError,
  OutOfMemoryError,
  SnapshotError,
} from "./errors.js";
export { POLICIES, type Policy } from "./policy.js";
