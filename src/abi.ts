// The ABI as TypeScript sees it: the exports of the wasm module (assembly/index.ts) and the numbers
// below zero that they answer (assembly/status.ts, assembly/damage.ts). A test compares the two sides.

/** Where an allocator's record lies in linear memory; 0 names none. */
export type Handle = number;

export interface Abi {
  readonly memory: WebAssembly.Memory;

  create(policy: number, capacity: number): number;
  createTracked(policy: number, capacity: number): number;
  destroy(handle: Handle): number;
  reset(handle: Handle): number;
  clone(handle: Handle): number;

  allocate(handle: Handle, size: number): number;
  allocateAligned(handle: Handle, size: number, alignment: number): number;
  canAllocate(handle: Handle, size: number, alignment: number): number;
  free(handle: Handle, address: number, size: number): number;
  reserve(handle: Handle, address: number, size: number): number;
  resize(
    handle: Handle,
    address: number,
    oldSize: number,
    newSize: number,
    alignment: number,
  ): number;
  extend(handle: Handle, address: number, oldSize: number, newSize: number): number;
  grow(handle: Handle, capacity: number): number;
  shrink(handle: Handle, capacity: number): number;
  allocateMany(handle: Handle, count: number): number;
  freeMany(handle: Handle, count: number): number;
  failedElement(): number;

  allocateLive(handle: Handle, size: number, alignment: number, label: number): number;
  reserveLive(handle: Handle, address: number, size: number, label: number): number;
  freeLive(handle: Handle, address: number): number;
  resizeLive(handle: Handle, address: number, newSize: number, alignment: number): number;
  extendLive(handle: Handle, address: number, newSize: number): number;
  moveLive(handle: Handle, from: number, to: number): number;
  labelLive(handle: Handle, address: number, label: number): number;
  findLive(handle: Handle, address: number): number;
  foundSize(): number;
  foundLabel(): number;
  liveBlockCount(handle: Handle): number;
  copyLiveBlocks(handle: Handle, address: number, limit: number): number;

  capacity(handle: Handle): number;
  policy(handle: Handle): number;
  tracked(handle: Handle): number;
  freeMemory(handle: Handle): number;
  largest(handle: Handle): number;
  freeBlockCount(handle: Handle): number;
  copyFreeBlocks(handle: Handle, address: number, limit: number): number;
  resultAddress(): number;
  version(handle: Handle): number;
  height(handle: Handle): number;
  metadataBytes(handle: Handle): number;
  validate(handle: Handle): number;
  damageAt(): number;

  snapshot(handle: Handle, noteLength: number): number;
  sealSnapshot(length: number): void;
  restore(length: number): number;
  scratch(bytes: number): number;

  storageBytes(): number;
  limitStorage(bytes: number): void;
}

export const Status = {
  OK: 0,
  BAD_ARGUMENT: -1,
  OUT_OF_BOUNDS: -2,
  NOT_ALLOCATED: -3,
  OUT_OF_MEMORY: -4,
  NODE_STORAGE: -5,
  DISPOSED: -6,
  NOT_FREE: -7,
  INSIDE_BLOCK: -8,
  NOT_A_SNAPSHOT: -9,
  SNAPSHOT_VERSION: -10,
  SNAPSHOT_DAMAGED: -11,
} as const;

/** What is broken, in words, by the code that `validate` answers. */
export const Damage: Readonly<Record<number, string>> = {
  [-101]: "the links between free blocks do not match",
  [-102]: "a free block has no positive size",
  [-103]: "a free block lies outside the capacity",
  [-104]: "free blocks are out of order, overlap or touch",
  [-105]: "the number of free blocks is not the number recorded",
  [-106]: "the sizes of the free blocks do not add up to the free memory recorded",
  [-107]: "a tree node has too few or too many entries",
  [-108]: "a separator in the tree does not separate",
  [-109]: "a greatest size in the tree is not the greatest below it",
  [-110]: "an unused lane of a tree node is not empty",
  [-111]: "the order by size does not hold the same blocks as the order by address",
  [-112]: "a live block overlaps a free one",
};
