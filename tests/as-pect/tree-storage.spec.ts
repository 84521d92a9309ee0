// Storage exhaustion at every step of an operation: with exactly so many leaves and so many inner nodes (or list
// nodes) left as the grid goes through, each operation is carried out as if there were plenty, or answers
// NODE_STORAGE and has changed nothing: not one free or live block, no figure, no node in or out of use.

import { dropAllocator, initAllocator, clearAllocator, newAllocator } from "../../assembly/allocator";
import { allocateBatch, freeBatch } from "../../assembly/batch";
import { growTo } from "../../assembly/capacity";
import { cloneAllocator } from "../../assembly/clone";
import { allocateRange, freeRange, largestRange, takeRange } from "../../assembly/ranges";
import { BEST_FIT, FIRST_FIT, Handle, LINKED_LIST, freeMemoryOf, roverOf, setRover, versionOf } from "../../assembly/record";
import { resizeInPlace, resizeRange } from "../../assembly/resize";
import { readSnapshot, sealSnapshot, writeSnapshot } from "../../assembly/snapshot";
import { NODE_STORAGE, NOT_ALLOCATED, OK, OUT_OF_MEMORY } from "../../assembly/status";
import {
  ALLOCATOR_NODE,
  CLASS_COUNT,
  INNER_NODE_32,
  INNER_NODE_64,
  LEAF_NODE_32,
  LEAF_NODE_64,
  LIST_NODE,
  NodeClass,
  reserveNodes,
  scratch,
  unusedNodes,
} from "../../assembly/storage";
import { allocateLive, freeLive, moveLive, resizeLive, resizeLiveInPlace, takeLive } from "../../assembly/tracked";
import { damageOf, faultOfBlocks, fullShape, withBlocks } from "./support/blocks";
import { allow, exhaust, replenish } from "./support/nodes";
import { Entries } from "./support/tree";

// The allocator -----------------------------------------------------------------------------------------------

let policy: u32 = FIRST_FIT;
let isTracked: bool = false;
/** Where the first block starts: 0, or far above 2^32. */
let base: f64 = 0;
let count: u32 = 0;
const blocks: Entries = new Entries();
let capacity: f64 = 0;

/** What to work on from now on: `n` blocks of 60 with 40 between them, live ones of 10; every tree is as full as can be. */
function setUp(ofPolicy: u32, tracked: bool, wide: bool, n: u32): void {
  policy = ofPolicy;
  isTracked = tracked;
  base = wide ? 8589934592 : 0;
  count = n;
  while (blocks.length) blocks.remove(blocks.length - 1);
  for (let i: u32 = 0; i < n; i++) blocks.add(base + 100 * <f64>i, 60);
  blocks.b[0] = 4; // too small for what is to be taken from inside a block
  capacity = base + 100 * <f64>n;
}

function makeAllocator(): Handle {
  const a = withBlocks(policy, capacity, isTracked, fullShape(count), blocks, false, 10);
  setRover(a, base + 100);
  return a;
}

// Images ------------------------------------------------------------------------------------------------------

const MOST_BYTES: u32 = 16384;
/** As the allocator was, and as it is after the operation with plenty of storage. */
const before: usize = memory.data(16384, 16);
const reference: usize = memory.data(16384, 16);

let beforeLength: u32 = 0;
let referenceLength: u32 = 0;

/** All that a snapshot holds, shapes of trees included. The number of bytes. */
function imageOf(a: Handle, to: usize): u32 {
  const length = <u32>writeSnapshot(a, 0);
  if (length > MOST_BYTES) throw new Error("too large an image");
  sealSnapshot(length);
  memory.copy(to, scratch(length), length);
  return length;
}

function differs(a: Handle, from: usize, length: u32): bool {
  const now = <u32>writeSnapshot(a, 0);
  sealSnapshot(now);
  return now != length || memory.compare(scratch(now), from, length) != 0;
}

// The operations ----------------------------------------------------------------------------------------------

/** What a clone, a restored or a new allocator became; 0 if there is none. */
let product: Handle = 0;

/** OK for an address that is right in some place: which, the image tells. */
type Operation = (a: Handle) => f64;

