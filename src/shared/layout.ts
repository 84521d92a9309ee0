// Where things lie in a shared memory, as assembly/shared/layout.ts draws it. A test compares the two.

export const AT = {
  magic: 0,
  version: 4,
  flags: 8,
  policy: 16,
  capacity: 24,
  key: 36,
  caches: 44,
  lock: 64,
  announced: 256,
  scratch: 16640,
  engine: 589824,
} as const;

export const MAGIC = 0x31627573;
export const VERSION = 1;
export const RECOVERY = 1;

/** Of a shared heap, whose header lies at an address of its own. */
export const HEAP_MAGIC = 0x31737068;
export const OWN_PAGES = 2;
export const HEADER_BYTES = 65536;
/** Of a worker's cache. */
export const CACHE = { next: 0, owner: 4, tops: 16, stacks: 160 } as const;
/** Ids that have a bit of their own in `announced`. */
export const ANNOUNCED_IDS = 131072;
/** In the scratch area: where a core's `copy…Blocks` puts its results. */
export const RESULTS = AT.scratch + 1024;
/** Of a block's record, whose address is the block's label in the engine unless that is odd. */
export const RECORD = { owner: 0, tag: 4, alignment: 8 } as const;

export const PAGE = 65536;
/** Pages that a memory begins with: header, log, and the first of the engine's. */
export const FIRST_PAGES = AT.engine / PAGE + 1;
