// The ABI as TypeScript sees it: what every core exports (assembly/entries/), and the numbers below zero that it returns
// (assembly/kernel/status.ts, assembly/kernel/corruption.ts). A test compares the two sides.

/** Where an allocator's record lies in its core's memory; 0 names none. */
export type Handle = number;

export interface Abi extends Partial<BinsAbi> {
  readonly memory: WebAssembly.Memory;

  create(policy: number, capacity: number, tracked: number): number;
  destroy(handle: Handle): number;
  reset(handle: Handle): number;

  allocate(handle: Handle, size: number): number;
  free(handle: Handle, address: number, size: number): number;
  extend(handle: Handle, address: number, oldSize: number, newSize: number): number;

  allocateBlock(handle: Handle, size: number, alignment: number, label: number): number;
  freeBlock(handle: Handle, address: number): number;
  reserveBlock(handle: Handle, address: number, size: number, label: number): number;
  extendBlock(handle: Handle, address: number, newSize: number): number;
  moveBlock(handle: Handle, from: number, to: number): number;
  setLabel(handle: Handle, address: number, label: number): number;
  findBlock(handle: Handle, address: number): number;
  foundSize(): number;
  foundLabel(): number;
  copyLiveBlocks(handle: Handle, address: number, limit: number): number;

  canAllocate(handle: Handle, size: number, alignment: number): number;
  grow(handle: Handle, capacity: number): number;
  shrink(handle: Handle, capacity: number): number;
  ensure(handle: Handle, steps: number): number;
  get(handle: Handle, field: Field): number;
  copyFreeBlocks(handle: Handle, address: number, limit: number): number;
  resultAddress(): number;
  setRover(handle: Handle, address: number): number;
  validate(handle: Handle): number;
  corruptionAt(): number;

  storageBytes(): number;
  limitStorage(bytes: number): void;
}

/**
 * What the core of segregated fit and buddy exports besides. It has no untracked allocators, and lacks `allocate`,
 * `free` and `extend`.
 */
export interface BinsAbi {
  requestedMemory(handle: Handle): number;
  copyOrder(handle: Handle, after: number, limit: number): number;
  loadOrder(handle: Handle, count: number): number;
}

/** Entries that `copyFreeBlocks` and `copyLiveBlocks` pass at once. */
export const BATCH = 128;

// Enums are inlined by the build, and leave no object behind.

/** What `get` returns (assembly/kernel/field.ts). */
export enum Field {
  VERSION = 0,
  FREE_BLOCKS = 1,
  LIVE_BLOCKS = 2,
  CAPACITY = 3,
  FREE_MEMORY = 4,
  ROVER = 5,
  LARGEST = 6,
  HEIGHT = 7,
  METADATA_BYTES = 8,
}

export enum Status {
  OK = 0,
  BAD_ARGUMENT = -1,
  /** @public */
  OUT_OF_BOUNDS = -2,
  /** @public */
  NOT_ALLOCATED = -3,
  OUT_OF_MEMORY = -4,
  NODE_STORAGE = -5,
  DISPOSED = -6,
  NOT_FREE = -7,
  INSIDE_BLOCK = -8,
  /** @public */
  NOT_ALIGNED = -9,
}

/** What is wrong, in words, by `FIRST_CORRUPTION` minus the code that `validate` returns. */
export const CORRUPTIONS = [
  "links",
  "block size",
  "block out of bounds",
  "order of blocks",
  "count",
  "sum of sizes",
  "node fill",
  "separator",
  "greatest size",
  "unused lane",
  "size index",
  "tiling by live and free blocks",
  "table of free blocks",
] as const;
export const FIRST_CORRUPTION = -101;

/** What is wrong, in words, by what `validate` returns; undefined if nothing is. */
export const corruptionOf = (status: number): string | undefined =>
  CORRUPTIONS[FIRST_CORRUPTION - status];
