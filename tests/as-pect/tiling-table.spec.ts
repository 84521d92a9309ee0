// The address table and the bins of a tiling, from inside: growth and shrinkage by single buckets, spread of the hash,
// storage that cannot grow, and the words of the bitmap.

import {
  ensureNodes,
  limitStorage,
  nodeClass,
  releaseNode,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../assembly/kernel/pool";
import {
  ensureBins,
  firstBin,
  firstIn,
  isBitmapSound,
  lastBin,
  NONE,
  push,
  remove,
} from "../../assembly/tiling/bins";
import { afterOf, Block, beforeOf, PLAIN_BLOCK, PLAIN_LINKS } from "../../assembly/tiling/block";
import { Tiling } from "../../assembly/tiling/record";
import { enter, isTableSound, lookup, tableBytes, withdraw } from "../../assembly/tiling/table";
import {
  clearTiling,
  createTiling,
  destroyTiling,
  insertAfter,
  removeFromRing,
  seek,
  setCapacity,
  tilingBytes,
} from "../../assembly/tiling/tiling";

const CAPACITY: f64 = 9007199254740991;
let tiling: Tiling = changetype<Tiling>(0);

function add(start: f64): void {
  ensureNodes(PLAIN_BLOCK, 1);
  enter(tiling, insertAfter(tiling, tiling.end.prev, start), start);
}

/** Blocks of the fullest bucket, seen from the records: how many share a chain with each. */
function longestChain(): i32 {
  let longest = 0;
  let block = tiling.end.next;
  while (block != tiling.end) {
    let length = 1;
    let next = block.chain;
    while (next) {
      length++;
      next = next.chain;
    }
    longest = max(longest, length);
    block = block.next;
  }
  return longest;
}

beforeEach(() => {
  tiling = createTiling(2, false)!;
  setCapacity(tiling, CAPACITY);
});
afterEach(() => {
  limitStorage(Infinity);
  destroyTiling(tiling);
});

describe("the address table", () => {
  it("finds what was entered, and nothing else, while it grows", () => {
    let missing = 0;
    for (let i = 0; i < 5000; i++) {
      add(<f64>i * 3);
      if (i % 500 == 0) expect<bool>(isTableSound(tiling)).toBe(true);
    }
    for (let i = 0; i < 5000; i++) {
      const block = lookup(tiling, <f64>i * 3);
      if (!block || block.start != <f64>i * 3) missing++;
      if (lookup(tiling, <f64>i * 3 + 1)) missing++;
    }
    expect<i32>(missing).toBe(0);
    expect<u32>(tiling.entries).toBe(5000);
    // The first 103 blocks added none to the 128 that there are from the beginning.
    expect<u32>(tiling.buckets).toBe(128 + 5000 - 103);
    // 40 segments of 128 buckets, and a directory for 64.
    expect<f64>(tableBytes(tiling)).toBe(40 * 512 + 64 * 4);
    expect<bool>(isTableSound(tiling)).toBe(true);
  });

  it("shrinks when blocks are withdrawn, and releases its segments", () => {
    for (let i = 0; i < 5000; i++) add(<f64>i * 3);
    const segments = unusedNodes(nodeClass(512));
    let wrong = 0;
    for (let i = 4999; i >= 10; i--) {
      const block = withdraw(tiling, <f64>i * 3);
      if (!block || block.start != <f64>i * 3) wrong++;
      if (lookup(tiling, <f64>i * 3)) wrong++;
      removeFromRing(tiling, block!);
      if (i % 500 == 0 && !isTableSound(tiling)) wrong++;
    }
    expect<i32>(wrong).toBe(0);
    expect<u32>(tiling.entries).toBe(10);
    // Two for each block withdrawn since there were less than a quarter as many, 1256: about half are kept.
    expect<u32>(tiling.buckets).toBe(5025 - 2 * (1256 - 10));
    expect<u32>(unusedNodes(nodeClass(512))).toBe(segments + 20);
    for (let i = 0; i < 1300; i++) {
      add(1);
      removeFromRing(tiling, withdraw(tiling, 1)!);
      if (i % 100 == 0) expect<bool>(isTableSound(tiling)).toBe(true);
    }
    expect<u32>(tiling.buckets).toBe(128);
    expect<f64>(tableBytes(tiling)).toBe(512 + 64 * 4);
    expect<u32>(unusedNodes(nodeClass(512))).toBe(segments + 39);
    expect<bool>(withdraw(tiling, 1) == null).toBe(true);
    expect<u32>(tiling.entries).toBe(10);
    expect<bool>(isTableSound(tiling)).toBe(true);
    for (let i = 0; i < 10; i++) expect<bool>(lookup(tiling, <f64>i * 3) != null).toBe(true);
  });

  it("has a quarter more buckets than blocks once blocks have come and gone, and then no more", () => {
    for (let i = 0; i < 1000; i++) add(<f64>i * 3);
    for (let i = 0; i < 400; i++) {
      removeFromRing(tiling, withdraw(tiling, <f64>i * 3)!);
      add(<f64>(i + 1000) * 3);
    }
    expect<u32>(tiling.buckets).toBe(1250);
    expect<bool>(isTableSound(tiling)).toBe(true);
  });

  it("releases its segments when it is cleared", () => {
    for (let i = 0; i < 5000; i++) add(<f64>i * 3);
    const segments = unusedNodes(nodeClass(512));
    clearTiling(tiling);
    expect<u32>(unusedNodes(nodeClass(512))).toBe(segments + 39);
    expect<f64>(tableBytes(tiling)).toBe(512 + 64 * 4);
    expect<bool>(isTableSound(tiling)).toBe(true);
  });

  it("spreads multiples of powers of two, and addresses beyond 2^32", () => {
    for (let exponent = 0; exponent < 42; exponent += 3) {
      const step = <f64>((<u64>1) << exponent);
      for (let i = 0; i < 1500; i++) add(<f64>i * step);
      expect<i32>(longestChain()).toBeLessThan(12, "multiples of 2^" + exponent.toString());
      expect<bool>(isTableSound(tiling)).toBe(true);
      clearTiling(tiling);
      expect<u32>(tiling.entries).toBe(0);
      expect<bool>(lookup(tiling, 0) == null).toBe(true);
    }
  });

  it("works on with longer chains when the storage cannot grow", () => {
    for (let i = 0; i < 102; i++) add(<f64>i);
    ensureNodes(PLAIN_BLOCK, 1000);
    // Use up what is unused of the next segment's class.
    const kept: usize[] = [];
    while (unusedNodes(nodeClass(512)) > 0) kept.push(takeNode(nodeClass(512)));
    limitStorage(storageBytes());
    for (let i = 102; i < 1000; i++) add(<f64>i);
    expect<u32>(tiling.buckets).toBe(128);
    expect<u32>(tiling.entries).toBe(1000);
    let missing = 0;
    for (let i = 0; i < 1000; i++) if (!lookup(tiling, <f64>i)) missing++;
    expect<i32>(missing).toBe(0);
    limitStorage(Infinity);
    for (let i = 1000; i < 2500; i++) add(<f64>i);
    expect<bool>(tiling.buckets > 1000).toBe(true);
    expect<bool>(isTableSound(tiling)).toBe(true);
    for (let i = 0; i < kept.length; i++) releaseNode(nodeClass(512), kept[i]);
  });

  it("works on with a full directory when that cannot grow", () => {
    let blocks = 0;
    for (; tiling.buckets < 16 * 128; blocks++) add(<f64>blocks);
    expect<u32>(tiling.segments).toBe(16);
    ensureNodes(PLAIN_BLOCK, 1000);
    ensureNodes(nodeClass(512), 8);
    const kept: usize[] = [];
    while (unusedNodes(nodeClass(128)) > 0) kept.push(takeNode(nodeClass(128)));
    limitStorage(storageBytes());
    for (; blocks < 3000; blocks++) add(<f64>blocks);
    expect<u32>(tiling.buckets).toBe(16 * 128);
    expect<u32>(tiling.segments).toBe(16);
    expect<bool>(isTableSound(tiling)).toBe(true);
    limitStorage(Infinity);
    for (let i = 3000; i < 6000; i++) add(<f64>i);
    expect<u32>(tiling.segments).toBe(64);
    expect<bool>(isTableSound(tiling)).toBe(true);
    let missing = 0;
    for (let i = 0; i < 6000; i++) if (!lookup(tiling, <f64>i)) missing++;
    expect<i32>(missing).toBe(0);
    for (let i = 0; i < kept.length; i++) releaseNode(nodeClass(128), kept[i]);
  });

  it("counts its bytes", () => {
    const empty = tilingBytes(tiling);
    for (let i = 0; i < 100; i++) add(<f64>i);
    expect<f64>(tilingBytes(tiling) - empty).toBe(100 * 24);
    for (let i = 100; i < 300; i++) add(<f64>i);
    // Two segments more.
    expect<f64>(tilingBytes(tiling) - empty).toBe(300 * 24 + 2 * 512);
  });
});

describe("seeking", () => {
  it("finds the block around an address, from wherever the last search ended", () => {
    for (let i = 0; i < 200; i++) add(<f64>i * 10);
    const addresses: f64[] = [5, 1999, 1000, 1001, 1500, 1509, 3, 995, 0, 10, 9, CAPACITY - 1];
    for (let i = 0; i < addresses.length; i++) {
      const expected = min(Math.floor(addresses[i] / 10) * 10, 1990);
      expect<f64>(seek(tiling, addresses[i]).start).toBe(expected);
      expect<f64>(tiling.cursor.start).toBe(expected);
    }
  });

  it("forgets a cursor that is removed", () => {
    for (let i = 0; i < 3; i++) add(<f64>i * 10);
    const block = seek(tiling, 15);
    withdraw(tiling, 10);
    removeFromRing(tiling, block);
    expect<f64>(tiling.cursor.start).toBe(0);
    expect<f64>(seek(tiling, 15).start).toBe(0);
  });
});

function blockAt(start: f64): Block {
  add(start);
  return tiling.end.prev;
}

describe("bins", () => {
  it("are empty at first", () => {
    expect<u32>(firstBin(tiling, 0)).toBe(NONE);
    expect<u32>(firstBin(tiling, 63)).toBe(NONE);
    expect<u32>(firstBin(tiling, 64)).toBe(NONE);
    expect<u32>(firstBin(tiling, 1728)).toBe(NONE);
    expect<u32>(lastBin(tiling)).toBe(NONE);
    expect<bool>(isBitmapSound(tiling)).toBe(true);
  });

  it("tell the first from one on, and the last", () => {
    const a = blockAt(0);
    const b = blockAt(10);
    push(tiling, a, 5, PLAIN_LINKS);
    push(tiling, b, 40, PLAIN_LINKS);
    expect<u32>(firstBin(tiling, 0)).toBe(5);
    expect<u32>(firstBin(tiling, 5)).toBe(5);
    expect<u32>(firstBin(tiling, 6)).toBe(40);
    expect<u32>(firstBin(tiling, 31)).toBe(40);
    expect<u32>(firstBin(tiling, 32)).toBe(40);
    expect<u32>(firstBin(tiling, 40)).toBe(40);
    expect<u32>(firstBin(tiling, 41)).toBe(NONE);
    expect<u32>(lastBin(tiling)).toBe(40);
    expect<bool>(isBitmapSound(tiling)).toBe(true);
    remove(tiling, b, 40, PLAIN_LINKS);
    expect<u32>(lastBin(tiling)).toBe(5);
    expect<u32>(firstBin(tiling, 6)).toBe(NONE);
    remove(tiling, a, 5, PLAIN_LINKS);
    expect<u32>(firstBin(tiling, 0)).toBe(NONE);
    expect<bool>(isBitmapSound(tiling)).toBe(true);
  });

  it("give the last one first, and any of them back", () => {
    const blocks: Block[] = [];
    for (let i = 0; i < 5; i++) {
      blocks.push(blockAt(<f64>i));
      push(tiling, blocks[i], 7, PLAIN_LINKS);
    }
    remove(tiling, blocks[2], 7, PLAIN_LINKS);
    remove(tiling, blocks[4], 7, PLAIN_LINKS);
    remove(tiling, blocks[0], 7, PLAIN_LINKS);
    expect<bool>(firstIn(tiling, 7) == blocks[3]).toBe(true);
    expect<bool>(afterOf(blocks[3], PLAIN_LINKS) == blocks[1]).toBe(true);
    expect<bool>(beforeOf(blocks[1], PLAIN_LINKS) == blocks[3]).toBe(true);
    expect<bool>(afterOf(blocks[1], PLAIN_LINKS) == null).toBe(true);
  });

  it("become more without losing what they hold", () => {
    const a = blockAt(0);
    push(tiling, a, 63, PLAIN_LINKS);
    expect<bool>(ensureBins(tiling, 1)).toBe(true);
    expect<u32>(tiling.binWords).toBe(2);
    expect<bool>(ensureBins(tiling, 50)).toBe(true);
    expect<u32>(tiling.binWords).toBe(50);
    expect<u32>(firstBin(tiling, 0)).toBe(63);
    const b = blockAt(10);
    push(tiling, b, 1599, PLAIN_LINKS);
    expect<u32>(firstBin(tiling, 64)).toBe(1599);
    expect<u32>(lastBin(tiling)).toBe(1599);
    expect<bool>(isBitmapSound(tiling)).toBe(true);
  });
});
