// A file of records by key, of any length, that survives being killed at any moment. A TrackedAllocator says which
// ranges of the file are in use; each block's label is the key of the record in it, so that a snapshot of the
// allocator is at the same time the index of the file. The snapshot is a block of the file like any other.
//
//   0        512      4096
//   | slot 0 | slot 1 | records, and after them the snapshot
//
// A slot says where a snapshot lies, with a generation and a checksum; the newer sound one counts. Nothing that it
// leads to is ever written over. A change is made like this:
//   1. On a copy of the allocator, take ranges for the new snapshot and the new record, or move records. All that is
//      taken there is free at present as well.
//   2. Write the record. On the copy, free the old record and the old snapshot, and write the copy's snapshot.
//   3. Wait until all that is on the disk; then write the other slot, with the next generation, and wait again.
// Killed before the slot is whole, the file is as it was before the change; afterwards, as it is after it. If
// anything fails on the way, the copy is thrown away, and nothing has happened.

import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { type Block, TrackedAllocator } from "suballoc";

const SLOT_BYTES = 512;
const HEADER_BYTES = 4096;
/** Sizes beyond what the file will ever have cost nothing: it is as long as its last block. */
const CAPACITY = 2 ** 40;

const HEADER = "header";
const SNAPSHOT = "snapshot";
const NEW_SNAPSHOT = "new snapshot";
const labelOf = (key: string) => `record ${key}`;
const keyOf = (label: string) => (label.startsWith("record ") ? label.slice(7) : undefined);
const endOf = ({ start, size }: Block) => start + size;

/** Where a snapshot lies, and which it is. */
interface Slot extends Block {
  readonly generation: number;
}

/** Three numbers and a checksum of them. */
function encodeSlot({ generation, start, size }: Slot): Uint8Array {
  const bytes = new Uint8Array(SLOT_BYTES);
  new Float64Array(bytes.buffer, 0, 3).set([generation, start, size]);
  bytes.set(createHash("sha256").update(bytes.subarray(0, 24)).digest(), 24);
  return bytes;
}

function decodeSlot(bytes: Uint8Array): Slot | undefined {
  const [generation = 0, start = 0, size = 0] = new Float64Array(bytes.slice().buffer, 0, 3);
  const slot = { generation, start, size };
  return Buffer.compare(encodeSlot(slot), bytes) === 0 ? slot : undefined;
}

export class RecordFile {
  readonly #file: number;
  #allocator: TrackedAllocator;
  #generation = 0;
  /** Where the record of each key lies. */
  readonly #places = new Map<string, Block>();

  /** Open a file, or begin one. */
  constructor(path: string) {
    closeSync(openSync(path, "a"));
    this.#file = openSync(path, "r+");
    const slots = [0, 1].map((i) => this.#read({ start: i * SLOT_BYTES, size: SLOT_BYTES }));
    const [newest] = slots
      .map(decodeSlot)
      .filter((slot) => slot !== undefined)
      .sort((a, b) => b.generation - a.generation);
    if (newest) {
      this.#allocator = TrackedAllocator.restore(this.#read(newest));
      this.#generation = newest.generation;
    } else {
      // Only one slot is ever being written: two that are neither sound nor blank were damaged otherwise.
      if (slots.every((bytes) => bytes.some((byte) => byte !== 0)))
        throw new Error(`${path} is not a record file, or is damaged`);
      this.#allocator = new TrackedAllocator(CAPACITY);
      this.#allocator.reserve(0, HEADER_BYTES, { label: HEADER });
    }
    this.#findRecords();
  }

  keys(): string[] {
    return [...this.#places.keys()];
  }

  get(key: string): Uint8Array | undefined {
    const place = this.#places.get(key);
    return place && this.#read(place);
  }

  /** Set a record. Once this has returned, it is there whatever happens. */
  set(key: string, bytes: Uint8Array): void {
    if (bytes.length === 0) throw new RangeError("a record must have at least one byte");
    const old = this.#places.get(key);
    this.#change(key, (next) => {
      this.#write(bytes, next.allocate(bytes.length, { label: labelOf(key) }));
      if (old) next.free(old.start);
    });
  }

