// A store of records in shared memory: every worker adds, reads and removes records, and any of them may be terminated at any
// moment. The allocator says which bytes are free; slots say which records there are.
//
//   slot     0       4
//            | state | address of the record, in bytes |
//   state    EMPTY → ADDING | worker → LIVE → REMOVING | worker → EMPTY
//   record   0          4           8
//            | length   | checksum  | text …
//
// A slot changes hands by compare-and-exchange of its state, so that only one worker adds or removes there. The tag of a
// block is the number of its slot + 1. So when a worker has died between any two lines of this file, its slots are found
// by their state, and the block of such a slot, if there is one, by its tag; the allocator itself is whole in any case,
// because it undoes the call that the worker was in. What was LIVE stays.

import { SharedAllocator, type SharedAllocatorHandle } from "suballoc/shared";

const EMPTY = 0;
const LIVE = 1;
/** With the worker's id in the bits above. */
const ADDING = 2;
const REMOVING = 3;
const by = (what: number, worker: number) => what | (worker << 2);

const RECORD_HEADER = 8;
const FNV_PRIME = 0x01000193;

function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, FNV_PRIME);
  return sum | 0;
}

/** What a worker needs to open the store: sent with `postMessage`. */
export interface StoreHandle {
  readonly allocator: SharedAllocatorHandle;
  readonly bytes: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
}

export class ObjectStore {
  readonly #allocator: SharedAllocator;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #slots: Int32Array;
  readonly handle: StoreHandle;

  private constructor(handle: StoreHandle, allocator: SharedAllocator) {
    this.handle = handle;
    this.#allocator = allocator;
    this.#bytes = new Uint8Array(handle.bytes);
    this.#words = new Int32Array(handle.bytes);
    this.#slots = new Int32Array(handle.slots);
  }

  /** A store for so many records, in so many bytes. */
  static create(capacity: number, slots: number): ObjectStore {
    const allocator = SharedAllocator.create({ capacity, policy: "best-fit" });
    const handle = {
      allocator: allocator.handle,
      bytes: new SharedArrayBuffer(capacity),
      slots: new SharedArrayBuffer(8 * slots),
    };
    return new ObjectStore(handle, allocator);
  }

  static open(handle: StoreHandle): ObjectStore {
    return new ObjectStore(handle, SharedAllocator.attach(handle.allocator));
  }

  /** The allocator: its id names this worker, and it learns of deaths. */
  get allocator(): SharedAllocator {
    return this.#allocator;
  }

  /** The slot of the new record; `undefined` if there is no slot or no memory for it. */
  add(text: string): number | undefined {
    const me = this.#allocator.id;
    const slot = this.#take(EMPTY, by(ADDING, me));
    if (slot === undefined) return undefined;
    const content = new TextEncoder().encode(text);
    const address = this.#allocator.tryAllocate(RECORD_HEADER + content.length, {
      alignment: 4,
      tag: slot + 1,
    });
    if (address === undefined) {
      Atomics.store(this.#slots, 2 * slot, EMPTY);
      return undefined;
    }
    this.#bytes.set(content, address + RECORD_HEADER);
    this.#words[address / 4] = content.length;
    this.#words[address / 4 + 1] = checksum(content);
    this.#slots[2 * slot + 1] = address;
    Atomics.store(this.#slots, 2 * slot, LIVE);
    return slot;
  }

  /** Removes some record, from a slot at or after `from`: its text; `undefined` if there is none. */
  removeAny(from: number): string | undefined {
    const slot = this.#take(LIVE, by(REMOVING, this.#allocator.id), from);
    if (slot === undefined) return undefined;
    const address = this.#slots[2 * slot + 1] as number;
    const text = this.#read(address);
    this.#allocator.free(address);
    Atomics.store(this.#slots, 2 * slot, EMPTY);
    return text;
  }

  /** Puts right what a worker had begun when it died; its records stay. How many slots that concerned. */
  cleanUp(dead: number): number {
    this.#allocator.recover(dead);
    const unfinished: number[] = [];
    for (let slot = 0; slot < this.#slots.length / 2; slot++) {
      const state = Atomics.load(this.#slots, 2 * slot);
      if (state === by(ADDING, dead) || state === by(REMOVING, dead)) unfinished.push(slot);
    }
    // No other worker touches these slots, nor blocks with their tags.
    const tags = new Set(unfinished.map((slot) => slot + 1));
    if (tags.size > 0)
      for (const { start, tag } of this.#allocator.blocks())
        if (tags.has(tag)) this.#allocator.free(start);
    for (const slot of unfinished) Atomics.store(this.#slots, 2 * slot, EMPTY);
    return unfinished.length;
  }

  /** Checks every record, and that each block belongs to one: the number of records. While no other worker is at work. */
  verify(): number {
    this.#allocator.validate();
    const blocks = new Map([...this.#allocator.blocks()].map(({ start, tag }) => [start, tag]));
    let records = 0;
    for (let slot = 0; slot < this.#slots.length / 2; slot++) {
      const state = this.#slots[2 * slot];
      if (state === EMPTY) continue;
      if (state !== LIVE) throw new Error(`slot ${slot} is in the hands of a worker`);
      const address = this.#slots[2 * slot + 1] as number;
      if (blocks.get(address) !== slot + 1) throw new Error(`slot ${slot} has no block`);
      this.#read(address);
      records++;
    }
    if (records !== blocks.size) throw new Error(`${blocks.size} blocks for ${records} records`);
    return records;
  }

  /** A slot whose state was changed from one to the other, found from `from` on and around. */
  #take(state: number, next: number, from = 0): number | undefined {
    const count = this.#slots.length / 2;
    for (let i = 0; i < count; i++) {
      const slot = (from + i) % count;
      if (
        Atomics.load(this.#slots, 2 * slot) === state &&
        Atomics.compareExchange(this.#slots, 2 * slot, state, next) === state
      )
        return slot;
    }
    return undefined;
  }

  #read(address: number): string {
    const length = this.#words[address / 4] as number;
    const start = address + RECORD_HEADER;
    // A copy: text cannot be decoded from shared memory.
    const content = this.#bytes.slice(start, start + length);
    if (checksum(content) !== this.#words[address / 4 + 1])
      throw new Error(`the record at ${address} is damaged`);
    return new TextDecoder().decode(content);
  }
}
