// The engines of suballoc/narrow, for both classes.

import { narrow } from "./core/narrow.js";
import type { Engine, Engines } from "./engine.js";

/** Every policy of suballoc/narrow, by name. */
export const TREE_POLICIES = ["first-fit", "next-fit", "best-fit", "worst-fit"] as const;

/** 32-bit numbers: 2^32 − 1 marks unused lanes. */
export const narrowTree: Engine = { core: narrow, policies: TREE_POLICIES, most: 0xffff_fffe };

export const NARROW_ENGINES: Engines = {
  rows: [narrowTree],
  otherwise: ' (otherwise, import from "suballoc")',
};
