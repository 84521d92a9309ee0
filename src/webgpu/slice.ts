// A slice: a range of one GPUBuffer. The object stays the same for life; a move changes its values.

import { type Created, roundUp } from "./device.js";
import { GpuPoolError, type GpuPoolErrorCode } from "./errors.js";

/** The buffer that a slice lies in, and the pool that this belongs to. */
interface SliceHome {
  readonly pool: object;
  readonly created: Created;
  free(offset: number): void;
}

/** Why a slice is no longer live: in words, and with the code of what is thrown when it is used, if that is special. */
export interface End {
  readonly message: string;
  readonly code?: GpuPoolErrorCode;
}

/** Where a slice is, and whether it still is. */
export interface SliceState {
  readonly home: SliceHome;
  offset: number;
  end?: End;
}

/** What only the pool may read and change. */
export let stateOf: (slice: GpuSlice) => SliceState;

/**
 * A range of a `GPUBuffer`, handed out by {@link GpuBufferPool.allocate}. It is one object for life: when the pool moves
 * the contents, `buffer` and `offset` change, so read them each time commands are recorded.
 */
export class GpuSlice {
  readonly #state: SliceState;

  /** @internal */
  constructor(
    state: SliceState,
    /** Bytes asked for. */
    readonly size: number,
    /** `offset` is always a multiple of it, in bytes. */
    readonly alignment: number,
    /** The empty string if none was given. */
    readonly label: string,
  ) {
    this.#state = state;
  }

  /** Whether it is allocated: false from `free` on, and when its buffer could not be created. */
  get live(): boolean {
    return !this.#state.end;
  }

  /**
   * The buffer that holds it now.
   *
   * @throws {GpuPoolError} `ERR_NOT_ALLOCATED`, `ERR_BUFFER_NOT_CREATED` when it is not live
   */
  get buffer(): GPUBuffer {
    return requireLive("buffer", this).home.created.buffer;
  }

  /** Where it begins in `buffer` now, in bytes. Throws as `buffer`. */
  get offset(): number {
    return requireLive("offset", this).offset;
  }

  /** For `createBindGroup`: buffer, offset, and size as a multiple of 4. Throws as `buffer`. */
  get binding(): {
    /** As `buffer`. */
    buffer: GPUBuffer;
    /** As `offset`. */
    offset: number;
    /** As `size`, rounded up to a multiple of 4. */
    size: number;
  } {
    const { buffer, offset, size } = this;
    return { buffer, offset, size: roundUp(size, 4) };
  }

  static {
    stateOf = (slice) => slice.#state;
  }
}

/** The state of a live slice. */
export function requireLive(method: string, slice: GpuSlice): SliceState {
  const state = stateOf(slice);
  const { end } = state;
  if (!end) return state;
  const { label, size } = slice;
  throw new GpuPoolError(
    end.code ?? (method.startsWith("free") ? "ERR_DOUBLE_FREE" : "ERR_NOT_ALLOCATED"),
    `${method}: the slice "${label}" of ${size} bytes is gone: ${end.message}`,
    { size },
  );
}
