// Address table: the block that starts at an address. A hash table with chains that grows and shrinks by one bucket
// at a time (linear hashing; W. Litwin, 1980), so that no single call takes long.
//
//   buckets of 4 bytes, in segments:  16 | 16 | 16 | 16 | 32 | 32 | 32 | 32 | 64 | …       4 to a doubling
//
// Bucket of hash h: h & mask, or, if there is no such bucket yet, h & (mask >> 1). There are more buckets than
// mask >> 1, and at most mask. A segment's base is kept minus 4 × its first bucket, so that bucket i lies at base + 4 i.
//
// Bucket and segment are worked out without branches, which the processor could not predict.
//
// There are at most as many blocks as buckets, unless the storage could not grow: then chains get longer. When there are
// less than half as many, buckets are dropped, two for each block withdrawn.

import {
  ensureNodes,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  takeNode,
} from "../kernel/pool";
import { Block } from "./block";
import { SEGMENTS, segmentAt, Tiling } from "./record";

/** Buckets of the first four segments. Their nodes, of 64 bytes, are never of the class of a block, whose nodes an
 * operation has reserved. */
const FIRST: u32 = 16;
/** Segments are numbered as if so many buckets came before the first. */
const AHEAD: u32 = 4 * FIRST;
const MOST_BUCKETS: u32 = (AHEAD << (SEGMENTS >>> 2)) - AHEAD;

/** 2^64 / golden ratio, odd (D. E. Knuth, The Art of Computer Programming, vol. 3, section 6.4). */
const FACTOR: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

@inline
function hash(address: f64): u32 {
  const bits = reinterpret<u64>(address);
  return <u32>(((bits ^ (bits >> 32)) * FACTOR) >> 32);
}

@inline
function segmentOf(bucket: u32): u32 {
  const number = bucket + AHEAD;
  const exponent = 31 - clz<u32>(number);
  // (exponent − 6) · 4 + the two bits after the first
  return (exponent << 2) + (number >>> (exponent - 2)) - 28;
}

@inline
function bucketAt(tiling: Tiling, bucket: u32): usize {
  return <usize>load<u32>(segmentAt(tiling, segmentOf(bucket))) + ((<usize>bucket) << 2);
}

/** Where the pointer to the first block of an address's chain lies. */
@inline
function chainOf(tiling: Tiling, address: f64): usize {
  const mask = tiling.mask;
  const bucket = hash(address) & mask;
  const beyond = <u32>(bucket >= tiling.buckets);
  return bucketAt(tiling, bucket - (((mask >> 1) + 1) & -beyond));
}

/** Whether a segment starts with this bucket. */
function startsSegment(bucket: u32): bool {
  return segmentOf(bucket) != segmentOf(bucket - 1);
}

/** The class of a segment's node: a quarter of a doubling. */
function segmentNode(segment: u32): NodeClass {
  return nodeClass(FIRST << ((segment >>> 2) + 2));
}

// Life --------------------------------------------------------------------------------------------------------

export function createTable(tiling: Tiling): bool {
  if (!ensureNodes(segmentNode(0), 1)) return false;
  store<u32>(segmentAt(tiling, 0), <u32>takeNode(segmentNode(0)));
  tiling.buckets = FIRST;
  clearTable(tiling);
  return true;
}

/** Forget every block. O(1), except for the segments that are released. */
export function clearTable(tiling: Tiling): void {
  for (let segment = segmentOf(tiling.buckets - 1); segment > 0; segment--)
    releaseSegment(tiling, segment);
  memory.fill(load<u32>(segmentAt(tiling, 0)), 0, FIRST << 2);
  tiling.buckets = FIRST;
  tiling.mask = 2 * FIRST - 1;
  tiling.entries = 0;
}

/** Only after `clearTable`, or before any block. */
export function releaseTable(tiling: Tiling): void {
  releaseNode(segmentNode(0), load<u32>(segmentAt(tiling, 0)));
}

export function tableBytes(tiling: Tiling): f64 {
  let bytes: f64 = 0;
  for (let segment: u32 = 0; segment <= segmentOf(tiling.buckets - 1); segment++)
    bytes += <f64>nodeBytes(segmentNode(segment));
  return bytes;
}

