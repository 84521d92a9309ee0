// A shared heap begins, and workers attach to it.
//
//   base              control                      first           limit       end
//    | header, log    | Control | bitmap of units  | blocks …      | 2 units   |
//      shared/layout    heap/layout                                 for a fence
//
// The bitmap covers all that the memory may become, so that it never moves: `free` reads it without the lock.

import { change, USED } from "../heap/bitmap";
import { endOfPages, moveBitmaps } from "../heap/growth";
import { CONTROL_BYTES, control, current, MAGIC as HEAP_MAGIC, setControl } from "../heap/layout";
import { giveUpReserve } from "../heap/reserve";
import { BAD_ARGUMENT, OK, OUT_OF_MEMORY } from "../heap/status";
import {
  at,
  FLAGS_AT,
  HEADER_BYTES,
  MAGIC,
  MAGIC_AT,
  NEXT_ID_AT,
  OWN_PAGES,
  RECOVERY,
  setBase,
  VERSION,
  VERSION_AT,
} from "../shared/layout";
import { leave, setOwner } from "../shared/lock";
import { setLogging } from "../shared/undo";
import { closeCache, flushCache, openCache } from "./caches";
import { acquire } from "./malloc";

const PAGE: u32 = 65536;
const LINE: u32 = 64;
/** A heap begins with at least so much beside header, control block and bitmap. */
const LEAST: u32 = 16384;

/**
 * Make a heap, before anybody else has its memory. It begins at `base`, rounded up to 64, and owns all from there to the
 * present end; with `base` 0 it grows the memory and begins there. The memory may come to have `maximumPages` pages. OK,
 * BAD_ARGUMENT (`base` beyond the memory) or OUT_OF_MEMORY.
 */
export function setUp(base: u32, maximumPages: u32, flags: u32): i32 {
  const had = <u32>memory.size();
  const start = base ? (base + (LINE - 1)) & -LINE : endOfPages(had);
  if (base > endOfPages(had) || start < base) return BAD_ARGUMENT;
  const map = <u64>start + HEADER_BYTES + CONTROL_BYTES;
  const mapEnd = map + (((((<u64>maximumPages) << 16) - map) >> 6) & ~15) + LINE;
  const pages = <u32>((mapEnd + LEAST + PAGE - 1) / PAGE);
  if (map > (<u64>maximumPages) << 16 || pages > maximumPages) return OUT_OF_MEMORY;
  if (pages > had && memory.grow(pages - had) < 0) return OUT_OF_MEMORY;
  memory.fill(start, 0, <u32>mapEnd - start);

  setBase(start);
  setControl(start + HEADER_BYTES);
  const first = <u32>mapEnd;
  current().magic = HEAP_MAGIC;
  current().first = first;
  current().top = first;
  current().bits = <u32>map + 8 - ((first >> 9) << 3);
  current().pagesLeft = maximumPages;
  current().freed = (flags & OWN_PAGES) >> 1;
  moveBitmaps(endOfPages(memory.size()));
  change(first, USED);
  store<u32>(at(FLAGS_AT), flags);
  store<u32>(at(VERSION_AT), VERSION);
  store<u32>(at(MAGIC_AT), MAGIC);
  return OK;
}

/** Work on the heap whose header is at `base`, as a new attachment: its id, BAD_ARGUMENT or OUT_OF_MEMORY. */
export function attach(base: u32): i32 {
  if (base & (LINE - 1) || <u64>base + HEADER_BYTES + CONTROL_BYTES > (<u64>memory.size()) << 16)
    return BAD_ARGUMENT;
  setBase(base);
  if (load<u32>(at(MAGIC_AT)) != MAGIC || load<u32>(at(VERSION_AT)) != VERSION) return BAD_ARGUMENT;
  setControl(base + HEADER_BYTES);
  setLogging((load<u32>(at(FLAGS_AT)) & RECOVERY) != 0);
  const id = atomic.add<u32>(at(NEXT_ID_AT), 1) + 1;
  setOwner(id);
  acquire();
  const isOpen = openCache();
  leave();
  return isOpen ? <i32>id : OUT_OF_MEMORY;
}

/** Give back what the cache of the attachment `dead` held; how many blocks. */
export function reclaim(dead: u32): u32 {
  acquire();
  const count = closeCache(dead);
  leave();
  return count;
}

/** Give back what this worker's cache holds, and the reserve; how many blocks. */
export function flush(): u32 {
  acquire();
  const count = flushCache();
  giveUpReserve();
  leave();
  return count;
}

/** For readers of the heap: the address of the control block. */
export function controlAddress(): u32 {
  return control;
}
