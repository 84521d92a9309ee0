// What calls to an allocator do, in the words of a journal: one table for each kind of allocator. A table names the
// methods that change something; every other method is passed through.

import type { BlockOptions } from "../index.js";
import type { Journal, Opening } from "./journal.js";
import type { NewBlock } from "./live-blocks.js";

/** A result or an argument: whatever the method has. */
// biome-ignore lint/suspicious/noExplicitAny: each writer knows the method it is for
export type Given = any;

/** Writes down one call that has been made: its result (`undefined` if it found no room) and its arguments. */
export type CallWriter<T> = (
  journal: Journal,
  result: Given,
  target: T,
  a: Given,
  b: Given,
  c: Given,
  d: Given,
) => void;

/** How the calls of one kind of allocator are written down. */
export interface RecordedCalls<T> {
  /** Whether this is an allocator of that kind: it has these methods. */
  readonly needs: readonly string[];
  /** What the allocator is when the recording begins. */
  opening(target: T): Opening;
  /** By method name. */
  readonly methods: Readonly<Record<string, CallWriter<T>>>;
}

interface Common {
  readonly policy?: string;
  readonly capacity: number;
  readonly granularity?: number;
}

interface Range {
  readonly start: number;
  readonly size: number;
}

interface Untracked extends Common {
  freeBlocks(): Iterable<Range>;
}

interface Tracked extends Common {
  blocks(): Iterable<Range & { readonly label: string; readonly alignment?: number }>;
  sizeOf(address: number): number;
}

interface MallocFamily {
  blocks?(): Iterable<Range & { readonly pointer: number | undefined }>;
}

const commonOf = (name: string, { policy = "", capacity, granularity = 1 }: Common) => ({
  name,
  policy,
  capacity,
  granularity,
});

const opened = (address: number, size: number, label = "", alignment = 1): NewBlock => ({
  address,
  size,
  alignment,
  label,
  site: "",
  time: 0,
});

const capacityMethods: RecordedCalls<Common>["methods"] = {
  grow: (journal, _, target) => journal.capacity(target.capacity),
  shrink: (journal, _, target) => journal.capacity(target.capacity),
  shrinkToFit: (journal, _, target) => journal.capacity(target.capacity),
  reset: (journal) => journal.reset(),
  dispose: (journal) => journal.end(),
};

/** `MemoryAllocator`: ranges, named by address and size. */
export const untrackedCalls: RecordedCalls<Untracked> = {
  needs: ["allocate", "free", "freeBlocks", "reserve"],
  opening: (target) => ({ ...commonOf("MemoryAllocator", target), blocks: gaps(target) }),
  methods: {
    ...capacityMethods,
    allocate: (journal, address, _, size, alignment = 1) =>
      place(journal, address, size, alignment),
    tryAllocate: (journal, address, _, size, alignment = 1) =>
      place(journal, address, size, alignment),
    allocateMany: (journal, addresses: ArrayLike<number> | undefined, _, sizes) => {
      const { length } = addresses ?? [];
      for (let i = 0; i < length; i++) place(journal, addresses?.[i], sizes[i], 1);
    },
    reserve: (journal, _, __, address, size) => journal.reserve(size, address, 1, ""),
    free: (journal, _, __, address, size) => journal.freeRange(address, size),
    freeMany: (journal, _, __, addresses, sizes) => {
      for (let i = 0; i < addresses.length; i++) journal.freeRange(addresses[i], sizes[i]);
    },
    resize: (journal, after, _, address, oldSize, size, alignment = 1) => {
      if (after === undefined) journal.refuse(size, alignment, "");
      else journal.resize(address, oldSize, size, after, alignment === 1 ? undefined : alignment);
    },
    tryExtend: (journal, extended, _, address, oldSize, size) => {
      if (extended) journal.resize(address, oldSize, size, address);
    },
  },
};

