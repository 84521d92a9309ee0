// Address table: the block that starts at an address. A hash table that grows and shrinks by one bucket at a time
// (linear hashing; W. Litwin, 1980), so that no single call takes long. A bucket is one line of the processor's cache:
//
//            0                12      16                                  64
//   bucket   | tags u8 [12]   | chain | blocks u32 [12]                   |      tag 0: the place is empty
//            0       4      8     12   16
//   node     | block | next | tag |    |          of a chain, for what its bucket has no place for
//
// A tag is 128 + seven bits of the hash, so that one comparison of 16 bytes finds a bucket's places and hardly ever
// another block's (as in Facebook's F14, 2019).
//
//   segments of buckets:  4 | 1 | 1 | 1 | 1 | 2 | 2 | 2 | 2 | 4 | …       after the first, 4 to a doubling
//
// Bucket of hash h: h & mask, or, if there is no such bucket yet, h & (mask >> 1). There are more buckets than
// mask >> 1, and at most mask. A segment's base is kept minus 64 × its first bucket, so that bucket i lies at base + 64 i.
//
// There are at most FILL blocks for each bucket, unless the storage could not grow: then chains get longer. When there
// are less than half as many, two buckets are dropped for each block withdrawn, if the blocks have places elsewhere.

import { ensureNodes, NodeClass, nodeBytes, nodeClass, releaseNode, takeNode } from "../kernel/pool";
import { Block } from "./block";
import { SEGMENTS, segmentAt, Tiling } from "./record";

const PLACES: u32 = 12;
const ALL: u32 = (1 << PLACES) - 1;
const CHAIN: usize = 12;
const BLOCKS: usize = 16;
/** log2 of a bucket's bytes. */
const BUCKET: u32 = 6;

/** Blocks for each bucket on average. */
const FILL: u32 = 8;

/** Buckets of the first segment. */
const FIRST: u32 = 4;
const MOST_BUCKETS: u32 = FIRST << ((SEGMENTS - 1) >>> 2);

@unmanaged
class Node {
  block: Block;
  next: Node | null;
  tag: u32;
}
const CHAIN_NODE: NodeClass = nodeClass(16);

/** 2^64 / golden ratio, odd (D. E. Knuth, The Art of Computer Programming, vol. 3, section 6.4). */
const FACTOR: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

/** The upper half chooses the bucket by its low bits; the tag is the top of it. */
@inline
function hash(address: f64): u64 {
  const bits = reinterpret<u64>(address);
  return (bits ^ (bits >> 32)) * FACTOR;
}

@inline
function tagOf(hash: u64): u32 {
  return <u32>(hash >> 57) | 0x80;
}

@inline
function segmentOf(bucket: u32): u32 {
  if (bucket < FIRST) return 0;
  const exponent = 31 - clz<u32>(bucket);
  // (exponent − 2) · 4 + 1 + the two bits after the first
  return ((exponent - 3) << 2) + 1 + (bucket >>> (exponent - 2));
}

@inline
function bucketAt(tiling: Tiling, bucket: u32): usize {
  return <usize>load<u32>(segmentAt(tiling, segmentOf(bucket))) + ((<usize>bucket) << BUCKET);
}

@inline
function numberOf(tiling: Tiling, hash: u64): u32 {
  const h = <u32>(hash >> 32);
  const mask = tiling.mask;
  const bucket = h & mask;
  return bucket < tiling.buckets ? bucket : h & (mask >> 1);
}

@inline
function bucketOf(tiling: Tiling, hash: u64): usize {
  return bucketAt(tiling, numberOf(tiling, hash));
}

/** Bit i: place i of a bucket is taken. */
@inline
function placesTaken(bucket: usize): u32 {
  return i8x16.bitmask(v128.load(bucket)) & ALL;
}

/** Bit i: place i of a bucket has the tag. */
@inline
function placesOf(bucket: usize, tag: u32): u32 {
  return i8x16.bitmask(i8x16.eq(v128.load(bucket), i8x16.splat(<i8>tag))) & ALL;
}

@inline
function blockIn(bucket: usize, place: u32): Block {
  return changetype<Block>(load<usize>(bucket + ((<usize>place) << 2), BLOCKS));
}

@inline
function chainOf(bucket: usize): Node | null {
  return changetype<Node | null>(load<usize>(bucket, CHAIN));
}
@inline
function setChain(bucket: usize, node: Node | null): void {
  store<usize>(bucket, changetype<usize>(node), CHAIN);
}

@inline
function put(bucket: usize, place: u32, block: Block, tag: u32): void {
  store<u8>(bucket + place, tag);
  store<usize>(bucket + ((<usize>place) << 2), changetype<usize>(block), BLOCKS);
}

/** Whether a segment starts with this bucket. */
function startsSegment(bucket: u32): bool {
  return segmentOf(bucket) != segmentOf(bucket - 1);
}

/** The class of a segment's node: a quarter of a doubling. Never that of a block, or of a chain's node. */
function segmentNode(segment: u32): NodeClass {
  return nodeClass((segment ? 1 << ((segment - 1) >>> 2) : FIRST) << BUCKET);
}

