// Errors that only a pool of GPU buffers has. After any of them the pool is exactly what it was before the call.
// Bad arguments are refused with the classes of the main entry.

import { OutOfMemoryError } from "../errors.js";
import type { GpuPoolStats } from "./report.js";

/** Every `code` of a {@link GpuPoolError}. */
export type GpuPoolErrorCode =
  | "ERR_BAD_USAGE"
  | "ERR_BUFFER_NOT_CREATED"
  | "ERR_DATA_TOO_LONG"
  | "ERR_DEVICE_LIMIT"
  | "ERR_DEVICE_LOST"
  | "ERR_DOUBLE_FREE"
  | "ERR_FOREIGN_SLICE"
  | "ERR_MOVES_NOT_SUBMITTED"
  | "ERR_NOT_ALLOCATED"
  | "ERR_NOT_SINGLE_BUFFER";

/** A pool, its device or one of its slices is not in a state, or not of a kind, that the call can work with. */
export class GpuPoolError extends Error {
  /** Name of the class. */
  override readonly name = "GpuPoolError";
  /** For the library itself. */
  constructor(
    /** Stable, for programs. */
    readonly code: GpuPoolErrorCode,
    message: string,
    /** The numbers and names that matter, by code: sizes in bytes, the name of a limit, a reason of the device. */
    readonly details: Readonly<Record<string, number | string>> = {},
  ) {
    super(message);
  }
}

/** No buffer of the pool has room for the request, and none may be added. All numbers are bytes. */
export class GpuOutOfMemoryError extends OutOfMemoryError {
  /** For the library itself. */
  constructor(
    requested: number,
    alignment: number | undefined,
    /** Figures of the pool and of each of its buffers. */
    readonly stats: GpuPoolStats,
  ) {
    super(requested, stats.largestFreeBlock, stats.freeMemory, alignment);
    this.message += `, buffers: ${stats.buffers.length}`;
  }
}
