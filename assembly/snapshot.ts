// Snapshots: the whole state of an allocator as bytes, and back.
//
//   0          4         6        7       8          16      24     28     32       36     40
//   | "SUBA"   | version | policy | flags | capacity | rover | free | live | length | note | body … | note … | crc |
//     4 bytes    u16       u8       u8      f64        f64     u32    u32    u32      u32                      u32
//
// All little-endian. flags: 1 tracked, 2 wide. free and live are the numbers of blocks, length the bytes of the
// whole, note those of a note that the caller puts in. crc is the CRC-32 of ISO 3309 over all before it.
//
// The body holds the free blocks, for best fit again by size, and of a tracked allocator the live ones:
//   linked list   for each block: gap, size
//   a tree        height, then its nodes in preorder: count, and in a leaf for each entry: gap, b, and a label if it
//                 has one; in an inner node behind each child but the first: slack, and by size also the separator's b
// where heights and counts are bytes and all else LEB128. A gap is the distance from the end of the block before
// (in a tree by size: from the size before), slack that from the separator to the child's first a. Trees keep their
// shape and their separators, so that what is restored cannot be told from what was saved, then or later.
//
// Reading trusts nothing: no byte is read beyond the end, no node is filled beyond its lanes, and the checker
// must be content with the whole in the end.

import { checkAllocator, dropAllocator } from "./allocator";
import { appendToList, nextOf, sizeOf, startOf } from "./engines/linked-list";
import {
  ByAddress,
  BySize,
  Labelled,
  bLanes,
  countOf,
  getA,
  getB,
  getC,
  getChild,
  innerClass,
  insertChild,
  insertEntry,
  isByAddress,
  isBySize,
  isLabelled,
  leafClass,
  linkLeafAfter,
  takeInner,
  takeLeaf,
} from "./engines/tree/node";
import { LANES, greatest } from "./engines/tree/lanes";
import {
  Tree,
  heightOf,
  innersOf,
  leavesOf,
  rootOf,
  setHeight,
  setInners,
  setLargest,
  setLeaves,
  setRoot,
} from "./engines/tree/tree";
import { MAX_SAFE, isAddress, isSize } from "./numbers";
import {
  BEST_FIT,
  Handle,
  LINKED_LIST,
  MAX_NARROW,
  POLICY_COUNT,
  addressTree,
  blocksOf,
  capacityOf,
  createRecord,
  freeMemoryOf,
  headOf,
  isTracked,
  isWide,
  liveOf,
  liveTree,
  policyOf,
  roverOf,
  setBlocks,
  setFreeMemory,
  setLive,
  setRover,
  setWide,
  sizeTree,
} from "./record";
import { NODE_STORAGE, NOT_A_SNAPSHOT, OK, SNAPSHOT_DAMAGED, SNAPSHOT_VERSION } from "./status";
import { LIST_NODE, reserveNodes, scratch } from "./storage";

const MAGIC: u32 = 0x41425553; // "SUBA"
const VERSION: u16 = 1;
const HEADER: u32 = 40;
const CRC: u32 = 4;
const MAX_HEIGHT: u32 = 15;

// CRC-32, four bits at a time: remainders of 0 … 15 by the reversed polynomial 0xEDB88320.
const crcOfNibble = memory.data<u32>([
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
  0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
]);

function crc32(from: usize, length: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let i: u32 = 0; i < length; i++) {
    crc ^= load<u8>(from + i);
    crc = (crc >>> 4) ^ load<u32>(crcOfNibble + ((crc & 15) << 2));
    crc = (crc >>> 4) ^ load<u32>(crcOfNibble + ((crc & 15) << 2));
  }
  return ~crc;
}

// Writing -----------------------------------------------------------------------------------------------------

/** Where the next byte goes; with `isMeasuring`, only how far it would be. */
let position: usize = 0;
let isMeasuring: bool = false;
/** End of the block (or size) written or read last, from which the next gap counts. */
let reached: f64 = 0;

function putByte(value: u32): void {
  if (!isMeasuring) store<u8>(position, value);
  position++;
}

function putNumber(value: f64): void {
  let rest = <u64>value;
  while (rest > 127) {
    putByte(<u32>(rest & 127) | 128);
    rest >>= 7;
  }
  putByte(<u32>rest);
}

function putBody(a: Handle): void {
  if (policyOf(a) == LINKED_LIST) {
    reached = 0;
    for (let node = headOf(a); node; node = nextOf(node)) {
      putNumber(startOf(node) - reached);
      putNumber(sizeOf(node));
      reached = startOf(node) + sizeOf(node);
    }
  }
  if (isWide(a)) putTrees<f64>(a);
  else putTrees<u32>(a);
}

function putTrees<T>(a: Handle): void {
  if (policyOf(a) != LINKED_LIST) putTree<T, ByAddress>(addressTree(a));
  if (policyOf(a) == BEST_FIT) putTree<T, BySize>(sizeTree(a));
  if (isTracked(a)) putTree<T, Labelled>(liveTree(a));
}