function releaseSegment(tiling: Tiling, segment: u32): void {
  const first = ((4 | (segment & 3)) << ((segment >>> 2) + 4)) - AHEAD;
  releaseNode(
    segmentNode(segment),
    <usize>load<u32>(segmentAt(tiling, segment)) + ((<usize>first) << 2),
  );
}

// Blocks ------------------------------------------------------------------------------------------------------

/** The block in the table that starts at `address`, or null. O(1) expected. */
export function lookup(tiling: Tiling, address: f64): Block | null {
  let block = changetype<Block | null>(load<usize>(chainOf(tiling, address)));
  while (block && block.start != address) block = block.chain;
  return block;
}

/** Add a block. O(1) expected. */
@inline
export function enter(tiling: Tiling, block: Block): void {
  const chain = chainOf(tiling, block.start);
  block.chain = changetype<Block | null>(load<usize>(chain));
  store<usize>(chain, changetype<usize>(block));
  if (++tiling.entries > tiling.buckets) addBucket(tiling);
}

/** Remove the block that starts at `address` and return it; null if there is none. O(1) expected. */
@inline
export function withdraw(tiling: Tiling, address: f64): Block | null {
  let link = chainOf(tiling, address);
  let block = changetype<Block | null>(load<usize>(link));
  while (block && block.start != address) {
    link = changetype<usize>(block) + offsetof<Block>("chain");
    block = block.chain;
  }
  if (block) {
    store<usize>(link, changetype<usize>(block.chain));
    if (--tiling.entries < tiling.buckets >>> 1) dropBuckets(tiling);
  }
  return block;
}

// Growing and shrinking ---------------------------------------------------------------------------------------

/** Split the next bucket in turn, unless the storage cannot grow. */
function addBucket(tiling: Tiling): void {
  const added = tiling.buckets;
  if (added == MOST_BUCKETS) return;
  const mask = tiling.mask;
  const segment = segmentOf(added);
  if (startsSegment(added)) {
    if (!ensureNodes(segmentNode(segment), 1)) return;
    const node = takeNode(segmentNode(segment));
    store<u32>(segmentAt(tiling, segment), <u32>(node - ((<usize>added) << 2)));
  }
  tiling.buckets = added + 1;
  if (tiling.buckets > mask) tiling.mask = (mask << 1) | 1;
  let keep = bucketAt(tiling, added & (mask >> 1));
  let move = bucketAt(tiling, added);
  let block = changetype<Block | null>(load<usize>(keep));
  while (block) {
    const link = changetype<usize>(block) + offsetof<Block>("chain");
    if ((hash(block.start) & mask) == added) {
      store<usize>(move, changetype<usize>(block));
      move = link;
    } else {
      store<usize>(keep, changetype<usize>(block));
      keep = link;
    }
    block = block.chain;
  }
  store<usize>(keep, 0);
  store<usize>(move, 0);
}

/** Two, so that there are never more than twice as many as blocks, except for the first ones. */
function dropBuckets(tiling: Tiling): void {
  dropBucket(tiling);
  dropBucket(tiling);
}

/** Join the last bucket to the one it was split from. */
function dropBucket(tiling: Tiling): void {
  const dropped = tiling.buckets - 1;
  if (dropped < FIRST) return;
  tiling.buckets = dropped;
  if (dropped <= tiling.mask >> 1) tiling.mask >>= 1;
  let link = bucketAt(tiling, dropped & (tiling.mask >> 1));
  while (load<usize>(link)) link = load<usize>(link) + offsetof<Block>("chain");
  store<usize>(link, load<usize>(bucketAt(tiling, dropped)));
  if (startsSegment(dropped)) releaseSegment(tiling, segmentOf(dropped));
}

// Checking ----------------------------------------------------------------------------------------------------

/** Whether every block of the table is in the bucket of its address, and there are `entries` of them. O(n). */
export function isTableSound(tiling: Tiling): bool {
  const buckets = tiling.buckets;
  if (buckets < FIRST || buckets <= tiling.mask >> 1 || buckets > tiling.mask) return false;
  let count: u32 = 0;
  for (let bucket: u32 = 0; bucket < buckets; bucket++) {
    const first = bucketAt(tiling, bucket);
    let block = changetype<Block | null>(load<usize>(first));
    while (block) {
      if (++count > tiling.entries || chainOf(tiling, block.start) != first) return false;
      block = block.chain;
    }
  }
  return count == tiling.entries;
}
