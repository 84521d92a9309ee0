// What can go wrong with a recording.

/** Every `code` that a {@link RecordingError} can have. */
export type RecordingErrorCode =
  | "ERR_NOT_RECORDABLE"
  | "ERR_NOT_RECORDED"
  | "ERR_RECORDING_STREAMED"
  | "ERR_NOT_A_RECORDING"
  | "ERR_RECORDING_VERSION"
  | "ERR_RECORDING_DAMAGED";

/** An object cannot be recorded, or bytes are not a recording that can be read. */
export class RecordingError extends Error {
  /** Name of the class. */
  override readonly name = "RecordingError";
  /** For the library itself. */
  constructor(
    /** Stable, for programs. */
    readonly code: RecordingErrorCode,
    message: string,
  ) {
    super(message);
  }
}
