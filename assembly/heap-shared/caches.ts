// Caches: the stacks of freed small blocks (heap/stacks.ts), one set for each attachment, which alone touches them, so that
// the lock is not needed. A cache is itself a block of the heap, and is never given back: when its owner has gone, the
// next attachment gets it.
//
//   cache   0       4       8            16           148        160
//           | next  | owner | (unused)   | tops ×33   | (unused) | stacks ×32, of 32 pointers |
//
// What a cache holds looks in use to the heap. A worker that dies leaves it in a state that can be read: a pointer is
// stored before it is counted.

import { ALL } from "../heap/bins";
import { release } from "../heap/blocks";
import { CACHE_BYTES, CACHE_TOPS, SMALL_UNITS, setCache, UNIT } from "../heap/layout";
import { pop } from "../heap/stacks";
import { at, CACHES_AT } from "../shared/layout";
import { owner } from "../shared/lock";
import { commit } from "../shared/undo";
import { obtain } from "./obtain";

@unmanaged
export class Cache {
  next: u32;
  owner: u32;
}

@inline
function cacheAt(address: u32): Cache {
  return changetype<Cache>(<usize>address);
}

function first(): u32 {
  return load<u32>(at(CACHES_AT));
}

/** The cache of an attachment; 0 if it has none. Under the lock. */
function cacheOf(id: u32): u32 {
  let found = first();
  while (found != 0 && cacheAt(found).owner != id) found = cacheAt(found).next;
  return found;
}

/** Let this attachment have a cache. False if there is no memory for it. Under the lock. */
export function openCache(): bool {
  let mine = cacheOf(0);
  if (mine == 0) {
    mine = obtain(UNIT, CACHE_BYTES, ALL);
    if (mine == 0) return false;
    cacheAt(mine).next = first();
    for (let place: u32 = CACHE_TOPS; place <= CACHE_TOPS + 4 * SMALL_UNITS; place += 4)
      store<u32>(mine + place, 0);
    store<u32>(at(CACHES_AT), mine);
  }
  cacheAt(mine).owner = owner();
  setCache(mine);
  return true;
}

/** Give what the current cache holds back to the heap, block by block; how many. Under the lock. */
export function flushCache(): u32 {
  let count: u32 = 0;
  for (let units: u32 = SMALL_UNITS; units; ) {
    const p = pop(units);
    if (p) {
      release(p, units * UNIT);
      commit();
      count++;
    } else units--;
  }
  return count;
}

/** Give back what the cache of `dead` holds, and the cache itself to whoever attaches next; how many. Under the lock. */
export function closeCache(dead: u32): u32 {
  const mine = cacheOf(owner());
  const its = cacheOf(dead);
  if (its == 0) return 0;
  setCache(its);
  const count = flushCache();
  cacheAt(its).owner = 0;
  setCache(mine);
  return count;
}
