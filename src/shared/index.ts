// suballoc/shared: the public names.

export type { Block } from "../block.js";
export {
  AllocatorRangeError,
  ArgumentTypeError,
  CoreLoadError,
  CorruptionError,
  DisposedError,
  type ErrorCode,
  NotAllocatedError,
  NotFreeError,
  OutOfMemoryError,
  WrongBlockError,
} from "../errors.js";
export type { Policy } from "../policy.js";
export {
  IsolationError,
  LockTimeoutError,
  MetadataLimitError,
  SharedHandleError,
  SharedUnsupportedError,
  UndoLogError,
} from "./errors.js";
export type {
  AttachOptions,
  SharedAllocatorHandle,
  SharedAllocatorOptions,
  SharedBlockOptions,
} from "./options.js";
export {
  type Recovery,
  SharedAllocator,
  type SharedBlock,
  type SharedStats,
} from "./shared-allocator.js";
export type { EndingWorker } from "./watch.js";
