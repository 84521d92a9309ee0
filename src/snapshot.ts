// Snapshots: bytes through the core's scratch memory. Their format is the core's (assembly/snapshot.ts); all
// that is known of it here is where it keeps the note, and whether it is of a tracked allocator.

import { type Handle, Status } from "./abi.js";
import { abi, answer, loadCore } from "./base.js";
import { ArgumentTypeError, SnapshotError } from "./errors.js";

const CRC_BYTES = 4;
const FLAGS_AT = 7;
const NOTE_LENGTH_AT = 36;

function scratch(bytes: number): Uint8Array<ArrayBuffer> {
  const start = answer(abi.scratch(bytes));
  return new Uint8Array(abi.memory.buffer as ArrayBuffer, start, bytes);
}

/** The snapshot of an allocator, with a note of the caller's in it. */
export function writeSnapshot(handle: Handle, note = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const length = answer(abi.snapshot(handle, note.length));
  scratch(length).set(note, length - CRC_BYTES - note.length);
  abi.sealSnapshot(length);
  return scratch(length).slice();
}

const REFUSALS = {
  [Status.NOT_A_SNAPSHOT]: ["ERR_NOT_A_SNAPSHOT", "the bytes are not a snapshot of an allocator"],
  [Status.SNAPSHOT_VERSION]: [
    "ERR_SNAPSHOT_VERSION",
    "the snapshot is of a version that this release cannot read; use a later release",
  ],
  [Status.SNAPSHOT_DAMAGED]: [
    "ERR_SNAPSHOT_DAMAGED",
    "the snapshot is damaged: bytes are missing, or not what was written",
  ],
} as const;

/** Handle of a new allocator in the state of a snapshot. */
export function readSnapshot(bytes: Uint8Array, isTracked: boolean): Handle {
  if (!(bytes instanceof Uint8Array))
    throw new ArgumentTypeError(
      "ERR_NOT_A_SNAPSHOT",
      "a snapshot must be a Uint8Array",
      "bytes",
      bytes,
    );
  loadCore();
  scratch(bytes.length).set(bytes);
  const handle = answer(abi.restore(bytes.length));
  if (handle < 0) {
    const [code, message] = REFUSALS[handle as keyof typeof REFUSALS];
    throw new SnapshotError(code, message);
  }
  if (((bytes[FLAGS_AT] as number) & 1) === Number(isTracked)) return handle;
  abi.destroy(handle);
  const [is, not] = isTracked
    ? ["MemoryAllocator", "TrackedAllocator"]
    : ["TrackedAllocator", "MemoryAllocator"];
  throw new SnapshotError("ERR_SNAPSHOT_KIND", `the snapshot is of a ${is}, not of a ${not}`);
}

/** The note in a snapshot that `readSnapshot` has accepted. */
export function noteOf(bytes: Uint8Array): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(NOTE_LENGTH_AT, true);
  return bytes.subarray(bytes.length - CRC_BYTES - length, bytes.length - CRC_BYTES);
}