/** `TrackedAllocator`: blocks, named by address. */
export const trackedCalls: RecordedCalls<Tracked> = {
  needs: ["allocate", "free", "blocks", "sizeOf"],
  opening: (target) => ({ ...commonOf("TrackedAllocator", target), blocks: liveBlocks(target) }),
  methods: {
    ...capacityMethods,
    allocate: (journal, address, _, size, options) => placeBlock(journal, address, size, options),
    tryAllocate: (journal, address, _, size, options) =>
      placeBlock(journal, address, size, options),
    reserve: (journal, _, __, address, size, options) =>
      journal.reserve(size, address, alignmentOf(options) ?? 1, labelOf(options) ?? ""),
    free: (journal, _, __, address) => journal.free(address),
    resize: (journal, after, _, address, size, options) => {
      const [alignment, label] = [alignmentOf(options), labelOf(options)];
      if (after === undefined) journal.refuse(size, alignment ?? 1, label ?? "");
      else journal.resize(address, 0, size, after, alignment, label);
    },
    tryExtend: (journal, extended, _, address, size) => {
      if (extended) journal.resize(address, 0, size, address);
    },
    setLabel: (journal, _, __, address, label) => journal.relabel(address, label),
    defragment: (journal, { moves }: { moves: readonly { from: number; to: number }[] }) => {
      for (const { from, to } of moves) journal.move(from, to);
    },
  },
};

/** `Heap`, and whatever else has the malloc family: pointers, and sizes in bytes. */
export const mallocCalls: RecordedCalls<MallocFamily> = {
  needs: ["malloc", "free"],
  opening: (target) => ({
    ...commonOf("Heap", { capacity: 0 }),
    blocks: heapBlocks(target),
  }),
  methods: {
    malloc: (journal, pointer, _, size) => placePointer(journal, pointer, size),
    tryMalloc: (journal, pointer, _, size) => placePointer(journal, pointer, size),
    calloc: (journal, pointer, _, count, size) => placePointer(journal, pointer, count * size),
    alignedAlloc: (journal, pointer, _, alignment, size) =>
      placePointer(journal, pointer, size, alignment),
    array: (journal, view: ArrayBufferView | undefined, _, type, length) =>
      placePointer(journal, view?.byteOffset, type.BYTES_PER_ELEMENT * length),
    realloc: (journal, pointer, _, old, size) => {
      if (old === 0) placePointer(journal, pointer, size);
      else if (pointer === undefined) journal.refuse(size, 1, "");
      else if (pointer === 0) journal.free(old);
      else journal.resize(old, 0, Math.max(1, size), pointer);
    },
    free: (journal, _, __, pointer) => {
      if (pointer !== 0) journal.free(pointer);
    },
    reset: (journal) => journal.reset(),
    dispose: (journal) => journal.end(),
  },
};

function place(
  journal: Journal,
  address: number | undefined,
  size: number,
  alignment: number,
): void {
  if (address === undefined) journal.refuse(size, alignment, "");
  else journal.allocate(size, address, alignment, "");
}

type Options = number | BlockOptions | undefined;

function placeBlock(
  journal: Journal,
  address: number | undefined,
  size: number,
  options: Options,
): void {
  const [alignment, label] = [alignmentOf(options) ?? 1, labelOf(options) ?? ""];
  if (address === undefined) journal.refuse(size, alignment, label);
  else journal.allocate(size, address, alignment, label);
}

/** A block of 0 bytes has an address too, and takes room. */
function placePointer(
  journal: Journal,
  pointer: number | undefined,
  size: number,
  alignment = 1,
): void {
  if (pointer === undefined || pointer === 0) journal.refuse(size, alignment, "");
  else journal.allocate(Math.max(1, size), pointer, alignment, "");
}

const alignmentOf = (options: Options) =>
  typeof options === "number" ? options : options?.alignment;
const labelOf = (options: Options) => (typeof options === "object" ? options.label : undefined);

/** All that is allocated, where nobody knows the single blocks: what lies between free blocks. */
function* gaps(target: Untracked): Generator<NewBlock> {
  let from = 0;
  for (const { start, size } of target.freeBlocks()) {
    if (start > from) yield opened(from, start - from);
    from = start + size;
  }
  if (from < target.capacity) yield opened(from, target.capacity - from);
}

function* liveBlocks(target: Tracked): Generator<NewBlock> {
  for (const { start, size, label, alignment } of target.blocks()) {
    yield opened(start, size, label, alignment);
  }
}

/** A heap lists its free blocks, too. How much was asked for is not known: rounding and red zones count. */
function* heapBlocks(target: MallocFamily): Generator<NewBlock> {
  for (const { start, size, pointer } of target.blocks?.() ?? []) {
    if (pointer !== undefined) yield opened(pointer, start + size - pointer);
  }
}
