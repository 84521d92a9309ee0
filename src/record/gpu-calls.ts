// What calls to a GpuBufferPool do, in the words of a journal. Its slices have no addresses: the buffers of the pool are
// laid out one after another, and an address is the start of the buffer in that row plus the offset. Sizes are what
// slices occupy: multiples of the pool's unit.
//
//   |  buffer 0  | buffer 1 | dedicated |      the place of a buffer that was trimmed goes to the next that fits in it
//
// A pool of one buffer keeps it at 0, also when it grows.

import type { RecordedCalls } from "./calls.js";
import type { Journal } from "./journal.js";
import type { NewBlock } from "./live-blocks.js";

interface Buffer {
  readonly size: number;
}

interface Slice {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly size: number;
  readonly label: string;
  readonly alignment: number;
  readonly live: boolean;
}

interface Pool {
  readonly unit: number;
  readonly maxBuffers: number;
  readonly bufferSize: number;
  blocks(): Iterable<Slice>;
  getStats(): { readonly capacity: number };
}

interface SliceOptions {
  readonly alignment?: number;
  readonly label?: string;
}

/** Where the slices of one pool are, as far as they are recorded. */
class Places {
  readonly #starts = new Map<Buffer, number>();
  readonly #slices = new Map<Slice, { readonly buffer: Buffer; readonly address: number }>();
  #capacity: number;
  /** Freed, but kept until `submitted()`. */
  pending: Slice[] = [];

  constructor(readonly pool: Pool) {
    this.#capacity = pool.getStats().capacity;
  }

  *opening(): Generator<NewBlock> {
    for (const slice of this.pool.blocks()) {
      const { alignment, label } = slice;
      const [address, size] = [this.#put(slice), this.#occupied(slice.size)];
      yield { address, size, alignment, label, site: "", time: 0 };
    }
  }

  add(journal: Journal, slice: Slice): void {
    if (this.pool.maxBuffers > 1 && !this.#starts.has(slice.buffer)) this.#sweep(journal);
    const address = this.#put(slice);
    this.capacity(journal, address - slice.offset + slice.buffer.size);
    journal.allocate(this.#occupied(slice.size), address, slice.alignment, slice.label);
  }

  move(journal: Journal, slice: Slice): void {
    const from = this.#slices.get(slice);
    if (from) journal.move(from.address, this.#put(slice));
  }

  free(journal: Journal, slice: Slice): void {
    const place = this.#slices.get(slice);
    if (place) journal.free(place.address);
    this.#slices.delete(slice);
  }

  /** Only buffers with slices are left. */
  trim(): void {
    const left = new Set([...this.#slices.values()].map(({ buffer }) => buffer));
    for (const buffer of this.#starts.keys()) if (!left.has(buffer)) this.#starts.delete(buffer);
  }

  capacity(journal: Journal, atLeast: number): void {
    if (atLeast <= this.#capacity) return;
    this.#capacity = atLeast;
    journal.capacity(atLeast);
  }

  #occupied(size: number): number {
    return Math.ceil(size / this.pool.unit) * this.pool.unit;
  }

  #put(slice: Slice): number {
    const { buffer, offset } = slice;
    const address = this.#startOf(buffer) + offset;
    this.#slices.set(slice, { buffer, address });
    return address;
  }

  /** Where a buffer begins: a new one in the lowest gap between the others that it fits into. */
  #startOf(buffer: Buffer): number {
    if (this.pool.maxBuffers === 1) return 0;
    const known = this.#starts.get(buffer);
    if (known !== undefined) return known;
    let start = 0;
    for (const [other, at] of [...this.#starts].sort(([, a], [, b]) => a - b)) {
      if (at - start >= buffer.size) break;
      start = at + other.size;
    }
    this.#starts.set(buffer, start);
    return start;
  }

  /** Slices whose buffer the device could not make have ended without a call. */
  #sweep(journal: Journal): void {
    const pending = new Set(this.pending);
    for (const slice of this.#slices.keys())
      if (!slice.live && !pending.has(slice)) this.free(journal, slice);
  }
}

const placesOf = new WeakMap<Pool, Places>();

const allocated = (
  journal: Journal,
  slice: Slice | undefined,
  pool: Pool,
  size: number,
  { alignment = 1, label = "" }: SliceOptions = {},
) => {
  if (slice) placesOf.get(pool)?.add(journal, slice);
  else journal.refuse(size, alignment, label);
};

/** `GpuBufferPool`: slices of buffers. */
export const gpuPoolCalls: RecordedCalls<Pool> = {
  needs: ["allocate", "free", "freeAfterSubmit", "submitted"],
  opening(pool) {
    const places = new Places(pool);
    placesOf.set(pool, places);
    return {
      name: "GpuBufferPool",
      policy: "",
      capacity: pool.getStats().capacity,
      granularity: pool.unit,
      blocks: places.opening(),
    };
  },
  methods: {
    allocate: allocated,
    tryAllocate: allocated,
    free: (journal, _, pool, slice) => placesOf.get(pool)?.free(journal, slice),
    freeAfterSubmit: (_, __, pool, slice) => placesOf.get(pool)?.pending.push(slice),
    submitted(journal, _, pool) {
      const places = placesOf.get(pool);
      for (const slice of places?.pending.splice(0) ?? []) places?.free(journal, slice);
    },
    defragment(journal, { moved }: { moved: readonly Slice[] }, pool) {
      for (const slice of moved) placesOf.get(pool)?.move(journal, slice);
    },
    grow(journal, growing: Promise<void>, pool) {
      const grown = () => {
        if (journal.active) placesOf.get(pool)?.capacity(journal, pool.bufferSize);
      };
      growing.then(grown, () => {}); // the caller is told by the same promise
    },
    trim: (_, __, pool) => placesOf.get(pool)?.trim(),
    destroy: (journal) => journal.end(),
  },
};