function putTree<T, O>(tree: Tree): void {
  reached = 0;
  putByte(heightOf(tree));
  putNode<T, O>(rootOf(tree), heightOf(tree));
}

function putNode<T, O>(node: usize, level: u32): void {
  const count = countOf(node);
  putByte(count);
  for (let i: u32 = 0; i < count; i++) {
    if (level) {
      const child = getChild<T>(node, i);
      putNode<T, O>(child, level - 1);
      if (i) putNumber(<f64>(getA<T>(firstLeaf<T>(child, level - 1), 0) - getA<T>(node, i)));
      if (i && isBySize<O>()) putNumber(<f64>getB<T>(node, i));
      continue;
    }
    const entryA = <f64>getA<T>(node, i);
    const entryB = <f64>getB<T>(node, i);
    putNumber(entryA - reached);
    putNumber(entryB);
    if (isLabelled<O>()) putNumber(getC<T>(node, i));
    reached = endOfEntry<O>(entryA, entryB);
  }
}

/** From where the next gap counts. */
function endOfEntry<O>(a: f64, b: f64): f64 {
  return isBySize<O>() ? a : a + b;
}

/**
 * Write a snapshot into the scratch memory, all but the note and the crc, which `sealSnapshot` completes.
 * Its length in bytes, or NODE_STORAGE. O(n).
 */
export function writeSnapshot(a: Handle, noteLength: u32): f64 {
  isMeasuring = true;
  position = 0;
  putBody(a);
  isMeasuring = false;
  const length = HEADER + <u32>position + noteLength + CRC;
  const start = scratch(length);
  if (!start) return NODE_STORAGE;
  store<u32>(start, MAGIC);
  store<u16>(start, VERSION, 4);
  store<u8>(start, policyOf(a), 6);
  store<u8>(start, <u32>isTracked(a) | (<u32>isWide(a) << 1), 7);
  store<f64>(start, capacityOf(a), 8);
  store<f64>(start, roverOf(a), 16);
  store<u32>(start, blocksOf(a), 24);
  store<u32>(start, liveOf(a), 28);
  store<u32>(start, length, 32);
  store<u32>(start, noteLength, 36);
  position = start + HEADER;
  putBody(a);
  return length;
}

/** Complete a snapshot of `length` bytes in the scratch memory, once its note is in place. */
export function sealSnapshot(length: u32): void {
  const start = scratch(length);
  store<u32>(start + length - CRC, crc32(start, length - CRC));
}

// Reading -----------------------------------------------------------------------------------------------------

/** First byte behind the body. */
let bodyEnd: usize = 0;
/** OK until something was found wrong. */
let trouble: f64 = OK;

function getByte(): u32 {
  if (position < bodyEnd) return load<u8>(position++);
  trouble = SNAPSHOT_DAMAGED;
  return 0;
}

function getNumber(): f64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 56; shift += 7) {
    const byte = getByte();
    value |= <u64>(byte & 127) << shift;
    if (byte < 128) return <f64>value;
  }
  trouble = SNAPSHOT_DAMAGED;
  return 0;
}

/** A new allocator from `length` bytes in the scratch memory. Its handle, NODE_STORAGE or why it is none. O(n log n). */
export function readSnapshot(length: u32): f64 {
  const start = scratch(length);
  if (length < 8 || load<u32>(start) != MAGIC) return NOT_A_SNAPSHOT;
  if (load<u16>(start, 4) != VERSION) {
    // A version of ours that is not known yet, or a flipped bit? Only the former has a sound crc.
    const isSound = length > HEADER + CRC && load<u32>(start + length - CRC) == crc32(start, length - CRC);
    return isSound ? SNAPSHOT_VERSION : SNAPSHOT_DAMAGED;
  }
  if (length < HEADER + CRC || load<u32>(start, 32) != length) return SNAPSHOT_DAMAGED;
  if (load<u32>(start + length - CRC) != crc32(start, length - CRC)) return SNAPSHOT_DAMAGED;

  const policy: u32 = load<u8>(start, 6);
  const flags: u32 = load<u8>(start, 7);
  const capacity = load<f64>(start, 8);
  const rover = load<f64>(start, 16);
  const noteLength = load<u32>(start, 36);
  if (policy >= POLICY_COUNT || flags > 3 || !isSize(capacity) || !isAddress(rover)) return SNAPSHOT_DAMAGED;
  if (noteLength > length - HEADER - CRC || (capacity > MAX_NARROW && flags < 2)) return SNAPSHOT_DAMAGED;

  const a = createRecord(policy, capacity, (flags & 1) != 0);
  if (!a) return NODE_STORAGE;
  setWide(a, flags >= 2);
  setRover(a, rover);
  setBlocks(a, load<u32>(start, 24));
  setLive(a, load<u32>(start, 28));
  position = start + HEADER;
  bodyEnd = start + length - CRC - noteLength;
  trouble = OK;
  getBody(a);
  if (trouble == OK && (position != bodyEnd || checkAllocator(a) != OK)) trouble = SNAPSHOT_DAMAGED;
  return trouble == OK ? <f64>a : discard(a);
}

