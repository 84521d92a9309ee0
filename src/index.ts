// suballoc: the public names.

export { MemoryAllocator } from "./allocator.js";
export {
  Allocator,
  type AllocatorOptions,
  type AllocatorStats,
  type AllocatorSummary,
} from "./base.js";
export type { Block } from "./block.js";
export { type CoreSource, init } from "./core.js";
export type { Defragmentation, DefragmentOptions, Move } from "./defragment.js";
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
  WrongBlockError,
} from "./errors.js";
export { POLICIES, type Policy } from "./policy.js";
export type { LabelSummary, SizeSummary, TrackedReport } from "./report.js";
export {
  type BlockOptions,
  type LiveBlock,
  TrackedAllocator,
  type TrackedStats,
} from "./tracked.js";
