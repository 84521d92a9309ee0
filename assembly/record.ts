// The record of one allocator: what a handle points to.
//
//    0        4        8                16               24
//    | magic  | policy | capacity   f64 | freeMemory f64 | rover      f64 |
//    32       36       40       44        48     52        56     60
//    | head   | tail   | blocks | version | wide | tracked | live | unused |
//    64                                   96
//    | tree by address                    | tree by size                  |    (engines/tree/tree.ts)
//    128                                  160
//    | tree of live blocks                |
//
// Invariants: magic is MAGIC while the allocator lives and something else afterwards, so that a handle kept
// past its disposal is recognised (until its node is used again; the wrapper sets its handle to 0).
// freeMemory is the sum of all free block sizes, blocks is their number, rover the end of the range that
// was allocated last. head and tail are used by policy "linked-list", the trees by the others, the one
// by size by "best-fit" only, the one of live blocks by tracked allocators. wide is 1 where numbers take
// 64 bits, tracked 1 where live blocks
// are recorded, live their number.

import { ALLOCATOR_NODE, giveNode, nodeBytes, reserveNodes, takeNode } from "./storage";

export type Handle = usize;

const MAGIC: u32 = 0x5ba110c8;

/** Policies, in the order of src/policy.ts. */
export const FIRST_FIT: u32 = 0;
export const NEXT_FIT: u32 = 1;
export const BEST_FIT: u32 = 2;
export const WORST_FIT: u32 = 3;
export const LINKED_LIST: u32 = 4;
export const POLICY_COUNT: u32 = 5;

@inline
export function isLive(a: Handle): bool {
  return load<u32>(a) == MAGIC;
}
@inline
export function policyOf(a: Handle): u32 {
  return load<u32>(a, 4);
}
@inline
export function capacityOf(a: Handle): f64 {
  return load<f64>(a, 8);
}
export function setCapacity(a: Handle, value: f64): void {
  store<f64>(a, value, 8);
}
@inline
export function freeMemoryOf(a: Handle): f64 {
  return load<f64>(a, 16);
}
@inline
export function setFreeMemory(a: Handle, value: f64): void {
  store<f64>(a, value, 16);
}
/** Whether addresses may need more than 32 bits. */
@inline
export function isWide(a: Handle): bool {
  return load<u32>(a, 48) != 0;
}
export function setWide(a: Handle, value: bool): void {
  store<u32>(a, <u32>value, 48);
}
/** Whether live blocks are recorded as well. */
@inline
export function isTracked(a: Handle): bool {
  return load<u32>(a, 52) != 0;
}
/** End of the range allocated last. */
@inline
export function roverOf(a: Handle): f64 {
  return load<f64>(a, 24);
}
@inline
export function setRover(a: Handle, value: f64): void {
  store<f64>(a, value, 24);
}
@inline
export function addressTree(a: Handle): usize {
  return a + 64;
}
@inline
export function sizeTree(a: Handle): usize {
  return a + 96;
}
/** Number of live blocks. */
export function liveOf(a: Handle): u32 {
  return load<u32>(a, 56);
}
export function setLive(a: Handle, value: u32): void {
  store<u32>(a, value, 56);
}
@inline
export function liveTree(a: Handle): usize {
  return a + 128;
}
/** First free block of the linked list, 0 when there is none. */
export function headOf(a: Handle): usize {
  return load<u32>(a, 32);
}
export function setHead(a: Handle, node: usize): void {
  store<u32>(a, <u32>node, 32);
}
/** Last free block of the linked list, 0 when there is none. */
export function tailOf(a: Handle): usize {
  return load<u32>(a, 36);
}
export function setTail(a: Handle, node: usize): void {
  store<u32>(a, <u32>node, 36);
}
/** Number of free blocks. */
@inline
export function blocksOf(a: Handle): u32 {
  return load<u32>(a, 40);
}
@inline
export function setBlocks(a: Handle, value: u32): void {
  store<u32>(a, value, 40);
}

/** A counter that every change of the free blocks moves on, so that readers notice. */
@inline
export function versionOf(a: Handle): u32 {
  return load<u32>(a, 44);
}
@inline
export function touch(a: Handle): void {
  store<u32>(a, versionOf(a) + 1, 44);
}

/**
 * The greatest capacity that 32-bit numbers can handle: the greatest of them all stands in unused lanes, and must be
 * beyond every size, and every address up to the end of the block.
 */
export const MAX_NARROW: f64 = 4294967294;

/** A new record of an allocator without any nodes yet; 0 when the node storage cannot grow. */
export function createRecord(policy: u32, capacity: f64, tracked: bool): Handle {
  if (!reserveNodes(ALLOCATOR_NODE, 1)) return 0;
  const a = takeNode(ALLOCATOR_NODE);
  memory.fill(a, 0, nodeBytes(ALLOCATOR_NODE));
  store<u32>(a, MAGIC);
  store<u32>(a, policy, 4);
  setCapacity(a, capacity);
  setWide(a, capacity > MAX_NARROW);
  store<u32>(a, <u32>tracked, 52);
  return a;
}

export function destroyRecord(a: Handle): void {
  giveNode(ALLOCATOR_NODE, a);
  // giveNode wrote its link over the magic, which is why a stale handle is recognised.
}
