// The node pool: reserve, take, release; reuse before growth; classes kept apart; alignment; refusal; and the memory
// growing under it while the AssemblyScript runtime, which shares it here, grows it too.

import {
  ensureNodes,
  limitStorage,
  NodeClass,
  nodeBytes,
  nodeClass,
  releaseNode,
  storageBytes,
  takeNode,
  unusedNodes,
} from "../../assembly/kernel/pool";
import { replenish } from "./support/pool";

const SMALL: NodeClass = nodeClass(32);
const OTHER: NodeClass = nodeClass(96);
/** Multiples of 8 bytes, and powers of two from 2 KiB on. */
const CLASSES: NodeClass[] = [
  SMALL,
  OTHER,
  nodeClass(8),
  nodeClass(128),
  nodeClass(192),
  nodeClass(1500),
];
/** Where nodes start whose size is a multiple of it. */
const LINE: u32 = 128;

const PAGE: usize = 65536;

const nodes: usize[] = [];
const classes: NodeClass[] = [];

/** Reserve and take `count` nodes of class `c`, and fill each with a byte of its own. */
function takeMany(c: NodeClass, count: u32): void {
  // Expected only where it fails, here and in other loops, because as-pect takes its time over each expectation.
  if (!ensureNodes(c, count)) expect<bool>(false).toBe(true, "reserve");
  for (let i: u32 = 0; i < count; i++) {
    const node = takeNode(c);
    memory.fill(node, mark(nodes.length), nodeBytes(c));
    nodes.push(node);
    classes.push(c);
  }
}

function mark(index: u32): u8 {
  return <u8>(index * 37 + 11);
}

/** Bytes among all taken nodes that are not as `takeMany` wrote them: 0 if no two nodes overlap. */
function overwrittenBytes(): u32 {
  let wrong: u32 = 0;
  for (let i = 0; i < nodes.length; i++) {
    for (let b: u32 = 0; b < nodeBytes(classes[i]); b++) {
      if (load<u8>(nodes[i] + b) != mark(i)) wrong++;
    }
  }
  return wrong;
}

/** Bytes from `from` that do not hold `value`. */
function bytesUnlike(value: u8, from: usize, count: usize): u32 {
  let wrong: u32 = 0;
  for (let i: usize = 0; i < count; i++) if (load<u8>(from + i) != value) wrong++;
  return wrong;
}

function allUnused(): u32 {
  let count: u32 = 0;
  for (let i = 0; i < CLASSES.length; i++) count += unusedNodes(CLASSES[i]);
  return count;
}

afterEach(() => {
  while (nodes.length) releaseNode(classes.pop(), nodes.pop());
  replenish();
});

describe("reserve, take and give", () => {
  it("hands out as many nodes as were reserved, each whole and apart from the others", () => {
    for (let i = 0; i < CLASSES.length; i++) takeMany(CLASSES[i], 100);
    expect<u32>(overwrittenBytes()).toBe(0);
  });

  it("aligns every node to the greatest power of two in its size, up to two cache lines", () => {
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < CLASSES.length; i++) takeMany(CLASSES[i], 7);
    }
    let crooked = 0;
    for (let i = 0; i < nodes.length; i++) {
      const bytes = nodeBytes(classes[i]);
      if (nodes[i] & (min(bytes & -bytes, LINE) - 1)) crooked++;
    }
    expect<i32>(crooked).toBe(0);
    expect<u32>(nodeBytes(nodeClass(1500))).toBe(2048);
    expect<u32>(nodeBytes(nodeClass(1024))).toBe(1024);
  });

  it("counts the unused nodes", () => {
    ensureNodes(SMALL, 5);
    const unused = unusedNodes(SMALL);
    expect<u32>(unused).toBeGreaterThanOrEqual(5);
    const node = takeNode(SMALL);
    expect<u32>(unusedNodes(SMALL)).toBe(unused - 1, "after take");
    releaseNode(SMALL, node);
    expect<u32>(unusedNodes(SMALL)).toBe(unused, "after give");
  });

  it("moves the frontier by just the nodes that are missing", () => {
    for (let i = 0; i < CLASSES.length; i++) {
      const c = CLASSES[i];
      const before = storageBytes();
      const unused = unusedNodes(c);
      expect<bool>(ensureNodes(c, unused + 3)).toBe(true);
      expect<f64>(storageBytes() - before).toBe(3 * nodeBytes(c));
      expect<u32>(unusedNodes(c)).toBe(unused + 3);
    }
  });

  it("uses every node given back before the frontier moves", () => {
    takeMany(SMALL, 50);
    const first = nodes.slice(0).sort((a, b) => (a < b ? -1 : 1));
    while (nodes.length) releaseNode(classes.pop(), nodes.pop());
    const unused = unusedNodes(SMALL);
    const before = storageBytes();
    takeMany(SMALL, unused);
    expect<f64>(storageBytes()).toBe(before);
    let missing = 0;
    for (let i = 0; i < first.length; i++) if (!nodes.includes(first[i])) missing++;
    expect<i32>(missing).toBe(0, "nodes not seen again");
    expect<u32>(overwrittenBytes()).toBe(0);
  });

  it("keeps the classes apart", () => {
    takeMany(OTHER, 20);
    const given = nodes.slice(0);
    while (nodes.length) releaseNode(classes.pop(), nodes.pop());
    const unused = unusedNodes(OTHER);
    takeMany(SMALL, unusedNodes(SMALL) + 20);
    expect<u32>(unusedNodes(OTHER)).toBe(unused);
    let crossed = 0;
    for (let i = 0; i < nodes.length; i++) if (given.includes(nodes[i])) crossed++;
    expect<i32>(crossed).toBe(0, "nodes of the other class");
  });
});

