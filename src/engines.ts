// The engines of suballoc: all there are. A further one is a core (core/), its policies in policy.ts, and a row here;
// one that needs to know the live blocks belongs in TRACKED_ENGINES only, so that bundles without TrackedAllocator do
// not carry it.

import { list } from "./core/list.js";
import { tiling } from "./core/tiling.js";
import { wide } from "./core/wide.js";
import type { Engine, Engines } from "./engine.js";
import { narrowTree, TREE_POLICIES } from "./narrow-engines.js";

/** Number.MAX_SAFE_INTEGER, as a literal: bundlers keep what reads a global. */
const most = 0x1f_ffff_ffff_ffff;
const wideTree: Engine = { core: wide, policies: TREE_POLICIES, most };
const linkedList: Engine = { core: list, policies: ["linked-list"], most };

/** Of MemoryAllocator. */
export const ENGINES: Engines = {
  rows: [narrowTree, wideTree, linkedList],
  otherwise: " (otherwise, use TrackedAllocator)",
};

/** Of TrackedAllocator. */
export const TRACKED_ENGINES: Engines = {
  rows: [
    narrowTree,
    wideTree,
    linkedList,
    { core: tiling, policies: ["segregated-fit", "buddy"], most },
  ],
  otherwise: "",
};
