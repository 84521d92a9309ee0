// Snapshots from inside: bytes made by hand, with a sound checksum but nonsense for a body, are refused; so is a
// sound body cut off anywhere; and whatever single bit of one is turned over, what is restored is sound or
// refused. Nothing traps, and no node is lost. Unused nodes are full of ones before each, so that reading what
// was never written shows.

import { dropAllocator } from "../../assembly/allocator";
import { allocateRange, freeRange } from "../../assembly/ranges";
import { BEST_FIT, FIRST_FIT, Handle, LINKED_LIST, capacityOf, freeMemoryOf, isTracked } from "../../assembly/record";
import { readSnapshot, sealSnapshot, writeSnapshot } from "../../assembly/snapshot";
import { NOT_A_SNAPSHOT, OK, SNAPSHOT_DAMAGED, SNAPSHOT_VERSION } from "../../assembly/status";
import {
  CLASS_COUNT,
  NodeClass,
  giveNode,
  nodeBytes,
  reserveNodes,
  scratch,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../assembly/storage";
import { damageOf, withBlocks } from "./support/blocks";
import { whole } from "./support/list";
import { Entries, times } from "./support/tree";

const MOST_BYTES: usize = 16384;
const HEADER: u32 = 40;
const CRC: u32 = 4;

// Offsets in the header.
const POLICY: usize = 6;
const FLAGS: usize = 7;
const CAPACITY: usize = 8;
const ROVER: usize = 16;
const FREE: usize = 24;
const LIVE: usize = 28;
const LENGTH: usize = 32;
const NOTE: usize = 36;

const TRACKED: u32 = 1;
const WIDE: u32 = 2;

// Nodes -------------------------------------------------------------------------------------------------------

/** Bytes of all nodes that somebody holds. */
function bytesInUse(): f64 {
  let unused: f64 = 0;
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) unused += <f64>unusedNodes(c) * nodeBytes(c);
  return storageBytes() - unused;
}

const held: usize[] = [];

/** Every byte of every unused node is 255, but for the links. */
function soil(): void {
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) {
    reserveNodes(c, 40);
    while (unusedNodes(c)) {
      const node = takeNode(c);
      memory.fill(node, 0xff, nodeBytes(c));
      held.push(node);
    }
    while (held.length) giveNode(c, held.pop());
  }
}

// Bytes by hand -----------------------------------------------------------------------------------------------

let start: usize = 0;
let position: u32 = 0;

/** A header, behind which the body follows. */
function begin(policy: u32, flags: u32, capacity: f64, free: u32, live: u32): void {
  start = scratch(MOST_BYTES);
  memory.fill(start, 0, HEADER);
  store<u32>(start, 0x41425553);
  store<u16>(start, 1, 4);
  store<u8>(start, policy, POLICY);
  store<u8>(start, flags, FLAGS);
  store<f64>(start, capacity, CAPACITY);
  store<u32>(start, free, FREE);
  store<u32>(start, live, LIVE);
  position = HEADER;
}

/** Bytes as they are. */
function put(bytes: u32[]): void {
  for (let i = 0; i < bytes.length; i++) store<u8>(start + position++, bytes[i]);
}

/** `count` times the same. */
function repeat(count: u32, bytes: u32[]): void {
  for (let i: u32 = 0; i < count; i++) put(bytes);
}

/** Length and checksum; what `readSnapshot` says. */
function restore(): f64 {
  const length = position + CRC;
  store<u32>(start, length, <usize>LENGTH);
  sealSnapshot(length);
  return readSnapshot(length);
}

let wrong: string = "";

/** What is in the scratch memory is refused, and all nodes are back. */
function refused(what: string): void {
  const before = bytesInUse();
  soil();
  const got = restore();
  if (got != SNAPSHOT_DAMAGED && !wrong.length) wrong = what + ": " + whole(got);
  if (bytesInUse() != before && !wrong.length) wrong = what + ": nodes are lost";
}

/** It is not refused. */
function restored(what: string): void {
  soil();
  const got = restore();
  if (got < 0 && !wrong.length) wrong = what + ": " + whole(got);
  if (got > 0) dropAllocator(<Handle>got);
}

