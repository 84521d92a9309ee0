// The contenders by name, and what must be known of each to judge its results.

import { POLICIES, type Policy } from "suballoc";
import { codemixMalloc } from "./codemix-malloc.ts";
import type { Heap } from "./heap.ts";
import { noop } from "./noop.ts";
import { playcanvas } from "./playcanvas.ts";
import { raw } from "./raw.ts";
import { sortedArray } from "./sorted-array.ts";
import { suballoc } from "./suballoc.ts";
import { thingMalloc } from "./thing-malloc.ts";
import { tlsf } from "./tlsf.ts";

export const FLOOR = "no-op export";
export const REFERENCE = "suballoc:first-fit";

/** Names look like "suballoc:first-fit"; a raw one may end in "@" and the path of another build of the wasm. */
export type ContenderName = string;

const PEERS: Record<string, (capacity: number) => Heap> = {
  "AssemblyScript TLSF": tlsf,
  "PlayCanvas BlockAllocator": playcanvas,
  "@thi.ng/malloc": thingMalloc,
  "malloc (codemix)": codemixMalloc,
  "sorted array": sortedArray,
  [FLOOR]: noop,
};

/** Every contender of a full run. */
export const CONTENDERS: readonly ContenderName[] = [
  ...POLICIES.map((policy) => `suballoc:${policy}`),
  "raw:first-fit",
  ...Object.keys(PEERS),
];

export function createContender(name: ContenderName, capacity: number): Heap {
  const [, kind, policy, path] = /^(suballoc|raw):([a-z-]+)(?:@(.+))?$/.exec(name) ?? [];
  if (kind === "suballoc") return suballoc(capacity, policy as Policy);
  if (kind === "raw") return raw(capacity, policy as Policy, path);
  const create = PEERS[name];
  if (!create)
    throw new Error(`no contender "${name}"; there are: ${CONTENDERS.join(", ")}, raw:<policy>`);
  return create(capacity);
}

/** Contenders that must hand out the very same addresses: exact first fit, by whatever structure. */
export function isExactFirstFit(name: ContenderName): boolean {
  return name === "sorted array" || /^(suballoc|raw):(first-fit|linked-list)/.test(name);
}

/** Contenders that live in real bytes: headers lie between the blocks, and sizes are rounded up. */
export function ownsBytes(name: ContenderName): boolean {
  return ["AssemblyScript TLSF", "@thi.ng/malloc", "malloc (codemix)"].includes(name);
}