/** Reserve what `count` blocks entered take at most. */
@inline
export function ensureEntries(count: u32): bool {
  return ensureNodes(CHAIN_NODE, count);
}

// Life --------------------------------------------------------------------------------------------------------

export function createTable(tiling: Tiling): bool {
  if (!ensureNodes(segmentNode(0), 1)) return false;
  const segment = takeNode(segmentNode(0));
  store<u32>(segmentAt(tiling, 0), <u32>segment);
  resetTable(tiling);
  return true;
}

function resetTable(tiling: Tiling): void {
  memory.fill(load<u32>(segmentAt(tiling, 0)), 0, FIRST << BUCKET);
  tiling.buckets = FIRST;
  tiling.mask = 2 * FIRST - 1;
  tiling.entries = 0;
}

/** Forget every block. O(buckets). */
export function clearTable(tiling: Tiling): void {
  for (let bucket: u32 = 0; bucket < tiling.buckets; bucket++) {
    let node = chainOf(bucketAt(tiling, bucket));
    while (node) {
      const next = node.next;
      dropNode(tiling, node);
      node = next;
    }
  }
  for (let segment = segmentOf(tiling.buckets - 1); segment > 0; segment--)
    releaseSegment(tiling, segment);
  resetTable(tiling);
}

/** Only after `clearTable`, or before any block. */
export function releaseTable(tiling: Tiling): void {
  releaseNode(segmentNode(0), load<u32>(segmentAt(tiling, 0)));
}

export function tableBytes(tiling: Tiling): f64 {
  let bytes = <f64>tiling.chained * <f64>nodeBytes(CHAIN_NODE);
  for (let segment: u32 = 0; segment <= segmentOf(tiling.buckets - 1); segment++)
    bytes += <f64>nodeBytes(segmentNode(segment));
  return bytes;
}

function releaseSegment(tiling: Tiling, segment: u32): void {
  const sub = (segment - 1) & 3;
  const first = (4 | sub) << ((segment - 1) >>> 2);
  releaseNode(
    segmentNode(segment),
    <usize>load<u32>(segmentAt(tiling, segment)) + ((<usize>first) << BUCKET),
  );
}

// Blocks ------------------------------------------------------------------------------------------------------

/** The block in the table that starts at `address`, or null. O(1) expected. */
export function lookup(tiling: Tiling, address: f64): Block | null {
  const h = hash(address);
  const bucket = bucketOf(tiling, h);
  let places = placesOf(bucket, tagOf(h));
  while (places) {
    const block = blockIn(bucket, ctz<u32>(places));
    if (block.start == address) return block;
    places &= places - 1;
  }
  let node = chainOf(bucket);
  while (node && node.block.start != address) node = node.next;
  return node ? node.block : null;
}

/** Add a block. Only after `ensureEntries`. O(1) expected. */
@inline
export function enter(tiling: Tiling, block: Block): void {
  const h = hash(block.start);
  const bucket = bucketOf(tiling, h);
  const taken = placesTaken(bucket);
  if (taken != ALL) put(bucket, ctz<u32>(~taken), block, tagOf(h));
  else addNode(tiling, bucket, block, tagOf(h));
  if (++tiling.entries > tiling.buckets * FILL) addBucket(tiling);
}

/** Remove the block that starts at `address` and return it; null if there is none. O(1) expected. */
@inline
export function withdraw(tiling: Tiling, address: f64): Block | null {
  const h = hash(address);
  const bucket = bucketOf(tiling, h);
  let places = placesOf(bucket, tagOf(h));
  while (places) {
    const place = ctz<u32>(places);
    const block = blockIn(bucket, place);
    if (block.start == address) {
      store<u8>(bucket + place, 0);
      if (chainOf(bucket)) refill(tiling, bucket, place);
      if (--tiling.entries * 2 < tiling.buckets * FILL) dropBuckets(tiling);
      return block;
    }
    places &= places - 1;
  }
  return withdrawFromChain(tiling, bucket, address);
}

function withdrawFromChain(tiling: Tiling, bucket: usize, address: f64): Block | null {
  let link = bucket + CHAIN;
  let node = chainOf(bucket);
  while (node && node.block.start != address) {
    link = changetype<usize>(node) + offsetof<Node>("next");
    node = node.next;
  }
  if (!node) return null;
  const block = node.block;
  store<usize>(link, changetype<usize>(node.next));
  dropNode(tiling, node);
  tiling.entries--;
  return block;
}

function addNode(tiling: Tiling, bucket: usize, block: Block, tag: u32): void {
  const node = changetype<Node>(takeNode(CHAIN_NODE));
  node.block = block;
  node.next = chainOf(bucket);
  node.tag = tag;
  setChain(bucket, node);
  tiling.chained++;
}

function dropNode(tiling: Tiling, node: Node): void {
  releaseNode(CHAIN_NODE, changetype<usize>(node));
  tiling.chained--;
}

/** Let the first block of the chain have a place that is empty. */
function refill(tiling: Tiling, bucket: usize, place: u32): void {
  const node = chainOf(bucket)!;
  put(bucket, place, node.block, node.tag);
  setChain(bucket, node.next);
  dropNode(tiling, node);
}