function allocateInside(a: Handle): f64 {
  return allocateRange(a, 5, 64); // in front and behind something of a block stays free
}
function allocateAll(a: Handle): f64 {
  return allocateRange(a, 60, 1);
}
function takeInside(a: Handle): f64 {
  return takeRange(a, base + 320, 10);
}
function takeFront(a: Handle): f64 {
  return takeRange(a, base + 300, 10);
}
function takeBlock(a: Handle): f64 {
  return takeRange(a, base + 300, 60);
}
function freeApart(a: Handle): f64 {
  return freeRange(a, base + 470, 10);
}
function freeBeside(a: Handle): f64 {
  return freeRange(a, base + 460, 10);
}
function freeBetween(a: Handle): f64 {
  return freeRange(a, base + 460, 40);
}
function resizeByMoving(a: Handle): f64 {
  return resizeRange(a, base + 970, 10, 12, 64); // inside a block, and what it leaves is free by itself
}
function resizeDown(a: Handle): f64 {
  return resizeRange(a, base + 970, 20, 10, 1);
}
function resizeUp(a: Handle): f64 {
  return resizeInPlace(a, base + 970, 30, 40);
}
function growNarrow(a: Handle): f64 {
  return growTo(a, capacity + 1000);
}
function growWide(a: Handle): f64 {
  return growTo(a, 17179869184);
}
function cloneIt(a: Handle): f64 {
  product = cloneAllocator(a);
  return product ? OK : NODE_STORAGE;
}
function restoreIt(a: Handle): f64 {
  const length = <u32>writeSnapshot(a, 0);
  sealSnapshot(length);
  const restored = readSnapshot(length);
  if (restored < 0) return restored;
  product = <Handle>restored;
  return OK;
}
function createAnother(a: Handle): f64 {
  product = newAllocator(policy, capacity, isTracked);
  return product ? OK : NODE_STORAGE;
}
function reset(a: Handle): f64 {
  clearAllocator(a);
  return initAllocator(a) ? OK : NODE_STORAGE;
}

const batch: usize = memory.data(256, 16);
function setBatch(i: u32, value: f64): void {
  store<f64>(batch + (i << 3), value);
}
function allocateElements(): void {
  setBatch(0, 60);
  setBatch(1, 7);
  setBatch(2, 50);
  setBatch(3, 53);
}
function allocateSome(a: Handle): f64 {
  allocateElements();
  return allocateBatch(a, batch, batch + 64, 4);
}
function freeElements(): void {
  setBatch(0, base + 170);
  setBatch(1, base + 260);
  setBatch(2, base + 980);
  setBatch(3, base + 1060);
  for (let i: u32 = 8; i < 12; i++) setBatch(i, i == 9 || i == 11 ? 40 : 10);
}
function freeSome(a: Handle): f64 {
  freeElements();
  return freeBatch(a, batch, batch + 64, 4);
}

function allocateBlock(a: Handle): f64 {
  return allocateLive(a, 5, 64, 77);
}
function reserveBlock(a: Handle): f64 {
  return takeLive(a, base + 320, 10, 77);
}
function freeBlockApart(a: Handle): f64 {
  return freeLive(a, base + 470);
}
function freeBlockBeside(a: Handle): f64 {
  return freeLive(a, base + 460);
}
function resizeBlockByMoving(a: Handle): f64 {
  return resizeLive(a, base + 970, 45, 128);
}
function resizeBlockDown(a: Handle): f64 {
  return resizeLiveInPlace(a, base + 970, 5);
}
function resizeBlockUp(a: Handle): f64 {
  return resizeLiveInPlace(a, base + 990, 50);
}
function moveBlockApart(a: Handle): f64 {
  return moveLive(a, base + 970, base + 310);
}
function moveBlockOver(a: Handle): f64 {
  return moveLive(a, base + 990, base + 995);
}

// The grid ----------------------------------------------------------------------------------------------------

function dropProduct(): void {
  if (product) dropAllocator(product);
  product = 0;
}

/** Exactly so many leaves and list nodes, inner nodes (and so labelled leaves), and records. */
function leave(leaves: u32, inners: u32, records: u32): void {
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) exhaust(c);
  allow(LEAF_NODE_32, leaves);
  allow(LEAF_NODE_64, leaves);
  allow(LIST_NODE, leaves);
  allow(INNER_NODE_32, inners);
  allow(INNER_NODE_64, inners);
  allow(ALLOCATOR_NODE, records);
}

function allUnused(): u32 {
  let sum: u32 = 0;
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) sum += unusedNodes(c);
  return sum;
}

/** Whether more nodes of a class were taken than there were: its number is then below 0. */
function isOverdrawn(): bool {
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) if (<i32>unusedNodes(c) < 0) return true;
  return false;
}

let refusals: u32 = 0;
let successes: u32 = 0;

