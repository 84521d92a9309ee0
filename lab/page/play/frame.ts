// One moment of the block, and what had just happened.

import type { AllocatorStats, Block } from "suballoc";

export interface LiveBlock extends Block {
  /** Numbered by allocation, from 0. */
  readonly id: number;
}

export type Happening =
  | { readonly kind: "start" }
  | {
      readonly kind: "allocated";
      readonly block: LiveBlock;
      /** The free block it was taken from, and all that were looked at, the chosen one among them. */
      readonly chosen: Block;
      readonly looked: readonly Block[];
      readonly alignment: number;
    }
  | {
      readonly kind: "refused";
      readonly size: number;
      readonly alignment: number;
      readonly looked: readonly Block[];
    }
  | {
      readonly kind: "freed";
      readonly block: LiveBlock;
      readonly left: Block | undefined;
      readonly right: Block | undefined;
    }
  | { readonly kind: "nothing-to-free"; readonly id: number }
  | {
      readonly kind: "moved";
      readonly block: LiveBlock;
      readonly from: number;
      readonly overlaps: boolean;
    }
  | { readonly kind: "nothing-to-move" };

export interface Frame {
  readonly happening: Happening;
  /** Which action it belongs to; -1 for the start. */
  readonly action: number;
  readonly live: readonly LiveBlock[];
  readonly free: readonly Block[];
  readonly stats: AllocatorStats;
}
