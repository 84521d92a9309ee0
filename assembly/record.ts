// The record of one allocator: what a handle points to.
//
//    0        4        8                16               24
//    | magic  | policy | capacity   f64 | freeMemory f64 | rover      f64 |
//    32       36       40       44        48
//    | head   | tail   | blocks | version | unused …                      |
//    64                                   96
//    | tree by address                    | tree by size                  |    (engines/tree/tree.ts)
//
// Invariants: magic is MAGIC while the allocator lives and something else afterwards, so that a handle kept
// past its disposal is recognised (until its node is used again; the wrapper sets its handle to 0).
// freeMemory is the sum of all free block sizes, blocks is their number, rover the end of the range that
// was allocated last. head and tail are used by policy "linked-list", the trees by the others, the one
// by size by "best-fit" only.

import { ALLOCATOR_NODE, giveNode, reserveNodes, takeNode } from "./storage";

export type Handle = usize;

const MAGIC: u32 = 0x5ba110c8;

/** Policies, in the order of src/policy.ts. */
export const FIRST_FIT: u32 = 0;
export const NEXT_FIT: u32 = 1;
export const BEST_FIT: u32 = 2;
export const WORST_FIT: u32 = 3;
export const LINKED_LIST: u32 = 4;
export const POLICY_COUNT: u32 = 5;

export function isLive(a: Handle): bool {
  return load<u32>(a) == MAGIC;
}
export function policyOf(a: Handle): u32 {
  return load<u32>(a, 4);
}
export function capacityOf(a: Handle): f64 {
  return load<f64>(a, 8);
}
export function setCapacity(a: Handle, value: f64): void {
  store<f64>(a, value, 8);
}
export function freeMemoryOf(a: Handle): f64 {
  return load<f64>(a, 16);
}
export function setFreeMemory(a: Handle, value: f64): void {
  store<f64>(a, value, 16);
}
/** Whether addresses may need more than 32 bits. */
export function isWide(a: Handle): bool {
  return capacityOf(a) > 4294967295;
}
/** End of the range allocated last. */
export function roverOf(a: Handle): f64 {
  return load<f64>(a, 24);
}
export function setRover(a: Handle, value: f64): void {
  store<f64>(a, value, 24);
}
export function addressTree(a: Handle): usize {
  return a + 64;
}
export function sizeTree(a: Handle): usize {
  return a + 96;
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
export function blocksOf(a: Handle): u32 {
  return load<u32>(a, 40);
}
export function setBlocks(a: Handle, value: u32): void {
  store<u32>(a, value, 40);
}

/** A counter that every change of the free blocks moves on, so that readers notice. */
export function versionOf(a: Handle): u32 {
  return load<u32>(a, 44);
}
export function touch(a: Handle): void {
  store<u32>(a, versionOf(a) + 1, 44);
}

/** A new record, all fields zero but policy and capacity; 0 when the node storage cannot grow. */
export function createRecord(policy: u32, capacity: f64): Handle {
  if (!reserveNodes(ALLOCATOR_NODE, 1)) return 0;
  const a = takeNode(ALLOCATOR_NODE);
  memory.fill(a, 0, 128);
  store<u32>(a, MAGIC);
  store<u32>(a, policy, 4);
  setCapacity(a, capacity);
  return a;
}

export function destroyRecord(a: Handle): void {
  giveNode(ALLOCATOR_NODE, a);
  // giveNode wrote its link over the magic, which is why a stale handle is recognised.
}