describe("refusal", () => {
  it("leaves everything as it is, and lifting the limit heals it", () => {
    for (let i = 0; i < CLASSES.length; i++) {
      const c = CLASSES[i];
      ensureNodes(c, 4);
      const unused = unusedNodes(c);
      const others = allUnused() - unused;
      const used = storageBytes();
      const pages = memory.size();
      limitStorage(used + 2 * nodeBytes(c) + 7);
      expect<bool>(ensureNodes(c, unused + 3)).toBe(false, "three more are too many");
      expect<f64>(storageBytes()).toBe(used, "storage");
      expect<u32>(unusedNodes(c)).toBe(unused, "unused nodes");
      expect<u32>(allUnused() - unused).toBe(others, "unused nodes of other classes");
      expect<i32>(memory.size()).toBe(pages, "memory");

      expect<bool>(ensureNodes(c, unused)).toBe(true, "what is unused can be had");
      expect<bool>(ensureNodes(c, unused + 2)).toBe(true, "and what the limit still allows");
      limitStorage(0);
      expect<bool>(ensureNodes(c, unused + 2)).toBe(true, "even below the storage in use");
      expect<bool>(ensureNodes(c, unused + 3)).toBe(false, "but nothing new");
      replenish();
      takeMany(c, unused + 3);
    }
    expect<u32>(overwrittenBytes()).toBe(0);
  });
});

describe("growth", () => {
  it("takes more pages when those claimed are used up", () => {
    const pages = memory.size();
    takeMany(SMALL, unusedNodes(SMALL) + (8 * <u32>PAGE) / nodeBytes(SMALL));
    expect<i32>(memory.size()).toBeGreaterThan(pages);
    expect<u32>(overwrittenBytes()).toBe(0);
  });

  it("never uses pages that somebody else obtained", () => {
    for (let round = 0; round < 4; round++) {
      const page = <usize>memory.grow(1) * PAGE;
      memory.fill(page, 0xab, PAGE);
      // Past whatever was claimed before, so that the next claim starts after the foreign page.
      const pages = memory.size();
      while (memory.size() == pages) takeMany(SMALL, unusedNodes(SMALL) + 64);
      takeMany(SMALL, unusedNodes(SMALL) + 64);
      expect<u32>(bytesUnlike(0xab, page, PAGE)).toBe(0, "foreign bytes overwritten");
    }
    expect<u32>(overwrittenBytes()).toBe(0);
  });

  it("shares the memory with the AssemblyScript runtime, both growing in turns", () => {
    const foreign: usize[] = [];
    for (let round = 0; round < 3; round++) {
      let pages = memory.size();
      while (memory.size() == pages) {
        const block = heap.alloc(PAGE);
        memory.fill(block, <u8>(0x80 + foreign.length), PAGE);
        foreign.push(block);
      }
      pages = memory.size();
      while (memory.size() == pages) takeMany(SMALL, 512);
      takeMany(OTHER, 32);
    }
    for (let i = 0; i < foreign.length; i++) {
      expect<u32>(bytesUnlike(<u8>(0x80 + i), foreign[i], PAGE)).toBe(
        0,
        "foreign bytes overwritten",
      );
      heap.free(foreign[i]);
    }
    expect<u32>(overwrittenBytes()).toBe(0);
  });

  it("wastes nothing when nobody else grows the memory", () => {
    takeMany(SMALL, unusedNodes(SMALL) + 1);
    const pages = memory.size();
    while (memory.size() == pages && ensureNodes(SMALL, unusedNodes(SMALL) + 1));
    // The last claim has just begun.
    const claimed = memory.size();
    const used = storageBytes();
    while (memory.size() == claimed && ensureNodes(SMALL, unusedNodes(SMALL) + 1));
    expect<f64>(storageBytes() - used).toBe(<f64>(claimed - pages) * <f64>PAGE);
  });
});
