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
export type { HeapImports } from "../heap/core.js";
export { HeapPointerError } from "../heap/errors.js";
export type { TypedArrayClass } from "../heap/lean-heap.js";
export type { Policy } from "../policy.js";
export {
  IsolationError,
  LockTimeoutError,
  MetadataLimitError,
  SharedHandleError,
  SharedUnsupportedError,
  UndoLogError,
} from "./errors.js";
export type { SharedAllocatorHandle, SharedHeapHandle } from "./handle.js";
export type { SharedHeapStats } from "./heap-blocks.js";
export type { SharedHeapOptions } from "./heap-options.js";
export type {
  AttachOptions,
  SharedAllocatorOptions,
  SharedBlockOptions,
} from "./options.js";
export { SharedAllocator, type SharedStats } from "./shared-allocator.js";
export type { Recovery, SharedAttachment } from "./shared-attachment.js";
export type { SharedBlock } from "./shared-blocks.js";
export { SharedHeap } from "./shared-heap.js";
export type { EndingWorker } from "./watch.js";
