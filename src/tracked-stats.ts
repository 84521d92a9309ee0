// What is told of tracked allocators: a live block, and the statistics.

import type { AllocatorStats } from "./allocator.js";
import type { Block } from "./block.js";

/** A block that is allocated. */
export interface LiveBlock extends Block {
  /** The empty string if none was given. */
  readonly label: string;
}

/** What {@link TrackedAllocator.getStats} returns. */
export interface TrackedStats extends AllocatorStats {
  /** Number of live blocks. */
  readonly liveBlockCount: number;
  /** 1 − memory asked for / memory taken: what is lost within the blocks. 0 except under `"buddy"`. */
  readonly internalFragmentation: number;
}