/** Let another block stand where one was entered that has the same start. */
export function replace(tiling: Tiling, block: Block, by: Block): void {
  const h = hash(block.start);
  const bucket = bucketOf(tiling, h);
  let places = placesTaken(bucket);
  while (places) {
    const place = ctz<u32>(places);
    if (blockIn(bucket, place) == block) return put(bucket, place, by, tagOf(h));
    places &= places - 1;
  }
  let node = chainOf(bucket)!;
  while (node.block != block) node = node.next!;
  node.block = by;
}

// Growing and shrinking ---------------------------------------------------------------------------------------

/** Split the next bucket in turn, unless the storage cannot grow. */
function addBucket(tiling: Tiling): void {
  const added = tiling.buckets;
  if (added == MOST_BUCKETS) return;
  const segment = segmentOf(added);
  if (startsSegment(added)) {
    if (!ensureNodes(segmentNode(segment), 1)) return;
    const node = takeNode(segmentNode(segment));
    store<u32>(segmentAt(tiling, segment), <u32>(node - ((<usize>added) << BUCKET)));
  }
  tiling.buckets = added + 1;
  const mask = tiling.mask;
  if (tiling.buckets > mask) tiling.mask = (mask << 1) | 1;
  const from = bucketAt(tiling, added & (mask >> 1));
  const to = bucketAt(tiling, added);
  memory.fill(to, 0, 1 << BUCKET);
  let free: u32 = 0;
  for (let place: u32 = 0; place < PLACES; place++) {
    const tag: u32 = load<u8>(from + place);
    if (!tag) continue;
    const block = blockIn(from, place);
    if (numberOf(tiling, hash(block.start)) != added) continue;
    store<u8>(from + place, 0);
    put(to, free++, block, tag);
  }
  // What is in the chain goes to places, or to the chain, of either bucket.
  let node = chainOf(from);
  setChain(from, null);
  while (node) {
    const next = node.next;
    const bucket = numberOf(tiling, hash(node.block.start)) == added ? to : from;
    move(tiling, node, bucket);
    node = next;
  }
}

/** Put what a node of no chain holds into a bucket. */
function move(tiling: Tiling, node: Node, bucket: usize): void {
  const taken = placesTaken(bucket);
  if (taken != ALL) {
    put(bucket, ctz<u32>(~taken), node.block, node.tag);
    dropNode(tiling, node);
  } else {
    node.next = chainOf(bucket);
    setChain(bucket, node);
  }
}

/** Two, so that there are never more than twice as many as blocks need, except for the first ones. */
function dropBuckets(tiling: Tiling): void {
  dropBucket(tiling);
  dropBucket(tiling);
}

/** Join the last bucket to the one it was split from, if that has enough places. */
function dropBucket(tiling: Tiling): void {
  const dropped = tiling.buckets - 1;
  if (dropped < FIRST) return;
  const mask = dropped <= tiling.mask >> 1 ? tiling.mask >> 1 : tiling.mask;
  const from = bucketAt(tiling, dropped);
  const to = bucketAt(tiling, dropped & (mask >> 1));
  let moving = placesTaken(from);
  if (popcnt<u32>(moving) + popcnt<u32>(placesTaken(to)) > PLACES) return;
  tiling.buckets = dropped;
  tiling.mask = mask;
  while (moving) {
    const place = ctz<u32>(moving);
    put(to, ctz<u32>(~placesTaken(to)), blockIn(from, place), load<u8>(from + place));
    moving &= moving - 1;
  }
  let node = chainOf(from);
  while (node) {
    const next = node.next;
    move(tiling, node, to);
    node = next;
  }
  if (startsSegment(dropped)) releaseSegment(tiling, segmentOf(dropped));
}

// Checking ----------------------------------------------------------------------------------------------------

/** Whether every block of the table is where its address belongs, and there are `entries` of them. O(n). */
export function isTableSound(tiling: Tiling): bool {
  const buckets = tiling.buckets;
  if (buckets < FIRST || buckets <= tiling.mask >> 1 || buckets > tiling.mask) return false;
  let count: u32 = 0;
  let chained: u32 = 0;
  for (let number: u32 = 0; number < buckets; number++) {
    const bucket = bucketAt(tiling, number);
    for (let place: u32 = 0; place < PLACES; place++) {
      const tag: u32 = load<u8>(bucket + place);
      if (!tag) continue;
      const h = hash(blockIn(bucket, place).start);
      if (++count > tiling.entries || tag != tagOf(h) || numberOf(tiling, h) != number)
        return false;
    }
    let node = chainOf(bucket);
    // Only what has no place is in a chain.
    if (node && placesTaken(bucket) != ALL) return false;
    while (node) {
      const h = hash(node.block.start);
      if (++count > tiling.entries || node.tag != tagOf(h) || numberOf(tiling, h) != number)
        return false;
      chained++;
      node = node.next;
    }
  }
  return count == tiling.entries && chained == tiling.chained;
}
