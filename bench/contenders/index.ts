// Creates contenders by name. Loads all of them, peers included; names.ts does not.

import type { Policy } from "suballoc";
import { codemixMalloc } from "./codemix-malloc.ts";
import type { Heap } from "./heap.ts";
import {
  CODEMIX,
  type ContenderName,
  FLOOR,
  OFFSET,
  PLAYCANVAS,
  SORTED_ARRAY,
  THING,
  TLSF,
} from "./names.ts";
import { noop } from "./noop.ts";
import { offset } from "./offset.ts";
import { playcanvas } from "./playcanvas.ts";
import { previous, previousTracked } from "./previous.ts";
import { raw } from "./raw.ts";
import { sortedArray } from "./sorted-array.ts";
import { batches, granular, suballoc, wide } from "./suballoc.ts";
import { thingMalloc } from "./thing-malloc.ts";
import { tlsf } from "./tlsf.ts";
import { tracked } from "./tracked.ts";

/** What can stand before a policy. */
const KINDS: Record<string, (capacity: number, policy: Policy, path?: string) => Heap> = {
  suballoc,
  raw,
  tracked,
  wide,
  granular,
  batches,
  previous,
  "previous-tracked": previousTracked,
};

const PEERS: Record<string, (capacity: number) => Heap> = {
  [OFFSET]: offset,
  [TLSF]: tlsf,
  [PLAYCANVAS]: playcanvas,
  [THING]: thingMalloc,
  [CODEMIX]: codemixMalloc,
  [SORTED_ARRAY]: sortedArray,
  [FLOOR]: noop,
};

export function createContender(name: ContenderName, capacity: number): Heap {
  const [, kind = "", policy, path] = /^([\w-]+):([a-z-]+)(?:@(.+))?$/.exec(name) ?? [];
  const create = KINDS[kind] ?? PEERS[name];
  if (create) return create(capacity, policy as Policy, path);
  const kinds = Object.keys(KINDS).map((known) => `${known}:<policy>`);
  throw new Error(
    `no contender "${name}"; there are: ${[...kinds, ...Object.keys(PEERS)].join(", ")}`,
  );
}
