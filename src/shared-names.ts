// The public names that suballoc and suballoc/narrow have in common, except the two classes and `init`.

export {
  Allocator,
  type AllocatorOptions,
  type AllocatorStats,
  type AllocatorSummary,
} from "./allocator.js";
export type { Block } from "./block.js";
export type { BlockOptions } from "./block-options.js";
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
export type { CoreSource, CoreSources } from "./load.js";
export type { Policy, TrackedPolicy } from "./policy.js";
export type { LabelSummary, SizeSummary, TrackedReport } from "./report.js";
export type { LiveBlock, TrackedStats } from "./tracked-stats.js";
