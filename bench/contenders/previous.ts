// The release before this one, as its users call it: built by src/previous.ts.

import { createRequire } from "node:module";
import type { MemoryAllocator, Policy, TrackedAllocator } from "suballoc";
import { PREVIOUS_PACKAGE } from "../paths.ts";
import type { Heap } from "./heap.ts";
import { heapOn } from "./suballoc.ts";
import { heapOnTracked } from "./tracked.ts";

interface Package {
  MemoryAllocator: typeof MemoryAllocator;
  TrackedAllocator: typeof TrackedAllocator;
}

const load = (): Package => createRequire(import.meta.url)(PREVIOUS_PACKAGE);

export function previous(capacity: number, policy: Policy): Heap<number> {
  return heapOn(new (load().MemoryAllocator)(capacity, { policy }));
}

export function previousTracked(capacity: number, policy: Policy): Heap<number> {
  return heapOnTracked(new (load().TrackedAllocator)(capacity, { policy }));
}