// Bodies of seven blocks of one unit with a gap of one in front of each: [1 2) [3 4) … [13 14).
const SEVEN: u32[] = [7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

beforeEach(() => {
  wrong = "";
  scratch(2 * MOST_BYTES);
});

function demand(): void {
  expect<string>(wrong).toBe("");
}

describe("a snapshot made by hand", () => {
  it("is restored if it makes sense", () => {
    begin(FIRST_FIT, 0, 100, 2, 0);
    put([0, 2, 10, 5, 5, 10]); // a leaf: [10 15) [20 30)
    soil();
    const got = restore();
    expect<f64>(got).toBeGreaterThan(0);
    const a = <Handle>got;
    expect<f64>(freeMemoryOf(a)).toBe(15);
    expect<f64>(allocateRange(a, 6, 1)).toBe(20);
    dropAllocator(a);

    begin(FIRST_FIT, WIDE, 100, 14, 0);
    put([1, 2]);
    put(SEVEN);
    put(SEVEN);
    put([0]); // the separator is the start behind it
    restored("two leaves, wide");
    begin(BEST_FIT, 0, 100, 2, 0);
    put([0, 2, 10, 5, 5, 10, 0, 2, 5, 10, 5, 20]);
    restored("by size as well");
    begin(FIRST_FIT, TRACKED, 20, 1, 2);
    put([0, 1, 10, 5, 0, 2, 0, 10, 1, 5, 5, 2]);
    restored("tracked");
    begin(LINKED_LIST, 0, 100, 2, 0);
    put([10, 5, 5, 10]);
    restored("a list");
    demand();
  });

  it("is refused for its header", () => {
    const capacities: f64[] = [0, -1, 14, 99.5, NaN, Infinity, 9007199254740992];
    for (let i = 0; i < capacities.length; i++) {
      begin(FIRST_FIT, capacities[i] > 100 ? WIDE : 0, capacities[i], 1, 0);
      put([0, 1, 10, 5]);
      refused("capacity " + capacities[i].toString());
    }
    const rovers: f64[] = [-1, 0.5, NaN, Infinity, 9007199254740992];
    for (let i = 0; i < rovers.length; i++) {
      begin(FIRST_FIT, 0, 100, 1, 0);
      store<f64>(start, rovers[i], ROVER);
      put([0, 1, 10, 5]);
      refused("rover " + rovers[i].toString());
    }
    begin(5, 0, 100, 1, 0);
    put([0, 1, 10, 5]);
    refused("an unknown policy");
    begin(FIRST_FIT, 4, 100, 1, 0);
    put([0, 1, 10, 5]);
    refused("an unknown flag");
    begin(FIRST_FIT, 0, 4294967296, 1, 0);
    put([0, 1, 10, 5]);
    refused("a capacity that takes more than 32 bits");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 5]);
    store<u32>(start, 5, NOTE);
    refused("a note longer than the body");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 5]);
    store<u32>(start, u32.MAX_VALUE, NOTE);
    refused("a note longer than the whole");
    for (let free: u32 = 0; free < 4; free++) {
      if (free == 1) continue;
      begin(FIRST_FIT, 0, 100, free, 0);
      put([0, 1, 10, 5]);
      refused("a wrong number of blocks");
      begin(LINKED_LIST, 0, 100, free, 0);
      put([10, 5]);
      refused("a wrong number of blocks of a list");
    }
    begin(LINKED_LIST, 0, 100, u32.MAX_VALUE, 0);
    put([10, 5]);
    refused("a list without an end");
    begin(FIRST_FIT, TRACKED, 20, 1, 3);
    put([0, 1, 10, 5, 0, 2, 0, 10, 1, 5, 5, 2]);
    refused("a wrong number of live blocks");
    begin(FIRST_FIT, TRACKED, 21, 1, 2);
    put([0, 1, 10, 5, 0, 2, 0, 10, 1, 5, 5, 2]);
    refused("a capacity that is not all free or live");
    demand();
  });

  it("is refused for its nodes", () => {
    begin(FIRST_FIT, 0, 100, 17, 0);
    put([0, 17]);
    repeat(17, [1, 1]);
    refused("a leaf of seventeen");
    begin(FIRST_FIT, 0, 10000, 119, 0);
    put([1, 17]);
    put(SEVEN);
    for (let i = 0; i < 16; i++) {
      put(SEVEN);
      put([0]);
    }
    refused("an inner node of seventeen");
    begin(FIRST_FIT, 0, 100, 0, 0);
    put([0, 255]);
    refused("a leaf of 255");
    for (let height: u32 = 1; height < 256; height += height < 20 ? 1 : 59) {
      begin(FIRST_FIT, 0, 100, 0, 0);
      put([height, 2]);
      refused("a height and no more");
      begin(FIRST_FIT, 0, 100, 0, 0);
      put([height]);
      repeat(200, [0]);
      refused("no children");
      begin(FIRST_FIT, 0, 100, 0, 0);
      put([height]);
      repeat(200, [1]);
      refused("one child each");
      begin(FIRST_FIT, 0, 100, 0, 0);
      put([height]);
      repeat(height, [2]);
      repeat(200, [0]);
      refused("leaves without entries");
    }
    // The second child of the root has no children itself, or cannot be read to the end.
    begin(FIRST_FIT, 0, 1000, 14, 0);
    put([2, 2, 2]);
    put(SEVEN);
    put(SEVEN);
    put([0, 0, 0, 0]);
    refused("an inner node without children");
    begin(FIRST_FIT, 0, 1000, 14, 0);
    put([2, 2, 2]);
    put(SEVEN);
    put(SEVEN);
    put([0, 7]);
    refused("an inner node that ends too soon");
    begin(FIRST_FIT, 0, 100, 13, 0);
    put([1, 2]);
    put(SEVEN);
    put([6, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    refused("a leaf of six");
    begin(FIRST_FIT, 0, 100, 7, 0);
    put([1, 1]);
    put(SEVEN);
    refused("a root with one child");
    begin(FIRST_FIT, 0, 100, 14, 0);
    put([1, 2]);
    put(SEVEN);
    put(SEVEN);
    put([2]);
    refused("a separator that is not above what is in front");
    begin(FIRST_FIT, 0, 100, 14, 0);
    put([1, 2]);
    put(SEVEN);
    put(SEVEN);
    put([100]);
    refused("a separator below 0");
    demand();
  });

  it("is refused for its blocks", () => {
    begin(FIRST_FIT, 0, 100, 2, 0);
    put([0, 2, 10, 5, 0, 10]);
    refused("blocks that touch");
    begin(LINKED_LIST, 0, 100, 2, 0);
    put([10, 5, 0, 10]);
    refused("blocks of a list that touch");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 0]);
    refused("a block without a size");
    begin(LINKED_LIST, 0, 100, 1, 0);
    put([10, 0]);
    refused("a block of a list without a size");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 91]);
    refused("a block beyond the capacity");
    begin(LINKED_LIST, 0, 100, 1, 0);
    put([10, 91]);
    refused("a block of a list beyond the capacity");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 133, 128, 128, 128, 16]); // 2^32 + 5
    refused("a size that is small in 32 bits only");
    begin(FIRST_FIT, WIDE, 9007199254740991, 1, 0);
    put([0, 1]);
    repeat(2, [255, 255, 255, 255, 255, 255, 255, 127]);
    refused("a sum that is not exact");
    begin(BEST_FIT, 0, 100, 2, 0);
    put([0, 2, 10, 5, 5, 10, 0, 2, 5, 10, 5, 21]);
    refused("another block by size");
    begin(BEST_FIT, 0, 100, 2, 0);
    put([0, 2, 10, 5, 5, 10, 0, 1, 5, 10]);
    refused("a block less by size");
    begin(BEST_FIT, 0, 100, 2, 0);
    put([0, 2, 10, 5, 5, 5, 0, 2, 5, 20, 0, 10]);
    refused("the wrong order by size");
    begin(FIRST_FIT, TRACKED, 20, 1, 2);
    put([0, 1, 10, 5, 0, 2, 0, 11, 1, 4, 4, 2]);
    refused("a live block that is partly free");
    begin(FIRST_FIT, TRACKED, 20, 1, 2);
    put([0, 1, 10, 5, 0, 2, 0, 10, 133, 128, 128, 128, 16, 5, 5, 2]);
    refused("a label of more than 32 bits");
    demand();
  });

  it("is refused for its numbers", () => {
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10]);
    repeat(20, [128]);
    refused("a number without an end");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 133]);
    refused("a number cut off");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 133, 128, 128, 128, 128, 128, 128, 128, 128, 1]);
    refused("a number of more than 56 bits");
    begin(FIRST_FIT, 0, 100, 1, 0);
    put([0, 1, 10, 5, 0]);
    refused("a byte too many");
    begin(FIRST_FIT, 0, 100, 1, 0);
    refused("no body");
    demand();
  });
});

