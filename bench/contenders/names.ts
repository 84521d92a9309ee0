// The contenders' names, and what must be known of each to judge its results. Loads no contender.

import { POLICIES } from "suballoc";

export const FLOOR = "no-op export";
export const REFERENCE = "suballoc:first-fit";
export const TRACKED = "tracked:first-fit";
export const SEGREGATED = "tracked:segregated-fit";
export const BUDDY = "tracked:buddy";
export const OFFSET = "OffsetAllocator's algorithm";
export const PLAYCANVAS = "PlayCanvas BlockAllocator";
export const TLSF = "AssemblyScript TLSF";
export const THING = "@thi.ng/malloc";
export const CODEMIX = "malloc (codemix)";
export const SORTED_ARRAY = "sorted array";

/** Names look like "suballoc:first-fit"; a raw one may end in "@" and the path of another build of the wasm. */
export type ContenderName = string;

/** Everybody who runs against the peers. */
export const CONTENDERS: readonly ContenderName[] = [
  ...POLICIES.map((policy) => `suballoc:${policy}`),
  "raw:first-fit",
  TRACKED,
  SEGREGATED,
  BUDDY,
  OFFSET,
  TLSF,
  PLAYCANVAS,
  THING,
  CODEMIX,
  SORTED_ARRAY,
  FLOOR,
];

/** Contenders that must hand out the very same addresses: exact first fit, by whatever structure. */
export function isExactFirstFit(name: ContenderName): boolean {
  return name === SORTED_ARRAY || /^[\w-]+:(first-fit|linked-list)/.test(name);
}

/** Contenders that live in real bytes: headers lie between the blocks, and sizes are rounded up. */
export function ownsBytes(name: ContenderName): boolean {
  return [TLSF, THING, CODEMIX].includes(name);
}