  /** Delete a record; whether there was one. */
  delete(key: string): boolean {
    const old = this.#places.get(key);
    if (old) this.#change(key, (next) => next.free(old.start));
    return old !== undefined;
  }

  /**
   * Move the records together and cut off the end of the file. One move after another, and none onto its own
   * source: the old place stays as it is until the slot leads to the new one.
   */
  compact(): void {
    while (this.#firstFree() < this.#recordsEnd(this.#allocator)) {
      this.#change("", (next) => {
        const { moves } = next.defragment({ maxMoves: 1, noOverlap: true });
        for (const { from, to, size } of moves) this.#write(this.#read({ start: from, size }), to);
      });
    }
    this.#change("", () => {}); // the snapshot follows the records
    ftruncateSync(this.#file, Math.max(...Array.from(this.#allocator.blocks(), endOf)));
  }

  /** What is where in the file, for people. */
  report(): string {
    return this.#allocator.report();
  }

  close(): void {
    closeSync(this.#file);
    this.#allocator.dispose();
  }

  /** Carry out `change` on a copy of the allocator, and make the copy what counts. */
  #change(key: string, change: (next: TrackedAllocator) => void): void {
    const next = this.#allocator.clone();
    try {
      // A change adds a label and a few blocks at most.
      const room = next.snapshot().length + 6 * key.length + 1024;
      const old = [...next.blocks()].find(({ label }) => label === SNAPSHOT);
      const end = this.#recordsEnd(next);
      const isRoomBefore = old !== undefined && old.start - end >= room;
      const start = isRoomBefore || !old ? end : Math.max(end, endOf(old));
      next.reserve(start, room, { label: NEW_SNAPSHOT });

      change(next);

      // A compaction may have moved both.
      const of = (name: string) => [...next.blocks()].find(({ label }) => label === name)?.start;
      const oldStart = of(SNAPSHOT);
      const newStart = of(NEW_SNAPSHOT) as number;
      if (oldStart !== undefined) next.free(oldStart);
      next.setLabel(newStart, SNAPSHOT);
      const bytes = next.snapshot();
      if (bytes.length > room) throw new Error("the snapshot is longer than expected");
      this.#write(bytes, newStart);
      fdatasyncSync(this.#file);

      const generation = this.#generation + 1;
      const slot = encodeSlot({ generation, start: newStart, size: bytes.length });
      this.#write(slot, (generation % 2) * SLOT_BYTES);
      fdatasyncSync(this.#file);
      this.#generation = generation;
    } catch (error) {
      next.dispose();
      throw error;
    }
    this.#allocator.dispose();
    this.#allocator = next;
    this.#findRecords();
  }

  #findRecords(): void {
    this.#places.clear();
    for (const { start, size, label } of this.#allocator.blocks()) {
      const key = keyOf(label);
      if (key !== undefined) this.#places.set(key, { start, size });
    }
  }

  #firstFree(): number {
    for (const { start } of this.#allocator.freeBlocks()) return start;
    return CAPACITY;
  }

  /** End of the last block that is no snapshot. */
  #recordsEnd(allocator: TrackedAllocator): number {
    let end = HEADER_BYTES;
    for (const block of allocator.blocks()) if (block.label !== SNAPSHOT) end = endOf(block);
    return end;
  }

  #read({ start, size }: Block): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let done = 0; done < size; ) {
      const read = readSync(this.#file, bytes, done, size - done, start + done);
      if (read === 0) break; // beyond the end of the file are zeros
      done += read;
    }
    return bytes;
  }

  #write(bytes: Uint8Array, start: number): void {
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#file, bytes, done, bytes.length - done, start + done);
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const [, , path = "records.dat", key, value] = process.argv;
  const file = new RecordFile(path);
  if (key !== undefined && value !== undefined) file.set(key, new TextEncoder().encode(value));
  for (const name of file.keys()) console.log(name, new TextDecoder().decode(file.get(name)));
  console.log(`\n${file.report()}`);
  file.close();
}
