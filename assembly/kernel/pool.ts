// Node pool: the fixed-size nodes that every engine is made of, out of linear memory.
//
//   control block   0             8                 16         20           24          28        32
//                   | used    f64 | limit − 2^32 f64 | frontier | claimedEnd | (unused)            |
//                   32                                        32 + 8 · CLASSES
//                   | for each class: first unused u32, how many u32 |
//
//   linear memory   [ static data | … | claimed by memory.grow: ▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░ ]
//                                                              frontier ─┘     └─ claimedEnd
//
// The control block is all the state there is; zeroed memory is an empty pool. A class is a node size: c ≤ 128 stands for
// 8 · c bytes, larger ones for 1 KiB · 2^(c − 128). Each class keeps a singly linked list of unused nodes (the link is the
// node's first word). An empty list is refilled by moving the frontier. Only pages that this file got from memory.grow
// are used, so that another runtime may live in the same memory.
//
// What keeps errors harmless: an operation first calls `ensureNodes` for everything it may need, and changes something
// only when that succeeds; `takeNode` then cannot fail.

export type NodeClass = u32;

const SMALL_CLASSES: u32 = 128;
const SMALL_BYTES: u32 = 1024;
const CLASSES: u32 = 145; // up to 64 MiB, and class 0, which is none

const PAGE: usize = 65536;
/** Nodes whose size is a multiple of this start at one: two lines of the processor's cache. */
const LINE: usize = 128;
/** Nodes end this far before the memory does, so that no end is 2^32. */
const SLACK: usize = 16;

const WHOLE_MEMORY: f64 = 4294967296;

@unmanaged
class Control {
  used: f64;
  /** Limit − 2^32: zero, as memory begins, is no limit. */
  limit: f64;
  frontier: u32;
  claimedEnd: u32;
}

@unmanaged
class Unused {
  first: u32;
  count: u32;
}

const CLASSES_AT: usize = 32;
const control: usize = memory.data(<i32>(32 + 8 * CLASSES), 16);

@inline
function pool(): Control {
  return changetype<Control>(control);
}
@inline
function unusedOf(c: NodeClass): Unused {
  return changetype<Unused>(control + CLASSES_AT + (c << 3));
}

/** The class of nodes of at least `bytes` bytes, at most 64 MiB. */
@inline
export function nodeClass(bytes: u32): NodeClass {
  return bytes <= SMALL_BYTES ? (bytes + 7) >>> 3 : SMALL_CLASSES + 22 - clz<u32>(bytes - 1);
}

/** Size of a node of class `c` in bytes. */
@inline
export function nodeBytes(c: NodeClass): u32 {
  return c <= SMALL_CLASSES ? c << 3 : SMALL_BYTES << (c - SMALL_CLASSES);
}

/** How many nodes of class `c` wait to be used again. */
@inline
export function unusedNodes(c: NodeClass): u32 {
  return unusedOf(c).count;
}

/** Bytes that the frontier has passed: the storage ever in use, by all allocators together. */
export function storageBytes(): f64 {
  return pool().used;
}

/** Refuse to let `storageBytes` pass `bytes`. Nodes handed out before stay as they are. */
export function limitStorage(bytes: f64): void {
  pool().limit = bytes - WHOLE_MEMORY;
}

/** The most that `storageBytes` may be. */
export function storageLimit(): f64 {
  return pool().limit + WHOLE_MEMORY;
}

/** Reserve nodes so that the next `count` calls of `takeNode(c)` succeed; false, and no change, if that fails. */
export function ensureNodes(c: NodeClass, count: u32): bool {
  return unusedOf(c).count >= count ? true : refill(c, count);
}

/** A node of class `c`, contents undefined. Only after `ensureNodes`. */
export function takeNode(c: NodeClass): usize {
  return popNode(c);
}

/** Give a node of class `c` back. Overwrites its first word with 0 or a multiple of 8. */
export function releaseNode(c: NodeClass, node: usize): void {
  pushNode(c, node);
}

/** `takeNode`, inlined: for what every call does. */
@inline
export function popNode(c: NodeClass): usize {
  const unused = unusedOf(c);
  const count = unused.count;
  assert(count > 0);
  const node: usize = unused.first;
  unused.first = load<u32>(node);
  unused.count = count - 1;
  return node;
}

/** `releaseNode`, inlined. */
@inline
export function pushNode(c: NodeClass, node: usize): void {
  const unused = unusedOf(c);
  store<u32>(node, unused.first);
  unused.first = <u32>node;
  unused.count += 1;
}

/** Let `count` nodes of class `c` be unused, by moving the frontier. */
function refill(c: NodeClass, count: u32): bool {
  const bytes = nodeBytes(c);
  const missing = count - unusedOf(c).count;
  const need = <u64>bytes * missing;
  if (pool().used + <f64>need > pool().limit + WHOLE_MEMORY) return false;
  const alignment = min<usize>(bytes & -bytes, LINE);
  let node = alignUp(pool().frontier, alignment);
  if (<u64>node + need > <u64>pool().claimedEnd) {
    if (!claim(need)) return false;
    node = alignUp(pool().frontier, alignment);
  }
  for (let i: u32 = 0; i < missing; i++) {
    releaseNode(c, node);
    node += bytes;
  }
  pool().frontier = <u32>node;
  pool().used += <f64>need;
  return true;
}

@inline
function alignUp(address: usize, alignment: usize): usize {
  return (address + alignment - 1) & -alignment;
}

/** Get at least `need` contiguous bytes from memory.grow, an eighth of the memory at a time if possible. */
function claim(need: u64): bool {
  if (isDefined(OWN_MEMORY) && adopt(need)) return true;
  const least = (need + LINE + SLACK + PAGE - 1) / PAGE;
  if (least > 65536) return false;
  let pages = max<i32>(<i32>least, memory.size() >>> 3);
  let before = memory.grow(pages);
  if (before < 0) {
    pages = <i32>least;
    before = memory.grow(pages);
    if (before < 0) return false;
  }
  const start = <usize>before * PAGE;
  // Unless the new pages follow the last ones: somebody else grew the memory in between.
  if (start != <usize>pool().claimedEnd + SLACK) pool().frontier = <u32>start;
  pool().claimedEnd = <u32>(start + <usize>pages * PAGE - SLACK);
  return true;
}

/**
 * For builds that have a memory to themselves: take pages that are there and were never claimed (those from the
 * beginning, and those of a worker that was terminated after memory.grow). Whether that is enough.
 */
function adopt(need: u64): bool {
  if (pool().claimedEnd == 0) pool().frontier = <u32>__heap_base;
  // Not memory.size: in a shared memory that may be what it was before another thread grew it (heap-shared/malloc.ts).
  pool().claimedEnd = <u32>(<usize>memory.grow(0) * PAGE - SLACK);
  return <u64>pool().frontier + need + LINE <= <u64>pool().claimedEnd;
}