// A sound one, spoilt ------------------------------------------------------------------------------------------

const sound: usize = memory.data(16384, 16);

/** The snapshot of an allocator with three levels by address. Its length without the checksum. */
function saveSound(policy: u32, tracked: bool, wide: bool): u32 {
  const base: f64 = wide ? 8589934592 : 0;
  const blocks = new Entries();
  for (let i: u32 = 1; i <= 98; i++) blocks.add(base + 100 * <f64>i, 20 + <f64>((i * 7) % 40));
  const shape = "[[" + times(7, "7") + "] [" + times(7, "7") + "]]";
  const a = withBlocks(policy, base + 10000, tracked, shape, blocks);
  const length = <u32>writeSnapshot(a, 0);
  if (<usize>length > MOST_BYTES) throw new Error("too long");
  memory.copy(sound, scratch(length), length);
  dropAllocator(a);
  return length - CRC;
}

function loadSound(length: u32): void {
  start = scratch(MOST_BYTES);
  memory.copy(start, sound, length);
  position = length;
}

function cutAnywhere(policy: u32, tracked: bool, wide: bool): void {
  const length = saveSound(policy, tracked, wide);
  for (let at = HEADER; at < length; at++) {
    loadSound(at);
    refused("cut off at " + at.toString());
  }
  loadSound(length);
  restored("whole");
}

