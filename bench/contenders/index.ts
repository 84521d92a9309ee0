// The contenders by name, and what must be known of each to judge its results.

import { POLICIES, type Policy } from "suballoc";
import { codemixMalloc } from "./codemix-malloc.ts";
import type { Heap } from "./heap.ts";
import { noop } from "./noop.ts";
import { playcanvas } from "./playcanvas.ts";
import { raw } from "./raw.ts";
import { sortedArray } from "./sorted-array.ts";
import { batches, suballoc, wide } from "./suballoc.ts";
import { thingMalloc } from "./thing-malloc.ts";
import { tlsf } from "./tlsf.ts";
import { tracked } from "./tracked.ts";

export const FLOOR = "no-op export";
export const REFERENCE = "suballoc:first-fit";

/** Names look like "suballoc:first-fit"; a raw one may end in "@" and the path of another build of the wasm. */
export type ContenderName = string;

/** What can stand before a policy. */
const KINDS: Record<string, (capacity: number, policy: Policy, path?: string) => Heap> = {
  suballoc,
  raw,
  tracked,
  wide,
  batches,
};

const PEERS: Record<string, (capacity: number) => Heap> = {
  "AssemblyScript TLSF": tlsf,
  "PlayCanvas BlockAllocator": playcanvas,
  "@thi.ng/malloc": thingMalloc,
  "malloc (codemix)": codemixMalloc,
  "sorted array": sortedArray,
  [FLOOR]: noop,
};

/** Everybody who runs against the peers. */
export const CONTENDERS: readonly ContenderName[] = [
  ...POLICIES.map((policy) => `suballoc:${policy}`),
  "raw:first-fit",
  ...Object.keys(PEERS),
];

export function createContender(name: ContenderName, capacity: number): Heap {
  const [, kind = "", policy, path] = /^(\w+):([a-z-]+)(?:@(.+))?$/.exec(name) ?? [];
  const create = KINDS[kind] ?? PEERS[name];
  if (create) return create(capacity, policy as Policy, path);
  const kinds = Object.keys(KINDS).map((known) => `${known}:<policy>`);
  throw new Error(
    `no contender "${name}"; there are: ${[...kinds, ...Object.keys(PEERS)].join(", ")}`,
  );
}

/** Contenders that must hand out the very same addresses: exact first fit, by whatever structure. */
export function isExactFirstFit(name: ContenderName): boolean {
  return name === "sorted array" || /^\w+:(first-fit|linked-list)/.test(name);
}

/** Contenders that live in real bytes: headers lie between the blocks, and sizes are rounded up. */
export function ownsBytes(name: ContenderName): boolean {
  return ["AssemblyScript TLSF", "@thi.ng/malloc", "malloc (codemix)"].includes(name);
}