/** What went wrong with this operation and so many nodes; "" if nothing. */
function faultOfStep(operate: Operation, leaves: u32, inners: u32, records: u32, status: f64): string {
  const a = makeAllocator();
  const version = versionOf(a);
  const free = freeMemoryOf(a);
  const largest = largestRange(a);
  leave(leaves, inners, records);
  const unused = allUnused();
  const got = operate(a);
  const unusedAfter = allUnused();
  let fault = "";
  if (got == NODE_STORAGE) {
    refusals++;
    if (unusedAfter != unused) fault = "nodes were used or lost";
    else if (differs(a, before, beforeLength)) fault = "the state has changed";
    else if (freeMemoryOf(a) != free || largestRange(a) != largest) fault = "the figures have changed";
    else if (versionOf(a) != version) fault = "the version has changed";
    else if (product) fault = "a product in spite of the refusal";
  } else {
    successes++;
    if (isOverdrawn()) fault = "nodes were taken that were not there";
    else if (got != status) fault = "answer " + got.toString() + ", not " + status.toString();
    else if (differs(product ? product : a, reference, referenceLength)) fault = "not done as with plenty of storage";
    else if (product && damageOf(product).length) fault = damageOf(product);
    else if (product && differs(a, before, beforeLength)) fault = "the original has changed";
  }
  dropProduct();
  if (!fault.length) fault = damageOf(a);
  replenish();
  if (!fault.length && got == NODE_STORAGE) {
    if (operate(a) != status) fault = "not possible afterwards";
    else if (differs(product ? product : a, reference, referenceLength)) fault = "different afterwards";
    dropProduct();
  }
  dropAllocator(a);
  return fault;
}

/** Go through the grid up to so many leaves and inner nodes, with which there must be plenty. */
function everyStep(name: string, operate: Operation, mostLeaves: u32, inners: u32): void {
  const mostInners = isTracked ? inners + 12 : inners; // labelled leaves are of their class
  const what = name + ", policy " + policy.toString() + (isTracked ? ", tracked" : "") + (base > 0 ? ", wide" : "");
  let a = makeAllocator();
  beforeLength = imageOf(a, before);
  const status = operate(a);
  if (status < 0) expect<f64>(status).toBeGreaterThanOrEqual(0, what);
  referenceLength = imageOf(product ? product : a, reference);
  dropProduct();
  dropAllocator(a);

  refusals = 0;
  successes = 0;
  for (let leaves: u32 = 0; leaves <= mostLeaves; leaves++) {
    for (let inners: u32 = 0; inners <= mostInners; inners++) {
      for (let records: u32 = 0; records < 2; records++) {
        const isLast = leaves == mostLeaves && inners == mostInners && records == 1;
        if (records == 0 && (leaves < mostLeaves || inners < mostInners)) continue;
        const fault = faultOfStep(operate, leaves, inners, records, status);
        if (fault.length) {
          const left = leaves.toString() + " leaves, " + inners.toString() + " inner nodes left";
          expect<string>(fault).toBe("", what + ": " + left);
          return;
        }
        if (isLast && successes == 0) expect<u32>(successes).toBeGreaterThan(0, what + ": never done");
      }
    }
  }
}

/** The same, and it is never refused. */
function neverRefused(name: string, operate: Operation): void {
  everyStep(name, operate, 1, 1);
  if (refusals) expect<u32>(refusals).toBe(0, name + ": refused");
}

/** The same, and it is refused at least once. */
function refusedFirst(name: string, operate: Operation, mostLeaves: u32, mostInners: u32): void {
  everyStep(name, operate, mostLeaves, mostInners);
  if (!refusals) expect<u32>(refusals).toBeGreaterThan(0, name + ": never refused");
}

beforeEach(() => {
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) reserveNodes(c, 120);
  scratch(2 * MOST_BYTES);
});

function plain(): void {
  refusedFirst("allocate inside a block", allocateInside, 4, 6);
  refusedFirst("take inside a block", takeInside, 4, 6);
  refusedFirst("free apart", freeApart, 4, 6);
  refusedFirst("resize by moving", resizeByMoving, 8, 12);
  refusedFirst("resize down", resizeDown, 4, 6);
  everyStep("allocate a block", allocateAll, 4, 6);
  everyStep("take in front", takeFront, 4, 6);
  everyStep("take a block", takeBlock, 4, 6);
  everyStep("free beside", freeBeside, 4, 6);
  everyStep("free between", freeBetween, 4, 6);
  everyStep("resize up", resizeUp, 4, 6);
}

function whole(): void {
  refusedFirst("clone", cloneIt, 17, 8);
  refusedFirst("restore", restoreIt, 17, 8);
  refusedFirst("create", createAnother, 2, 2);
  neverRefused("reset", reset);
}

