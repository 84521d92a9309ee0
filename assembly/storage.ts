// Node storage: the fixed-size records that every allocator is made of, handed out of linear memory.
//
//   linear memory   [ static data | … | claimed by memory.grow: ▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░ ]
//                                                              frontier ─┘     └─ claimedEnd
//
// Each size class keeps a singly linked list of unused nodes (the link is the node's first word).
// An empty list is refilled by moving the frontier. Only pages that this file obtained from
// memory.grow are ever used, so another runtime may live in the same memory.
//
// The protocol that keeps errors harmless: an operation first calls `reserveNodes` for everything
// it may need; only when that succeeds does it change anything, and `takeNode` then cannot fail.

export type NodeClass = u32;

/** Record of one allocator (record.ts). */
export const ALLOCATOR_NODE: NodeClass = 0;
/** One free block of the linked list (engines/linked-list.ts). */
export const LIST_NODE: NodeClass = 1;
/** Nodes of the trees (engines/tree/node.ts): for 32-bit numbers, and for wider ones. */
export const LEAF_NODE_32: NodeClass = 2;
export const INNER_NODE_32: NodeClass = 3;
export const LEAF_NODE_64: NodeClass = 4;
export const INNER_NODE_64: NodeClass = 5;
export const CLASS_COUNT: u32 = 6;

const PAGE: usize = 65536;

/** Nodes end this far before the memory does, so that a vector read at the end of a node cannot trap. */
const SLACK: usize = 16;

/** Bytes per node, by class. Every size is a multiple of 16, so that every node is aligned to 16. */
const classBytes: usize = memory.data<u32>([160, 32, 144, 208, 272, 336]);
const unusedHead: usize = memory.data(<i32>CLASS_COUNT * 4, 16);
const unusedCount: usize = memory.data(<i32>CLASS_COUNT * 4, 16);

let frontier: usize = 0;
let claimedEnd: usize = 0;
let usedBytes: f64 = 0;
let limitBytes: f64 = 4294967296;

/** Size of a node of class `c` in bytes. */
export function nodeBytes(c: NodeClass): u32 {
  return load<u32>(classBytes + (c << 2));
}

/** How many nodes of class `c` are waiting to be used again. */
export function unusedNodes(c: NodeClass): u32 {
  return load<u32>(unusedCount + (c << 2));
}

/** Bytes that the frontier has passed: the storage ever in use, by all allocators together. */
export function storageBytes(): f64 {
  return usedBytes;
}

/** Refuse to let `storageBytes` pass `bytes`. Nodes handed out before stay as they are. */
export function limitStorage(bytes: f64): void {
  limitBytes = bytes;
}

/** Make sure that the next `count` calls of `takeNode(c)` succeed; false, and no change, if they cannot. */
export function reserveNodes(c: NodeClass, count: u32): bool {
  const have = unusedNodes(c);
  return have >= count ? true : carveNodes(c, count - have);
}

/** A node of class `c`, contents undefined. Only after `reserveNodes`. */
export function takeNode(c: NodeClass): usize {
  const node: usize = load<u32>(unusedHead + (c << 2));
  store<u32>(unusedHead + (c << 2), load<u32>(node));
  store<u32>(unusedCount + (c << 2), unusedNodes(c) - 1);
  return node;
}

/** Give a node of class `c` back. */
export function giveNode(c: NodeClass, node: usize): void {
  store<u32>(node, load<u32>(unusedHead + (c << 2)));
  store<u32>(unusedHead + (c << 2), <u32>node);
  store<u32>(unusedCount + (c << 2), unusedNodes(c) + 1);
}

let scratchStart: usize = 0;
let scratchSize: usize = 0;

/**
 * A stretch of at least `bytes` bytes for whole arrays to pass through, valid until the next call; 0 if the
 * memory cannot grow.
 */
export function scratch(bytes: usize): usize {
  if (bytes <= scratchSize) return scratchStart;
  const pages = <i32>((max(bytes, 2 * scratchSize) + PAGE - 1) / PAGE);
  const before = memory.grow(pages);
  if (before < 0) return 0;
  // The stretch used before becomes node storage, unless the nodes have more left than that.
  if (scratchSize > claimedEnd - frontier + SLACK) {
    frontier = scratchStart;
    claimedEnd = scratchStart + scratchSize - SLACK;
  }
  scratchStart = <usize>before * PAGE;
  scratchSize = <usize>pages * PAGE;
  return scratchStart;
}

function carveNodes(c: NodeClass, count: u32): bool {
  const bytes: usize = nodeBytes(c);
  const need = bytes * count;
  if (usedBytes + <f64>need > limitBytes) return false;
  if (claimedEnd - frontier < need && !claim(need)) return false;
  for (let i: u32 = 0; i < count; i++) {
    giveNode(c, frontier);
    frontier += bytes;
  }
  usedBytes += <f64>need;
  return true;
}

/** Obtain at least `need` contiguous bytes from memory.grow, an eighth of the memory at a time if it lets us. */
function claim(need: usize): bool {
  const least = <i32>((need + SLACK + PAGE - 1) / PAGE);
  const ample = max(least, memory.size() >>> 3);
  let grownBy = ample;
  let before = memory.grow(ample);
  if (before < 0) {
    grownBy = least;
    before = memory.grow(least);
    if (before < 0) return false;
  }
  const start = <usize>before * PAGE;
  if (start != claimedEnd + SLACK) frontier = start; // somebody else grew the memory in between
  claimedEnd = start + <usize>grownBy * PAGE - SLACK;
  return true;
}
