// suballoc/heap: the public names.

export {
  AllocatorRangeError,
  ArgumentTypeError,
  CoreLoadError,
  CorruptionError,
  DisposedError,
  type ErrorCode,
  OutOfMemoryError,
  SnapshotError,
} from "../errors.js";
export type { HeapImports } from "./core.js";
export type { DebugOptions, Leak } from "./debug.js";
export {
  HeapModeError,
  HeapPointerError,
  type HeapRange,
  OverwrittenError,
  type PointerErrorCode,
} from "./errors.js";
export { Heap } from "./heap.js";
export {
  type HeapField,
  type HeapInspection,
  type HeapSection,
  type HeapUnit,
  type InspectedBin,
  type InspectedBlock,
  type InspectedStack,
  inspectHeap,
  type UnitState,
} from "./inspect.js";
export { LeanHeap, type TypedArrayClass } from "./lean-heap.js";
export type { HeapLoadOptions, HeapOptions, LeanHeapOptions } from "./options.js";
export type { HeapBlock, HeapBlockState, HeapStats, SizeClassStats } from "./walk.js";
