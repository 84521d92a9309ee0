// Errors of shared allocators and heaps besides those of the package.

/** Another attachment held the lock for longer than this one may wait. Nothing was changed. */
export class LockTimeoutError extends Error {
  /** Name of the class. */
  override readonly name = "LockTimeoutError";
  /** Stable, for programs. */
  readonly code = "ERR_LOCKED";
  /** For the library itself. */
  constructor(
    /** Id of the attachment that holds the lock, as far as is known; 0 if it was released meanwhile. */
    readonly owner: number,
    /** Milliseconds waited. */
    readonly waited: number,
  ) {
    super(
      `the lock was not free for ${Math.round(waited)} ms: attachment ${owner} holds it; ` +
        `if its worker has ended, call recover(${owner})`,
    );
  }
}

/** The calls inside one `lock(fn)` changed more than the undo log holds. The last one was taken back. */
export class UndoLogError extends Error {
  /** Name of the class. */
  override readonly name = "UndoLogError";
  /** Stable, for programs. */
  readonly code = "ERR_LOG_FULL";
  /** For the library itself. */
  constructor(cause: unknown) {
    super(
      "the undo log is full, and this call was taken back: make fewer calls inside one lock(fn)",
      {
        cause,
      },
    );
  }
}

/** The page or worker cannot share memory with other workers. */
export class IsolationError extends Error {
  /** Name of the class. */
  override readonly name = "IsolationError";
  /** Stable, for programs. */
  readonly code = "ERR_NOT_ISOLATED";
  /** For the library itself. */
  constructor() {
    super(
      "shared memory needs a cross-origin isolated page: serve it, and the scripts of its workers, with the headers " +
        '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp" (or "credentialless")',
    );
  }
}

/** What was given to `attach` is no handle, or no handle that this release can use. */
export class SharedHandleError extends TypeError {
  /** Name of the class. */
  override readonly name = "SharedHandleError";
  /** For the library itself. */
  constructor(
    /** `ERR_NOT_SHARED`: something else; `ERR_SHARED_VERSION`: made by a release with another layout. */
    readonly code: "ERR_NOT_SHARED" | "ERR_SHARED_VERSION",
    message: string,
  ) {
    super(message);
  }
}

/** The allocator's own records have reached `maxMetadataBytes`. Nothing was changed. */
export class MetadataLimitError extends Error {
  /** Name of the class. */
  override readonly name = "MetadataLimitError";
  /** Stable, for programs. */
  readonly code = "ERR_NODE_STORAGE";
  /** For the library itself. */
  constructor(
    /** Bytes of records in use. */
    readonly metadataBytes: number,
    /** The most that was allowed. */
    readonly maxMetadataBytes: number,
  ) {
    super(
      `the records of the blocks take ${metadataBytes} bytes and may take ${maxMetadataBytes}: free some blocks, ` +
        "or create the allocator with more maxMetadataBytes",
    );
  }
}

/** The platform, or the other side, lacks what a call needs. */
export class SharedUnsupportedError extends Error {
  /** Name of the class. */
  override readonly name = "SharedUnsupportedError";
  /** For the library itself. */
  constructor(
    /** `ERR_UNSUPPORTED`: the platform has no such thing; `ERR_NOT_ANNOUNCED`: the attachment did not call `announce()`. */
    readonly code: "ERR_UNSUPPORTED" | "ERR_NOT_ANNOUNCED",
    message: string,
  ) {
    super(message);
  }
}
