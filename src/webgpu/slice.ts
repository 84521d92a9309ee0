// A slice: a range of one GPUBuffer. The object stays the same for life; a move changes its values.

import { GpuPoolError } from "./errors.js";
import type { PoolBuffer } from "./pool-buffer.js";

/** Why a slice is no longer live. */
export type End = "freed" | "pool destroyed" | GpuPoolError;

/** Put a slice at an offset of a buffer. */
export let place: (slice: GpuSlice, home: PoolBuffer, offset: number) => void;
/** End a slice's life. Its place stays known to {@link homeOf}. */
export let end: (slice: GpuSlice, why: End) => void;
/** Where the slice is, or was last. */
export let homeOf: (slice: GpuSlice) => PoolBuffer;
/** Its offset there. */
export let offsetOf: (slice: GpuSlice) => number;
/** Why it is no longer live; undefined while it is. */
export let endOf: (slice: GpuSlice) => End | undefined;

/**
 * A range of a `GPUBuffer`, handed out by {@link GpuBufferPool.allocate}. It is one object for life: when the pool moves
 * the contents, `buffer` and `offset` change, so read them each time commands are recorded.
 */
export class GpuSlice {
  #home: PoolBuffer;
  #offset: number;
  #end: End | undefined;

  /** @internal */
  constructor(
    home: PoolBuffer,
    offset: number,
    /** Bytes asked for. */
    readonly size: number,
    /** The empty string if none was given. */
    readonly label: string,
    /** `offset` is always a multiple of it, in bytes. */
    readonly alignment: number,
  ) {
    this.#home = home;
    this.#offset = offset;
  }

  /** Whether it is allocated: false from `free` on, and when its buffer could not be created. */
  get live(): boolean {
    return this.#end === undefined;
  }

  /**
   * The buffer that holds it now.
   *
   * @throws {GpuPoolError} `ERR_NOT_ALLOCATED`, `ERR_BUFFER_NOT_CREATED` when it is not live
   */
  get buffer(): GPUBuffer {
    return requireLive("buffer", this).buffer;
  }

  /** Where it begins in `buffer` now, in bytes. Throws as `buffer`. */
  get offset(): number {
    requireLive("offset", this);
    return this.#offset;
  }

  /** For `createBindGroup`: buffer, offset, and size as a multiple of 4. Throws as `buffer`. */
  get binding(): { buffer: GPUBuffer; offset: number; size: number } {
    return { buffer: this.buffer, offset: this.#offset, size: Math.ceil(this.size / 4) * 4 };
  }

  static {
    place = (slice, home, offset) => {
      slice.#home = home;
      slice.#offset = offset;
    };
    end = (slice, why) => {
      slice.#end = why;
    };
    homeOf = (slice) => slice.#home;
    offsetOf = (slice) => slice.#offset;
    endOf = (slice) => slice.#end;
  }
}

/** The buffer of a live slice. */
export function requireLive(method: string, slice: GpuSlice): PoolBuffer {
  const why = endOf(slice);
  if (why === undefined) return homeOf(slice);
  const what = `${method}: the slice${slice.label && ` ${JSON.stringify(slice.label)}`} of ${slice.size} bytes`;
  if (typeof why === "object")
    throw new GpuPoolError(why.code, `${what} has no buffer: ${why.message}`, why.details);
  const wasFreed = why === "freed";
  throw new GpuPoolError(
    wasFreed && method.startsWith("free") ? "ERR_DOUBLE_FREE" : "ERR_NOT_ALLOCATED",
    wasFreed ? `${what} was freed before` : `${what} belongs to a pool that was destroyed`,
    { size: slice.size },
  );
}
