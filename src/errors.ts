// Errors: every way a call can be refused. Each has a `code` that never changes and, as fields, the
// numbers that matter. After any of them the allocator is exactly what it was before the call.

import type { Block } from "./block.js";

/** The range `[start, start + size)` in words. */
export const showRange = (start: number, size: number) => `[${start}, ${start + size})`;
/** A call that is refused, in words; `size` if it was given. */
const showCall = (method: string, address: number, size?: number) =>
  `${method}(${address}${size === undefined ? "" : `, ${size}`})`;

/** Every `code` that an error of this library can have. */
export type ErrorCode =
  | "ERR_NOT_A_NUMBER"
  | "ERR_NOT_AN_INTEGER"
  | "ERR_SIZE_NOT_POSITIVE"
  | "ERR_CAPACITY_NOT_POSITIVE"
  | "ERR_UNKNOWN_POLICY"
  | "ERR_BAD_OPTIONS"
  | "ERR_BUDGET_NOT_POSITIVE"
  | "ERR_NOT_A_STRING"
  | "ERR_NOT_ALIGNED"
  | "ERR_NOT_A_BUDDY_BLOCK"
  | "ERR_INSIDE_BLOCK"
  | "ERR_WRONG_SIZE"
  | "ERR_OUT_OF_BOUNDS"
  | "ERR_ALIGNMENT_NOT_POSITIVE"
  | "ERR_GRANULARITY_NOT_POSITIVE"
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
  | "ERR_CORE_LOAD"
  | "ERR_ALIGNMENT_NOT_POWER_OF_TWO"
  | "ERR_NOT_A_MEMORY"
  | "ERR_NOT_A_HEAP"
  | "ERR_DEBUG"
  | "ERR_NOT_DEBUG"
  | "ERR_OVERWRITTEN"
  | "ERR_USE_AFTER_FREE"
  | "ERR_LOCKED"
  | "ERR_LOG_FULL"
  | "ERR_NOT_ISOLATED"
  | "ERR_NOT_SHARED"
  | "ERR_SHARED_VERSION"
  | "ERR_NOT_ANNOUNCED"
  | "ERR_UNSUPPORTED";

/** An argument has the wrong type. */
export class ArgumentTypeError extends TypeError {
  /** Name of the class. */
  override readonly name = "ArgumentTypeError";
  /** For the library itself. */
  constructor(
    /** Stable, for programs. */
    readonly code: ErrorCode,
    message: string,
    /** Name of the parameter. */
    readonly argument: string,
    /** What was given. */
    readonly value: unknown,
  ) {
    super(message);
  }
}

/** An argument has the right type, but not a value that the call can take. */
export class AllocatorRangeError extends RangeError {
  /** Name of the class. */
  override readonly name: string = "AllocatorRangeError";
  /** For the library itself. */
  constructor(
    /** Stable, for programs. */
    readonly code: ErrorCode,
    message: string,
    /** Name of the parameter. */
    readonly argument: string,
    /** What was given. */
    readonly value: unknown,
  ) {
    super(message);
  }
}

/** The range given to `free` or `resize` is not, or not wholly, allocated; of a tracked allocator, the address is free. */
export class NotAllocatedError extends AllocatorRangeError {
  /** Name of the class. */
  override readonly name = "NotAllocatedError";
  /** Size of the range; 1 when a block was named by its address alone. */
  readonly size: number;
  /** For the library itself. */
  constructor(
    method: string,
    /** Start of the range. */
    readonly address: number,
    size: number | undefined,
    /** The first free block that overlaps the range. */
    readonly freeBlock: Block,
  ) {
    const length = size ?? 1;
    const { start, size: freeSize } = freeBlock;
    const isWhollyFree = start <= address && start + freeSize >= address + length;
    const isDoubleFree = isWhollyFree && (size !== undefined || method === "free");
    super(
      isDoubleFree ? "ERR_DOUBLE_FREE" : "ERR_NOT_ALLOCATED",
      `${showCall(method, address, size)}: not allocated: ${showRange(start, freeSize)} is free` +
        (isDoubleFree ? " (double free?)" : ""),
      "address",
      address,
    );
    this.size = length;
  }
}

/** What was given to a tracked allocator as a block is only a part of one, or not of its size. */
export class WrongBlockError extends AllocatorRangeError {
  /** Name of the class. */
  override readonly name = "WrongBlockError";
  /** For the library itself. */
  constructor(
    method: string,
    /** Start of the range. */
    readonly address: number,
    /** Size given, if that is what is wrong. */
    readonly size: number | undefined,
    /** The live block there is at this address. */
    readonly block: Block,
  ) {
    const isInside = size === undefined;
    const reason = isInside
      ? `it lies inside the block ${showRange(block.start, block.size)}`
      : `the size of the block is ${block.size}`;
    super(
      isInside ? "ERR_INSIDE_BLOCK" : "ERR_WRONG_SIZE",
      `${showCall(method, address, size)}: ${reason}`,
      isInside ? "address" : "size",
      size ?? address,
    );
  }
}

/** The range that was to be taken, or cut off, is not free. */
export class NotFreeError extends AllocatorRangeError {
  /** Name of the class. */
  override readonly name = "NotFreeError";
  /** For the library itself. */
  constructor(
    code: "ERR_NOT_FREE" | "ERR_TAIL_IN_USE",
    /** Start of the range. */
    readonly address: number,
    /** Its size. */
    readonly size: number,
    /** The first allocated range within it, as far as it lies within it. */
    readonly blocking: Block,
  ) {
    const isTail = code === "ERR_TAIL_IN_USE";
    super(
      code,
      `${isTail ? "the tail is in use" : "not free"}: within ${showRange(address, size)}, ` +
        `${showRange(blocking.start, blocking.size)} is allocated`,
      isTail ? "capacity" : "address",
      address,
    );
  }
}

/** No free block can hold the request. */
export class OutOfMemoryError extends Error {
  /** Name of the class. */
  override readonly name = "OutOfMemoryError";
  /** Stable, for programs. */
  readonly code = "ERR_OUT_OF_MEMORY";
  /** For the library itself. */
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
  /** Name of the class. */
  override readonly name = "NodeStorageError";
  /** Stable, for programs. */
  readonly code = "ERR_NODE_STORAGE";
  /** For the library itself. */
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
  /** Name of the class. */
  override readonly name = "DisposedError";
  /** Stable, for programs. */
  readonly code = "ERR_DISPOSED";
  /** For the library itself. */
  constructor() {
    super("this allocator has been disposed of; make a new one");
  }
}

/** `validate` found damage. */
export class CorruptionError extends Error {
  /** Name of the class. */
  override readonly name = "CorruptionError";
  /** Stable, for programs. */
  readonly code = "ERR_CORRUPT";
  /** For the library itself. */
  constructor(
    what: string,
    /** Address (or count) at which the damage was found. */
    readonly at: number,
  ) {
    super(`the allocator is corrupt: ${what} (at ${at})`);
  }
}

/** Bytes given to `restore` are not a snapshot that it can take. */
export class SnapshotError extends Error {
  /** Name of the class. */
  override readonly name = "SnapshotError";
  /** For the library itself. */
  constructor(
    /** Stable, for programs. */
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A WebAssembly core could not be loaded. */
export class CoreLoadError extends Error {
  /** Name of the class. */
  override readonly name = "CoreLoadError";
  /** Stable, for programs. */
  readonly code = "ERR_CORE_LOAD";
  /** For the library itself. */
  constructor(cause: unknown, hint = "") {
    super(`the WebAssembly core could not be loaded${hint} (${cause})`, { cause });
  }
}
