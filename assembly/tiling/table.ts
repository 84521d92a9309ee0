// Address table: the block that starts at an address. A hash table with chains that grows and shrinks by one bucket
// at a time (linear hashing; W. Litwin, 1980), so that no single call takes long.
//
//   directory  | segment | segment | …                segment  | 128 buckets, pointers to the first block of a chain |
//
// Bucket of hash h: h & mask, or, if there is no such bucket yet, h & (mask >> 1). There are more buckets than
// mask >> 1, and at most mask. There is no branch in it, since the processor could not predict one.
//
// A block that enters adds a bucket until there are 5/4 as many buckets as blocks. Then every fourth search meets a
// block that it does not look for, and waits for one more line of cache; with as many buckets as blocks, every second.
// When the storage cannot grow, chains get longer. While there are fewer than a quarter as many blocks as buckets, each
// block that is withdrawn drops two buckets. A table that is emptied keeps up to half of its buckets, since programs that
// free everything mostly begin again. The directory doubles when it is full, and never shrinks before its release.

import {
  ensureNodes,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  takeNode,
} from "../kernel/pool";
import { Block } from "./block";
import { Tiling } from "./record";

/** log2 of the buckets of a segment. */
const SHIFT: u32 = 7;
/** Buckets of a segment; of the first one none is ever dropped. */
const SEGMENT: u32 = 1 << SHIFT;
/** Never of a block's class, whose nodes an operation has reserved; nor is a directory, of 64 bytes at least. */
const SEGMENT_NODE: NodeClass = nodeClass(SEGMENT << 2);
const LEAST_DIRECTORY: u32 = 16;

/** 2^64 / golden ratio, odd (D. E. Knuth, The Art of Computer Programming, vol. 3, section 6.4). */
const FACTOR: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

@inline
function hash(address: f64): u32 {
  const bits = reinterpret<u64>(address);
  return <u32>(((bits ^ (bits >> 32)) * FACTOR) >> 32);
}

/** Where the address of segment `index` is kept. */
@inline
function segmentAt(tiling: Tiling, index: u32): usize {
  return tiling.directory + ((<usize>index) << 2);
}

@inline
function bucketAt(tiling: Tiling, bucket: u32): usize {
  const segment = load<usize>(segmentAt(tiling, bucket >>> SHIFT));
  return segment + ((<usize>(bucket & (SEGMENT - 1))) << 2);
}

/** Where the pointer to the first block of an address's chain lies. */
@inline
function chainOf(tiling: Tiling, address: f64): usize {
  const mask = tiling.mask;
  const bucket = hash(address) & mask;
  const beyond = <u32>(bucket >= tiling.buckets);
  return bucketAt(tiling, bucket - (((mask >> 1) + 1) & -beyond));
}

function directoryNode(segments: u32): NodeClass {
  return nodeClass(segments << 2);
}

function lastSegment(tiling: Tiling): u32 {
  return (tiling.buckets - 1) >>> SHIFT;
}

// Life --------------------------------------------------------------------------------------------------------

export function createTable(tiling: Tiling): bool {
  const directory = directoryNode(LEAST_DIRECTORY);
  if (!ensureNodes(SEGMENT_NODE, 1) || !ensureNodes(directory, 1)) return false;
  tiling.directory = takeNode(directory);
  tiling.segments = LEAST_DIRECTORY;
  store<usize>(tiling.directory, takeNode(SEGMENT_NODE));
  tiling.buckets = SEGMENT;
  clearTable(tiling);
  return true;
}

/** Forget every block. O(1), except for the segments that are released. */
export function clearTable(tiling: Tiling): void {
  for (let segment = lastSegment(tiling); segment > 0; segment--) releaseSegment(tiling, segment);
  memory.fill(load<usize>(tiling.directory), 0, SEGMENT << 2);
  tiling.buckets = SEGMENT;
  tiling.mask = 2 * SEGMENT - 1;
  tiling.entries = 0;
}