/** What has been restored is as good as any allocator. */
function use(a: Handle): string {
  const damage = damageOf(a);
  if (damage.length) return damage;
  if (isTracked(a)) return "";
  for (let i = 0; i < 3; i++) {
    const address = allocateRange(a, 2, 4);
    if (address < 0) break;
    if (freeRange(a, address, 1) != OK) return "cannot free what it has handed out";
  }
  if (capacityOf(a) < 1) return "no capacity";
  return damageOf(a);
}

function turnEveryBit(policy: u32, tracked: bool, wide: bool): void {
  const length = saveSound(policy, tracked, wide);
  soil();
  const before = bytesInUse();
  for (let at: u32 = 0; at < length && !wrong.length; at++) {
    // Every bit of the header and the first nodes, and further on one in each byte.
    const step: u32 = at < 80 ? 1 : 8;
    for (let bit: u32 = at < 80 ? 0 : at % 8; bit < 8; bit += step) {
      loadSound(length);
      if (<usize>at >= LENGTH && <usize>at < NOTE) continue; // `restore` writes the length itself
      store<u8>(start + at, <u32>load<u8>(start + at) ^ (1 << bit));
      const got = restore();
      let fault = "";
      if (got >= 0) {
        fault = use(<Handle>got);
        dropAllocator(<Handle>got);
      } else if (got != SNAPSHOT_DAMAGED && !(at < 4 && got == NOT_A_SNAPSHOT) && !(at < 6 && got == SNAPSHOT_VERSION)) {
        fault = "answer " + whole(got);
      }
      if (bytesInUse() != before) fault += " nodes are lost";
      if (fault.length) wrong = "bit " + bit.toString() + " of byte " + at.toString() + ": " + fault;
    }
  }
}

describe("a sound body", () => {
  it("cut off anywhere is refused", () => {
    cutAnywhere(FIRST_FIT, false, false);
    cutAnywhere(BEST_FIT, true, true);
    cutAnywhere(LINKED_LIST, true, false);
    demand();
  });

  it("with any bit turned over is refused, or sound", () => {
    turnEveryBit(FIRST_FIT, false, false);
    turnEveryBit(BEST_FIT, false, true);
    turnEveryBit(FIRST_FIT, true, false);
    turnEveryBit(LINKED_LIST, false, false);
    demand();
  });
});