/** Give back what has been built so far. */
function discard(a: Handle): f64 {
  const why = trouble;
  dropAllocator(a);
  return why;
}

function getBody(a: Handle): void {
  if (policyOf(a) == LINKED_LIST) {
    reached = 0;
    const count = blocksOf(a);
    setBlocks(a, 0);
    for (let i: u32 = 0; i < count && trouble == OK; i++) {
      const start = reached + getNumber();
      const size = getNumber();
      if (!(start + size <= capacityOf(a))) trouble = SNAPSHOT_DAMAGED;
      else if (!reserveNodes(LIST_NODE, 1)) trouble = NODE_STORAGE;
      else appendToList(a, start, size);
      setFreeMemory(a, freeMemoryOf(a) + size);
      reached = start + size;
    }
  }
  if (isWide(a)) getTrees<f64>(a);
  else getTrees<u32>(a);
}

function getTrees<T>(a: Handle): void {
  if (policyOf(a) != LINKED_LIST) getTree<T, ByAddress>(a, addressTree(a));
  if (policyOf(a) == BEST_FIT) getTree<T, BySize>(a, sizeTree(a));
  if (isTracked(a)) getTree<T, Labelled>(a, liveTree(a));
}

let lastLeaf: usize = 0;

function getTree<T, O>(a: Handle, tree: Tree): void {
  if (trouble != OK) return;
  reached = 0;
  lastLeaf = 0;
  const height = getByte();
  if (height > MAX_HEIGHT) {
    trouble = SNAPSHOT_DAMAGED;
    return;
  }
  const root = getNode<T, O>(a, tree, height);
  setRoot(tree, root);
  setHeight(tree, height);
  if (isByAddress<O>() && root) setLargest<T>(tree, greatest<T>(bLanes<T>(root)));
}

/** A node and all below it, as far as they could be read; 0 if there was no room for it. */
function getNode<T, O>(a: Handle, tree: Tree, level: u32): usize {
  const count = getByte();
  if (count > LANES || (level && !count)) trouble = SNAPSHOT_DAMAGED;
  if (!reserveNodes(level ? innerClass<T>() : leafClass<T, O>(), 1)) trouble = NODE_STORAGE;
  if (trouble != OK) return 0;
  return level ? getInner<T, O>(a, tree, level, count) : getLeaf<T, O>(a, tree, count);
}

function getLeaf<T, O>(a: Handle, tree: Tree, count: u32): usize {
  const leaf = takeLeaf<T, O>();
  setLeaves(tree, leavesOf(tree) + 1);
  linkLeafAfter(leaf, lastLeaf);
  lastLeaf = leaf;
  for (let i: u32 = 0; i < count; i++) {
    const entryA = reached + getNumber();
    const entryB = getNumber();
    const label = isLabelled<O>() ? getNumber() : 0;
    if (!(entryA + entryB <= capacityOf(a)) || label > <f64>u32.MAX_VALUE) trouble = SNAPSHOT_DAMAGED;
    if (trouble != OK) break;
    insertEntry<T, O>(leaf, i, <T>entryA, <T>entryB, <u32>label);
    reached = endOfEntry<O>(entryA, entryB);
    if (isByAddress<O>()) setFreeMemory(a, freeMemoryOf(a) + entryB);
  }
  return leaf;
}

function getInner<T, O>(a: Handle, tree: Tree, level: u32, count: u32): usize {
  const inner = takeInner<T>();
  setInners(tree, innersOf(tree) + 1);
  for (let i: u32 = 0; i < count; i++) {
    const child = getNode<T, O>(a, tree, level - 1);
    if (child) {
      let separatorA: f64 = 0;
      let separatorB: f64 = 0;
      if (i && trouble == OK) {
        separatorA = <f64>getA<T>(firstLeaf<T>(child, level - 1), 0) - getNumber();
        if (isBySize<O>()) separatorB = getNumber();
        // A separator's b may lie beyond a capacity that was once greater.
        const greatestB = <f64>(isWide(a) ? MAX_SAFE : MAX_NARROW);
        if (separatorA < 0 || separatorB > greatestB) trouble = SNAPSHOT_DAMAGED;
      }
      const b = isByAddress<O>() ? greatest<T>(bLanes<T>(child)) : <T>separatorB;
      insertChild<T>(inner, i, <T>separatorA, b, child);
    }
    if (trouble != OK) break;
  }
  return inner;
}

function firstLeaf<T>(node: usize, level: u32): usize {
  for (; level > 0; level--) node = getChild<T>(node, 0);
  return node;
}