/** Only after `clearTable`, or before any block. */
export function releaseTable(tiling: Tiling): void {
  releaseSegment(tiling, 0);
  releaseNode(directoryNode(tiling.segments), tiling.directory);
}

export function tableBytes(tiling: Tiling): f64 {
  return (
    <f64>(lastSegment(tiling) + 1) * <f64>nodeBytes(SEGMENT_NODE) +
    <f64>nodeBytes(directoryNode(tiling.segments))
  );
}

function releaseSegment(tiling: Tiling, segment: u32): void {
  releaseNode(SEGMENT_NODE, load<usize>(segmentAt(tiling, segment)));
}

// Blocks ------------------------------------------------------------------------------------------------------

/** The block in the table that starts at `address`, or null. O(1) expected. */
export function lookup(tiling: Tiling, address: f64): Block | null {
  let block = changetype<Block | null>(load<usize>(chainOf(tiling, address)));
  while (block && block.start != address) block = block.chain;
  return block;
}

/** Add a block, which starts at `start`. O(1) expected. */
@inline
export function enter(tiling: Tiling, block: Block, start: f64): void {
  const chain = chainOf(tiling, start);
  block.chain = changetype<Block | null>(load<usize>(chain));
  store<usize>(chain, changetype<usize>(block));
  const entries = ++tiling.entries;
  if (entries + (entries >>> 2) > tiling.buckets) addBucket(tiling);
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
    if (--tiling.entries < tiling.buckets >>> 2) dropBuckets(tiling);
  }
  return block;
}

/** `enter` and `withdraw` where time matters less than code. */
export function putIn(tiling: Tiling, block: Block): void {
  enter(tiling, block, block.start);
}
export function takeOut(tiling: Tiling, address: f64): Block | null {
  return withdraw(tiling, address);
}

// Growing and shrinking ---------------------------------------------------------------------------------------

/** Split the next bucket in turn, unless the storage cannot grow. */
function addBucket(tiling: Tiling): void {
  const added = tiling.buckets;
  const isFirst = (added & (SEGMENT - 1)) == 0;
  if (isFirst && !addSegment(tiling, added >>> SHIFT)) return;
  const mask = tiling.mask;
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

function addSegment(tiling: Tiling, segment: u32): bool {
  const before = tiling.segments;
  if (segment == before) {
    const larger = directoryNode(2 * before);
    if (!ensureNodes(larger, 1)) return false;
    const directory = takeNode(larger);
    memory.copy(directory, tiling.directory, before << 2);
    releaseNode(directoryNode(before), tiling.directory);
    tiling.directory = directory;
    tiling.segments = 2 * before;
  }
  if (!ensureNodes(SEGMENT_NODE, 1)) return false;
  store<usize>(segmentAt(tiling, segment), takeNode(SEGMENT_NODE));
  return true;
}

/** Two: more are dropped than a block that enters adds. */
function dropBuckets(tiling: Tiling): void {
  dropBucket(tiling);
  dropBucket(tiling);
}

/** Join the last bucket to the one it was split from. */
function dropBucket(tiling: Tiling): void {
  const dropped = tiling.buckets - 1;
  if (dropped < SEGMENT) return;
  tiling.buckets = dropped;
  if (dropped <= tiling.mask >> 1) tiling.mask >>= 1;
  let link = bucketAt(tiling, dropped & (tiling.mask >> 1));
  while (load<usize>(link)) link = load<usize>(link) + offsetof<Block>("chain");
  store<usize>(link, load<usize>(bucketAt(tiling, dropped)));
  if ((dropped & (SEGMENT - 1)) == 0) releaseSegment(tiling, dropped >>> SHIFT);
}

// Checking ----------------------------------------------------------------------------------------------------

/** Whether every block of the table is in the bucket of its address, and there are `entries` of them. O(n). */
export function isTableSound(tiling: Tiling): bool {
  const buckets = tiling.buckets;
  if (buckets < SEGMENT || buckets <= tiling.mask >> 1 || buckets > tiling.mask) return false;
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
