// Errors of the heap besides those of the package: pointers that name no live block, and overwritten bytes.

import { AllocatorRangeError, type ErrorCode } from "../errors.js";

/** A stretch of the heap's memory. */
export interface HeapRange {
  /** Address of its first byte. */
  readonly start: number;
  /** Its bytes. */
  readonly size: number;
}

/** Codes of a {@link HeapPointerError}. */
export type PointerErrorCode = Extract<
  ErrorCode,
  "ERR_DOUBLE_FREE" | "ERR_INSIDE_BLOCK" | "ERR_NOT_ALLOCATED"
>;

/** Of assembly/heap/status.ts. */
enum Status {
  INSIDE_BLOCK = -8,
  DOUBLE_FREE = -9,
}

/** Code for the status with which a core refuses a pointer. */
export const pointerErrorCode = (status: number): PointerErrorCode =>
  status === Status.DOUBLE_FREE
    ? "ERR_DOUBLE_FREE"
    : status === Status.INSIDE_BLOCK
      ? "ERR_INSIDE_BLOCK"
      : "ERR_NOT_ALLOCATED";

/** A range in words, for the note of an error. */
export const rangeNote = ({ start, size }: HeapRange) => `: [${start}, ${start + size})`;

const REASONS: Readonly<Record<PointerErrorCode, string>> = {
  ERR_DOUBLE_FREE: "a double free",
  ERR_INSIDE_BLOCK: "it lies inside a block",
  ERR_NOT_ALLOCATED: "this heap never handed it out",
};

/**
 * A pointer that names no live block: `ERR_INSIDE_BLOCK` when it lies inside one, `ERR_DOUBLE_FREE` when it was handed out
 * and freed since, `ERR_NOT_ALLOCATED` when it was never handed out.
 */
export class HeapPointerError extends AllocatorRangeError {
  /** Name of the class. */
  override readonly name = "HeapPointerError";
  /** For the library itself. */
  constructor(
    code: PointerErrorCode,
    method: string,
    /** What was given. */
    readonly pointer: number,
    /** The free or live memory that the pointer lies in, when it lies in any. */
    readonly block?: HeapRange,
    note = "",
  ) {
    super(code, `${method}(${pointer}): ${REASONS[code]}${note}`, "pointer", pointer);
  }
}

/** Bytes that the owner of a block must not write were overwritten; found by a heap in debug mode. */
export class OverwrittenError extends Error {
  /** Name of the class. */
  override readonly name = "OverwrittenError";
  /** For the library itself. */
  constructor(
    /** `ERR_OVERWRITTEN` for bytes beside a live block, `ERR_USE_AFTER_FREE` for bytes of a freed one. */
    readonly code: "ERR_OVERWRITTEN" | "ERR_USE_AFTER_FREE",
    message: string,
    /** Pointer to the block. */
    readonly pointer: number,
    /** Bytes asked for. */
    readonly size: number,
    /** Where it was allocated: lines of a stack trace. */
    readonly site: string,
    /** The first overwritten byte, counted from the pointer; negative before the block. */
    readonly offset: number,
    /** What was written there: up to 16 bytes. */
    readonly bytes: Uint8Array,
  ) {
    super(message);
  }
}

/** A method that exists only in debug mode, or only without it. */
export class HeapModeError extends Error {
  /** Name of the class. */
  override readonly name = "HeapModeError";
  /** For the library itself. */
  constructor(
    /** `ERR_NOT_DEBUG`: needs debug mode; `ERR_DEBUG`: cannot be had in debug mode. */
    readonly code: "ERR_NOT_DEBUG" | "ERR_DEBUG",
    method: string,
  ) {
    super(
      code === "ERR_NOT_DEBUG"
        ? `${method}() needs debug mode: new Heap({ debug: true })`
        : `${method}() cannot be had in debug mode`,
    );
  }
}