describe("with so many nodes left, ranges", () => {
  it("by first fit", () => {
    setUp(FIRST_FIT, false, false, 16);
    plain();
    setUp(FIRST_FIT, false, true, 16);
    plain();
    neverRefused("take in front", takeFront);
    neverRefused("take a block", takeBlock);
    neverRefused("free beside", freeBeside);
    neverRefused("free between", freeBetween);
  });

  it("by best fit, with two trees", () => {
    setUp(BEST_FIT, false, false, 16);
    plain();
    setUp(BEST_FIT, false, true, 16);
    plain();
  });

  it("by linked list", () => {
    setUp(LINKED_LIST, false, false, 16);
    plain();
  });

  it("where splits go up to the root", () => {
    setUp(FIRST_FIT, false, false, 256);
    refusedFirst("take inside a block", takeInside, 1, 2);
    refusedFirst("free apart", freeApart, 1, 2);
    setUp(BEST_FIT, false, false, 256);
    refusedFirst("take inside a block", takeInside, 3, 6);
    refusedFirst("free apart", freeApart, 3, 6);
  });
});

describe("with so many nodes left, capacities", () => {
  it("grow", () => {
    for (let p = FIRST_FIT; p < LINKED_LIST; p++) {
      setUp(p, false, false, 16);
      refusedFirst("grow", growNarrow, 4, 4);
      refusedFirst("grow past 2^32", growWide, 5, 6);
      setUp(p, true, false, 16);
      refusedFirst("grow", growNarrow, 4, 6);
      refusedFirst("grow past 2^32", growWide, 5, 8);
    }
  });
});

describe("with so many nodes left, wholes", () => {
  it("are cloned, restored, created and reset", () => {
    for (let tracked = 0; tracked < 2; tracked++) {
      setUp(FIRST_FIT, tracked == 1, false, 16);
      whole();
      setUp(BEST_FIT, tracked == 1, true, 16);
      whole();
    }
  });
});

function live(): void {
  refusedFirst("allocate", allocateBlock, 5, 8);
  refusedFirst("reserve", reserveBlock, 5, 8);
  refusedFirst("resize by moving", resizeBlockByMoving, 8, 14);
  refusedFirst("resize down", resizeBlockDown, 5, 8);
  everyStep("free apart", freeBlockApart, 5, 8);
  everyStep("free beside", freeBlockBeside, 5, 8);
  everyStep("resize up", resizeBlockUp, 5, 8);
  refusedFirst("move", moveBlockApart, 8, 14);
  everyStep("move over itself", moveBlockOver, 8, 14);
}

describe("with so many nodes left, live blocks", () => {
  it("by first fit", () => {
    setUp(FIRST_FIT, true, false, 16);
    live();
    setUp(FIRST_FIT, true, true, 16);
    live();
  });

  it("by best fit", () => {
    setUp(BEST_FIT, true, false, 16);
    live();
  });

  it("by linked list", () => {
    setUp(LINKED_LIST, true, false, 16);
    live();
  });
});

/** The same batches with an element more, which cannot be. */
function allocateTooMuch(a: Handle): f64 {
  allocateElements();
  setBatch(4, 61);
  return allocateBatch(a, batch, batch + 64, 5);
}
function freeTooMuch(a: Handle): f64 {
  freeElements();
  setBatch(4, base + 120);
  setBatch(12, 1);
  return freeBatch(a, batch, batch + 64, 5);
}

/** Whatever is left, the batch is refused, and what was done of it undone. */
function undone(name: string, operate: Operation, status: f64): void {
  for (let leaves: u32 = 0; leaves <= 7; leaves++) {
    for (let inners: u32 = 0; inners <= 10; inners++) {
      const a = makeAllocator();
      const rover = roverOf(a);
      leave(leaves, inners, 0);
      const got = operate(a);
      const isLast = leaves == 7 && inners == 10;
      const isRight = got == status || (got == NODE_STORAGE && !isLast);
      let fault = isRight ? faultOfBlocks(a, blocks) : "answer " + got.toString();
      if (roverOf(a) != rover) fault = "the rover has moved";
      replenish();
      if (fault.length) expect<string>(fault).toBe("", name + ", policy " + policy.toString());
      dropAllocator(a);
    }
  }
}

describe("with so many nodes left, batches", () => {
  it("allocate all or none", () => {
    for (let p = FIRST_FIT; p < LINKED_LIST; p++) {
      setUp(p, false, false, 16);
      refusedFirst("allocate some", allocateSome, 7, 10);
    }
  });
  it("free all or none", () => {
    for (let p = FIRST_FIT; p < LINKED_LIST; p++) {
      setUp(p, false, false, 16);
      refusedFirst("free some", freeSome, 7, 10);
    }
  });
  it("undo what was done", () => {
    for (let p = FIRST_FIT; p < LINKED_LIST; p++) {
      setUp(p, false, false, 16);
      undone("allocate too much", allocateTooMuch, OUT_OF_MEMORY);
      undone("free too much", freeTooMuch, NOT_ALLOCATED);
    }
  });
});
