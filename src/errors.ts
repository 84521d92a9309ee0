// Errors: every way a call can be refused. Each has a `code` that never changes and, as fields, the
// numbers that matter. After any of them the allocator is exactly what it was before the call.

import type { Block } from "./block.js";

export type ErrorCode =
  | "ERR_NOT_A_NUMBER"
  | "ERR_NOT_AN_INTEGER"
  | "ERR_SIZE_NOT_POSITIVE"
  | "ERR_CAPACITY_NOT_POSITIVE"
  | "ERR_UNKNOWN_POLICY"
  | "ERR_BAD_OPTIONS"
  | "ERR_OUT_OF_BOUNDS"
  | "ERR_ALIGNMENT_NOT_POSITIVE"
  | "ERR_CAPACITY_OUT_OF_RANGE"
  | "ERR_NOT_AN_ARRAY"
  | "ERR_LENGTHS_DIFFER"
  | "ERR_NOT_FREE"
  | "ERR_TAIL_IN_USE"
  | "ERR_NOT_A_SNAPSHOT"
  | "ERR_SNAPSHOT_VERSION"
  | "ERR_SNAPSHOT_DAMAGED"
  | "ERR_SNAPSHOT_KIND"
  | "ERR_NOT_ALLOCATED"
  | "ERR_DOUBLE_FREE"
  | "ERR_OUT_OF_MEMORY"
  | "ERR_NODE_STORAGE"
  | "ERR_DISPOSED"
  | "ERR_CORRUPT"
  | "ERR_CORE_LOAD";

/** An argument has the wrong type. */
export class ArgumentTypeError extends TypeError {
  override readonly name = "ArgumentTypeError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Name of the parameter. */
    readonly argument: string,
    readonly value: unknown,
  ) {
    super(message);
  }
}

/** An argument has the right type, but not a value that the call can take. */
export class AllocatorRangeError extends RangeError {
  override readonly name: string = "AllocatorRangeError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Name of the parameter. */
    readonly argument: string,
    readonly value: unknown,
  ) {
    super(message);
  }
}

/** The range given to `free` or `resize` is not, or not wholly, allocated. */
export class NotAllocatedError extends AllocatorRangeError {
  override readonly name = "NotAllocatedError";
  constructor(
    method: string,
    readonly address: number,
    readonly size: number,
    /** The first free block that overlaps the range. */
    readonly freeBlock: Block,
  ) {
    const isWhollyFree =
      freeBlock.start <= address && freeBlock.start + freeBlock.size >= address + size;
    const free = `[${freeBlock.start}, ${freeBlock.start + freeBlock.size})`;
    super(
      isWhollyFree ? "ERR_DOUBLE_FREE" : "ERR_NOT_ALLOCATED",
      `${method}(${address}, ${size}): the range [${address}, ${address + size}) is not allocated: ${
        isWhollyFree ? `it lies in the free block ${free} (double free?)` : `${free} is free`
      }`,
      "address",
      address,
    );
  }
}

/** The range that was to be taken, or cut off, is not free. */
export class NotFreeError extends AllocatorRangeError {
  override readonly name = "NotFreeError";
  constructor(
    code: "ERR_NOT_FREE" | "ERR_TAIL_IN_USE",
    readonly address: number,
    readonly size: number,
    /** The first allocated range within it, as far as it lies within it. */
    readonly blocking: Block,
  ) {
    const range = `[${address}, ${address + size})`;
    const blocked = `[${blocking.start}, ${blocking.start + blocking.size}) is allocated`;
    super(
      code,
      code === "ERR_NOT_FREE"
        ? `not free: ${blocked} within ${range}`
        : `the tail is in use: ${blocked} within ${range}, which would be cut off`,
      code === "ERR_NOT_FREE" ? "address" : "capacity",
      address,
    );
  }
}

/** No free block can hold the request. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
  readonly code = "ERR_OUT_OF_MEMORY";
  constructor(
    /** Size asked for. */
    readonly requested: number,
    /** Size of the largest free block. */
    readonly largest: number,
    /** Sum of all free block sizes. */
    readonly free: number,
    /** Alignment asked for. */
    readonly alignment = 1,
  ) {
    const aligned = alignment === 1 ? "" : ` at a multiple of ${alignment}`;
    super(
      `insufficient contiguous memory: requested ${requested}${aligned}, largest free block ${largest}, free ${free} in all`,
    );
  }
}

/** The core's own node storage cannot grow. */
export class NodeStorageError extends Error {
  override readonly name = "NodeStorageError";
  readonly code = "ERR_NODE_STORAGE";
  constructor(
    /** Bytes of node storage in use by all allocators together. */
    readonly storageBytes: number,
  ) {
    super(
      `the core's node storage cannot grow beyond ${storageBytes} bytes; dispose of allocators no longer needed`,
    );
  }
}

/** The allocator was disposed of. */
export class DisposedError extends Error {
  override readonly name = "DisposedError";
  readonly code = "ERR_DISPOSED";
  constructor() {
    super("this allocator has been disposed of; make a new one");
  }
}

/** `validate` found damage. */
export class CorruptionError extends Error {
  override readonly name = "CorruptionError";
  readonly code = "ERR_CORRUPT";
  constructor(
    what: string,
    /** Address (or count) at which the damage was found. */
    readonly at: number,
  ) {
    super(`the allocator's structure is damaged: ${what} (at ${at})`);
  }
}

/** Bytes given to `restore` are not a snapshot that it can take. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The WebAssembly core could not be loaded. */
export class CoreLoadError extends Error {
  override readonly name = "CoreLoadError";
  readonly code = "ERR_CORE_LOAD";
  constructor(cause: unknown) {
    super(
      "the WebAssembly core could not be loaded; where synchronous or run-time compilation is refused, " +
        `call \`await init(module)\` with a module made from "suballoc/suballoc.wasm" first (${cause})`,
      { cause },
    );
  }
}
