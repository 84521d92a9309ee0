// suballoc/record: write down what an allocator does, and read it again.

export type { CallWriter, Given, RecordedCalls } from "./calls.js";
export { RecordingError, type RecordingErrorCode } from "./errors.js";
export type { Journal, JournalOptions, Opening, RecordingSink } from "./journal.js";
export type { NewBlock, RecordedBlock } from "./live-blocks.js";
export {
  isRecording,
  type RecordingInfo,
  RecordingReader,
  type RecordingSummary,
  readRecording,
} from "./read.js";
export { Recording, type RecordOptions, record, recordingOf } from "./record.js";
export type { RecordingVisitor, RefusedRequest } from "./replay-records.js";
