// The exports of the tiling core, under segregated fit and under buddy: argument checks, disposed handles, entries copied
// and loaded, the order of the bins, storage that cannot grow, and what the checker sees.

import * as core from "../../assembly/entries/tiling";
import {
  BAD_BOUNDS,
  BAD_COUNT,
  BAD_LINKS,
  BAD_LIVE,
  BAD_ORDER,
  BAD_SECOND_ORDER,
  BAD_SIZE,
  BAD_SUM,
  BAD_TABLE,
} from "../../assembly/kernel/corruption";
import * as field from "../../assembly/kernel/field";
import { releaseNode, storageBytes, takeNode, unusedNodes } from "../../assembly/kernel/pool";
import {
  BAD_ARGUMENT,
  DISPOSED,
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  OK,
  OUT_OF_BOUNDS,
} from "../../assembly/kernel/status";
import {
  afterOf,
  Block,
  beforeOf,
  LEFT_FREE,
  setAfter,
  setBefore,
} from "../../assembly/tiling/block";
import { Tiling } from "../../assembly/tiling/record";
import { enter, withdraw } from "../../assembly/tiling/table";
import { numbersAt, putNumbers } from "./support/results";

const SEGREGATED_FIT: u32 = 5;
const BUDDY: u32 = 6;
const MAX_SAFE: f64 = 9007199254740991;

/** The one that is tested. */
let policy: u32 = 0;
let handle: usize = 0;

function tiling(): Tiling {
  return changetype<Tiling>(handle);
}

beforeEach(() => {
  handle = <usize>core.create(policy, 128, 1);
});
afterEach(() => {
  core.limitStorage(Infinity);
  core.destroy(handle);
});

/** The `count` numbers at the result address. */
function results(count: i32): string {
  return numbersAt(core.resultAddress(), count);
}
function put(numbers: f64[]): void {
  putNumbers(core.resultAddress(), numbers);
}
function state(): string {
  const parts: string[] = [];
  parts.push(results(2 * <i32>core.copyFreeBlocks(handle, 0, 128)));
  parts.push(results(3 * <i32>core.copyLiveBlocks(handle, 0, 128)));
  parts.push(results(<i32>core.copyOrder(handle, 0, 128)));
  parts.push(core.get(handle, field.FREE_MEMORY).toString());
  parts.push(core.get(handle, field.CAPACITY).toString());
  parts.push(core.get(handle, field.VERSION).toString());
  return parts.join(" | ");
}

/** Blocks 0, 32, 64 and 96 live, those between them free. */
function fill(): void {
  for (let i = 0; i < 8; i++) core.allocateBlock(handle, 16, 1, 0);
  for (let i = 1; i < 8; i += 2) core.freeBlock(handle, 16 * <f64>i);
  expect<f64>(core.validate(handle)).toBe(OK);
}

/** What both have in common. */
function abi(): void {
  describe("creating", () => {
    it("takes its own policy, whole capacities up to 2^53 - 1, and only tracked ones", () => {
      expect<f64>(core.create(4, 100, 1)).toBe(BAD_ARGUMENT);
      expect<f64>(core.create(7, 100, 1)).toBe(BAD_ARGUMENT);
      expect<f64>(core.create(policy, 100, 0)).toBe(BAD_ARGUMENT);
      expect<f64>(core.create(policy, 100, 2)).toBe(BAD_ARGUMENT);
      const bad: f64[] = [0, -1, 0.5, NaN, Infinity, MAX_SAFE + 1];
      for (let i = 0; i < bad.length; i++)
        expect<f64>(core.create(policy, bad[i], 1)).toBe(BAD_ARGUMENT);
      const large = core.create(policy, MAX_SAFE, 1);
      expect<bool>(large > 0).toBe(true);
      expect<f64>(core.get(<usize>large, field.CAPACITY)).toBe(MAX_SAFE);
      expect<f64>(core.validate(<usize>large)).toBe(OK);
      core.destroy(<usize>large);
    });

    it("says what it is", () => {
      expect<f64>(core.get(handle, 9)).toBe(BAD_ARGUMENT);
      expect<f64>(core.get(handle, field.HEIGHT)).toBe(1);
      expect<f64>(core.get(handle, field.ROVER)).toBe(0);
      expect<f64>(core.setRover(handle, 4000)).toBe(OK);
      expect<f64>(core.setRover(handle, -1)).toBe(BAD_ARGUMENT);
      expect<f64>(core.get(handle, field.LIVE_BLOCKS)).toBe(0);
      expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(1);
      expect<f64>(core.requestedMemory(handle)).toBe(0);
      core.allocateBlock(handle, 5, 1, 0);
      expect<f64>(core.requestedMemory(handle)).toBe(5);
    });

    it("returns every node when it is destroyed", () => {
      for (let i = 0; i < 100; i++) core.allocateBlock(handle, 1, 1, 0);
      core.destroy(handle);
      const before = core.storageBytes();
      for (let round = 0; round < 20; round++) {
        handle = <usize>core.create(policy, 128, 1);
        for (let i = 0; i < 100; i++) core.allocateBlock(handle, 1, 1, 0);
        core.destroy(handle);
      }
      expect<f64>(core.storageBytes()).toBe(before);
      handle = <usize>core.create(policy, 128, 1);
    });
  });

  describe("freeing", () => {
    it("lets every node be used again", () => {
      const starts: f64[] = [];
      let before: f64 = 0;
      for (let round = 0; round < 50; round++) {
        for (let i = 0; i < 128; i++) starts.push(core.allocateBlock(handle, 1, 1, 0));
        for (let i = 0; i < 128; i += 2) core.freeBlock(handle, starts[i]);
        for (let i = 1; i < 128; i += 2) core.freeBlock(handle, starts[i]);
        starts.length = 0;
        if (round == 0) before = core.storageBytes();
      }
      expect<f64>(core.get(handle, field.FREE_BLOCKS)).toBe(1);
      expect<f64>(core.storageBytes()).toBe(before);
    });
  });

  describe("disposed handles", () => {
    it("are refused by every call", () => {
      core.destroy(handle);
      for (let i = 0; i < 2; i++) {
        const gone = i ? handle : 0;
        expect<f64>(core.destroy(gone)).toBe(DISPOSED);
        expect<f64>(core.reset(gone)).toBe(DISPOSED);
        expect<f64>(core.ensure(gone, 1)).toBe(DISPOSED);
        expect<f64>(core.allocateBlock(gone, 1, 1, 0)).toBe(DISPOSED);
        expect<f64>(core.freeBlock(gone, 0)).toBe(DISPOSED);
        expect<f64>(core.reserveBlock(gone, 0, 1, 0)).toBe(DISPOSED);
        expect<f64>(core.extendBlock(gone, 0, 1)).toBe(DISPOSED);
        expect<f64>(core.moveBlock(gone, 0, 1)).toBe(DISPOSED);
        expect<f64>(core.setLabel(gone, 0, 1)).toBe(DISPOSED);
        expect<f64>(core.findBlock(gone, 0)).toBe(DISPOSED);
        expect<f64>(core.copyLiveBlocks(gone, 0, 1)).toBe(DISPOSED);
        expect<f64>(core.copyFreeBlocks(gone, 0, 1)).toBe(DISPOSED);
        expect<f64>(core.copyOrder(gone, 0, 1)).toBe(DISPOSED);
        expect<f64>(core.canAllocate(gone, 1, 1)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.LARGEST)).toBe(DISPOSED);
        expect<f64>(core.requestedMemory(gone)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.METADATA_BYTES)).toBe(DISPOSED);
        expect<f64>(core.validate(gone)).toBe(DISPOSED);
        expect<f64>(core.grow(gone, 200)).toBe(DISPOSED);
        expect<f64>(core.shrink(gone, 1)).toBe(DISPOSED);
        expect<f64>(core.loadOrder(gone, 0)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.LIVE_BLOCKS)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.CAPACITY)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.FREE_MEMORY)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.FREE_BLOCKS)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.VERSION)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.HEIGHT)).toBe(DISPOSED);
        expect<f64>(core.get(gone, field.ROVER)).toBe(DISPOSED);
        expect<f64>(core.setRover(gone, 0)).toBe(DISPOSED);
      }
      handle = <usize>core.create(policy, 128, 1);
    });
  });

  describe("bad arguments", () => {
    it("are refused, and change nothing", () => {
      core.allocateBlock(handle, 8, 1, 1);
      core.allocateBlock(handle, 8, 1, 1);
      core.freeBlock(handle, 0);
      const before = state();
      const bad: f64[] = [NaN, -1, 0.5, Infinity, -Infinity, MAX_SAFE + 1];
      for (let i = 0; i < bad.length; i++) {
        const x = bad[i];
        expect<f64>(core.allocateBlock(handle, x, 1, 0)).toBe(BAD_ARGUMENT);
        expect<f64>(core.allocateBlock(handle, 1, x, 0)).toBe(BAD_ARGUMENT);
        expect<f64>(core.canAllocate(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.canAllocate(handle, 1, x)).toBe(BAD_ARGUMENT);
        expect<f64>(core.freeBlock(handle, x)).toBe(BAD_ARGUMENT);
        expect<f64>(core.reserveBlock(handle, x, 1, 0)).toBe(BAD_ARGUMENT);
        expect<f64>(core.reserveBlock(handle, 0, x, 0)).toBe(BAD_ARGUMENT);
        expect<f64>(core.extendBlock(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.extendBlock(handle, 8, x)).toBe(BAD_ARGUMENT);
        expect<f64>(core.moveBlock(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.moveBlock(handle, 8, x)).toBe(BAD_ARGUMENT);
        expect<f64>(core.setLabel(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.findBlock(handle, x)).toBe(BAD_ARGUMENT);
        expect<f64>(core.copyFreeBlocks(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.copyLiveBlocks(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.copyOrder(handle, x, 1)).toBe(BAD_ARGUMENT);
        expect<f64>(core.grow(handle, x)).toBe(BAD_ARGUMENT);
        expect<f64>(core.shrink(handle, x)).toBe(BAD_ARGUMENT);
        put([x]);
        expect<f64>(core.loadOrder(handle, 1)).toBe(BAD_ARGUMENT);
      }
      expect<f64>(core.allocateBlock(handle, 0, 1, 0)).toBe(BAD_ARGUMENT);
      expect<f64>(core.allocateBlock(handle, 1, 0, 0)).toBe(BAD_ARGUMENT);
      expect<f64>(core.grow(handle, 127)).toBe(BAD_ARGUMENT);
      expect<f64>(core.shrink(handle, 129)).toBe(BAD_ARGUMENT);
      expect<f64>(core.freeBlock(handle, 128)).toBe(OUT_OF_BOUNDS);
      expect<f64>(core.reserveBlock(handle, 120, 9, 0)).toBe(OUT_OF_BOUNDS);
      expect<f64>(core.findBlock(handle, MAX_SAFE)).toBe(OUT_OF_BOUNDS);
      expect<f64>(core.findBlock(handle, 9)).toBe(INSIDE_BLOCK);
      expect<f64>(core.findBlock(handle, 0)).toBe(NOT_ALLOCATED);
      expect<f64>(core.findBlock(handle, 5)).toBe(NOT_ALLOCATED);
      expect<f64>(core.setLabel(handle, 9, 1)).toBe(INSIDE_BLOCK);
      expect<f64>(core.extendBlock(handle, 0, 4)).toBe(NOT_ALLOCATED);
      expect<f64>(core.moveBlock(handle, 0, 4)).toBe(NOT_ALLOCATED);
      expect<f64>(core.copyFreeBlocks(handle, 128, 10)).toBe(0);
      expect<f64>(core.copyFreeBlocks(handle, MAX_SAFE, 10)).toBe(0);
      expect<f64>(core.copyLiveBlocks(handle, 128, 10)).toBe(0);
      expect<f64>(core.copyFreeBlocks(handle, 0, 0)).toBe(0);
      expect<string>(state()).toBe(before);
    });

    it("takes -0 for 0", () => {
      expect<f64>(core.reserveBlock(handle, -0.0, 4, 0)).toBe(OK);
      expect<f64>(core.findBlock(handle, -0.0)).toBe(OK);
      expect<f64>(core.copyLiveBlocks(handle, -0.0, 1)).toBe(1);
      expect<f64>(core.freeBlock(handle, -0.0)).toBe(OK);
      expect<f64>(core.validate(handle)).toBe(OK);
    });
  });

  describe("labels", () => {
    it("are kept and changed", () => {
      core.allocateBlock(handle, 8, 1, 4294967295);
      expect<f64>(core.findBlock(handle, 0)).toBe(OK);
      expect<f64>(core.foundLabel()).toBe(4294967295);
      expect<f64>(core.foundSize()).toBe(8);
      const version = core.get(handle, field.VERSION);
      expect<f64>(core.setLabel(handle, 0, 5)).toBe(OK);
      expect<bool>(core.get(handle, field.VERSION) != version).toBe(true);
      core.findBlock(handle, 0);
      expect<f64>(core.foundLabel()).toBe(5);
      core.copyLiveBlocks(handle, 0, 1);
      expect<string>(results(3)).toBe("0 8 5");
    });
  });

  describe("copying", () => {
    it("starts with the first block that ends after an address, and stops at the limit", () => {
      for (let i = 0; i < 8; i++) core.allocateBlock(handle, 16, 1, i);
      for (let i = 0; i < 8; i += 2) core.freeBlock(handle, 16 * <f64>i);
      expect<f64>(core.copyFreeBlocks(handle, 0, 2)).toBe(2);
      expect<string>(results(4)).toBe("0 16 32 16");
      expect<f64>(core.copyFreeBlocks(handle, 16, 128)).toBe(3);
      expect<string>(results(6)).toBe("32 16 64 16 96 16");
      expect<f64>(core.copyFreeBlocks(handle, 47, 1)).toBe(1);
      expect<string>(results(2)).toBe("32 16");
      expect<f64>(core.copyFreeBlocks(handle, 112, 128)).toBe(0);
      expect<f64>(core.copyLiveBlocks(handle, 31, 2)).toBe(2);
      expect<string>(results(6)).toBe("16 16 1 48 16 3");
      expect<f64>(core.copyLiveBlocks(handle, 32, 1)).toBe(1);
      expect<string>(results(3)).toBe("48 16 3");
    });
  });

  describe("loading", () => {
    it("live blocks, and the order of the bins", () => {
      for (let i = 0; i < 8; i++) core.allocateBlock(handle, 16, 1, i);
      core.freeBlock(handle, 96);
      core.freeBlock(handle, 32);
      core.freeBlock(handle, 64);
      core.freeBlock(handle, 0);
      expect<f64>(core.copyOrder(handle, 0, 3)).toBe(3);
      expect<string>(results(3)).toBe("16 80 48");
      expect<f64>(core.copyOrder(handle, 48, 128)).toBe(1);
      expect<string>(results(1)).toBe("112");
      expect<f64>(core.copyOrder(handle, 112, 128)).toBe(0);
      expect<f64>(core.copyOrder(handle, 32, 128)).toBe(BAD_ARGUMENT);
      expect<f64>(core.copyOrder(handle, 5, 128)).toBe(BAD_ARGUMENT);
      const other = <usize>core.create(policy, 128, 1);
      core.allocateBlock(other, 5, 1, 0);
      core.reset(other);
      for (let i = 7; i > 0; i -= 2) expect<f64>(core.reserveBlock(other, 16 * i, 16, i)).toBe(OK);
      put([112, 48, 80, 16]);
      expect<f64>(core.loadOrder(other, 4)).toBe(OK);
      expect<f64>(core.validate(other)).toBe(OK);
      for (let i = 0; i < 4; i++)
        expect<f64>(core.allocateBlock(other, 16, 1, 0)).toBe(core.allocateBlock(handle, 16, 1, 0));
      core.destroy(other);
    });

    it("of no free block is refused", () => {
      expect<f64>(core.loadOrder(handle, 129)).toBe(BAD_ARGUMENT);
      put([16]);
      expect<f64>(core.loadOrder(handle, 1)).toBe(BAD_ARGUMENT);
      expect<f64>(core.validate(handle)).toBe(OK);
    });

    it("the order of all bins, one after another", () => {
      core.allocateBlock(handle, 16, 1, 0);
      core.allocateBlock(handle, 16, 1, 0);
      core.allocateBlock(handle, 32, 1, 0);
      core.allocateBlock(handle, 64, 1, 0);
      core.freeBlock(handle, 0);
      core.freeBlock(handle, 32);
      expect<f64>(core.copyOrder(handle, 0, 128)).toBe(2);
      expect<string>(results(2)).toBe("16 64");
      expect<f64>(core.copyOrder(handle, 16, 128)).toBe(1);
      expect<string>(results(1)).toBe("64");
    });
  });

  describe("storage that cannot grow", () => {
    it("refuses what needs a node, and changes nothing", () => {
      core.allocateBlock(handle, 16, 1, 0);
      core.allocateBlock(handle, 32, 1, 0);
      const kept: usize[] = [];
      const node = tiling().blockNode;
      while (unusedNodes(node) > 0) kept.push(takeNode(node));
      core.limitStorage(storageBytes());
      const before = state();
      expect<f64>(core.allocateBlock(handle, 1, 1, 0)).toBe(NODE_STORAGE);
      expect<f64>(core.allocateBlock(handle, 1, 8, 0)).toBe(NODE_STORAGE);
      expect<f64>(core.extendBlock(handle, 0, 2)).toBe(NODE_STORAGE);
      expect<f64>(core.moveBlock(handle, 0, 64)).toBe(NODE_STORAGE);
      expect<f64>(core.reserveBlock(handle, 66, 2, 0)).toBe(NODE_STORAGE);
      expect<f64>(core.ensure(handle, 1)).toBe(NODE_STORAGE);
      expect<f64>(core.ensure(handle, 4000000000)).toBe(NODE_STORAGE);
      expect<f64>(core.create(policy, 7, 1)).toBe(NODE_STORAGE);
      expect<string>(state()).toBe(before);
      expect<f64>(core.validate(handle)).toBe(OK);
      expect<f64>(core.freeBlock(handle, 0)).toBe(OK);
      core.limitStorage(Infinity);
      expect<f64>(core.ensure(handle, 100)).toBe(OK);
      core.limitStorage(storageBytes());
      for (let i = 0; i < 16; i++)
        expect<bool>(core.allocateBlock(handle, 1, 1, 0) >= 0).toBe(true);
      expect<f64>(core.validate(handle)).toBe(OK);
      while (unusedNodes(node) > 0) kept.push(takeNode(node));
      expect<f64>(core.reset(handle)).toBe(OK, "reset");
      expect<f64>(core.validate(handle)).toBe(OK);
      core.limitStorage(Infinity);
      for (let i = 0; i < kept.length; i++) releaseNode(node, kept[i]);
    });

    it("refuses to create or grow, step by step, and loses nothing", () => {
      core.destroy(handle);
      core.limitStorage(storageBytes());
      let failures = 0;
      for (
        let bytes = storageBytes();
        bytes < storageBytes() + 8192 && failures < 1000;
        bytes += 8
      ) {
        core.limitStorage(bytes);
        const other = core.create(policy, 1048577, 1);
        if (other > 0) {
          expect<f64>(core.validate(<usize>other)).toBe(OK);
          core.destroy(<usize>other);
          break;
        }
        expect<f64>(other).toBe(NODE_STORAGE);
        failures++;
      }
      core.limitStorage(Infinity);
      handle = <usize>core.create(policy, 128, 1);
      expect<f64>(core.allocateBlock(handle, 128, 1, 0)).toBe(0);
      const kept: usize[] = [];
      const node = tiling().blockNode;
      while (unusedNodes(node) > 0) kept.push(takeNode(node));
      core.limitStorage(storageBytes());
      const before = state();
      expect<f64>(core.grow(handle, 129)).toBe(NODE_STORAGE);
      expect<string>(state()).toBe(before);
      core.limitStorage(Infinity);
      expect<f64>(core.grow(handle, MAX_SAFE)).toBe(OK);
      expect<f64>(core.validate(handle)).toBe(OK);
      for (let i = 0; i < kept.length; i++) releaseNode(node, kept[i]);
    });
  });

  describe("the checker", () => {
    beforeEach(fill);

    it("sees wrong links", () => {
      const second = tiling().end.next.next;
      const before = second.prevAndFlags;
      second.prev = second.next;
      expect<f64>(core.validate(handle)).toBe(BAD_LINKS);
      expect<f64>(core.corruptionAt()).toBe(16);
      second.prevAndFlags = before ^ LEFT_FREE;
      expect<f64>(core.validate(handle)).toBe(BAD_LINKS);
      second.prevAndFlags = before;
      tiling().end.prevAndFlags ^= LEFT_FREE;
      expect<f64>(core.validate(handle)).toBe(BAD_LINKS);
      tiling().end.prevAndFlags ^= LEFT_FREE;
      const last = tiling().end.prev;
      tiling().end.prev = last.prev;
      expect<f64>(core.validate(handle)).toBe(BAD_LINKS);
      tiling().end.prev = last;
      const cursor = tiling().cursor;
      tiling().cursor = changetype<Block>(changetype<usize>(cursor) + 8);
      expect<f64>(core.validate(handle)).toBe(BAD_LINKS);
      tiling().cursor = cursor;
      expect<f64>(core.validate(handle)).toBe(OK);
    });

    it("sees wrong starts and sizes", () => {
      const first = tiling().end.next;
      first.start = 1;
      expect<f64>(core.validate(handle)).toBe(BAD_LIVE);
      first.start = 0;
      first.next.start = 0;
      expect<f64>(core.validate(handle)).toBe(BAD_SIZE);
      first.next.start = 15.5;
      expect<f64>(core.validate(handle)).toBe(BAD_SIZE);
      first.next.start = 16;
      tiling().end.start = 127;
      expect<f64>(core.validate(handle)).toBe(BAD_BOUNDS);
      tiling().end.start = 128;
      expect<f64>(core.validate(handle)).toBe(OK);
    });

    it("sees wrong counts and sums", () => {
      tiling().freeBlocks++;
      expect<f64>(core.validate(handle)).toBe(BAD_COUNT);
      tiling().freeBlocks -= 2;
      expect<f64>(core.validate(handle)).toBe(BAD_COUNT);
      tiling().freeBlocks++;
      tiling().entries--;
      expect<f64>(core.validate(handle)).toBe(BAD_COUNT);
      tiling().entries++;
      tiling().freeMemory += 1;
      expect<f64>(core.validate(handle)).toBe(BAD_SUM);
      tiling().freeMemory -= 1;
      expect<f64>(core.validate(handle)).toBe(OK);
    });

    it("sees a block that is not in the table, and one that is there in vain", () => {
      const first = tiling().end.next;
      tiling().entries++;
      expect<f64>(core.validate(handle)).toBe(BAD_COUNT);
      tiling().entries -= 2;
      expect<f64>(core.validate(handle)).toBe(BAD_COUNT);
      tiling().entries++;
      tiling().mask = 127;
      expect<f64>(core.validate(handle)).toBe(BAD_TABLE);
      tiling().mask = 255;
      expect<f64>(core.validate(handle)).toBe(OK);
      expect<bool>(first.free).toBe(false);
    });

    it("sees wrong bins", () => {
      const free = tiling().end.next.next.next.next;
      const after = afterOf(free, tiling().links);
      const before = beforeOf(free, tiling().links);
      setAfter(free, tiling().links, null);
      expect<f64>(core.validate(handle)).toBe(BAD_SECOND_ORDER);
      setAfter(free, tiling().links, free);
      expect<f64>(core.validate(handle)).toBe(BAD_SECOND_ORDER);
      setAfter(free, tiling().links, after);
      setBefore(free, tiling().links, changetype<Block>(8));
      expect<f64>(core.validate(handle)).toBe(BAD_SECOND_ORDER);
      setBefore(free, tiling().links, before);
      tiling().occupied ^= 1;
      expect<f64>(core.validate(handle)).toBe(BAD_SECOND_ORDER);
      tiling().occupied ^= 1;
      tiling().occupied ^= (<u64>1) << 60;
      expect<f64>(core.validate(handle)).toBe(BAD_SECOND_ORDER);
      tiling().occupied ^= (<u64>1) << 60;
      expect<f64>(core.validate(handle)).toBe(OK);
    });
  });
}

describe("segregated fit", () => {
  beforeAll(() => {
    policy = SEGREGATED_FIT;
  });
  abi();

  describe("the checker of it", () => {
    beforeEach(fill);

    it("sees free blocks that should have been merged", () => {
      const first = tiling().end.next;
      first.markFree();
      tiling().freeBlocks++;
      tiling().freeMemory += 16;
      // The table still holds it: taken out, only the order is wrong.
      withdraw(tiling(), 0);
      expect<f64>(core.validate(handle)).toBe(BAD_ORDER);
      enter(tiling(), first, 0);
      first.markLive();
      tiling().freeBlocks--;
      tiling().freeMemory -= 16;
      expect<f64>(core.validate(handle)).toBe(OK);
    });
  });
});

describe("buddy", () => {
  beforeAll(() => {
    policy = BUDDY;
  });
  abi();

  describe("the checker of it", () => {
    beforeEach(fill);

    it("sees blocks that are no powers of two, or not where they should be", () => {
      const third = tiling().end.next.next.next;
      withdraw(tiling(), 32);
      third.start = 31;
      enter(tiling(), third, third.start);
      tiling().freeMemory -= 1;
      expect<f64>(core.validate(handle)).toBe(BAD_SIZE);
      tiling().freeMemory += 1;
      withdraw(tiling(), 31);
      third.start = 32;
      enter(tiling(), third, third.start);
      expect<f64>(core.validate(handle)).toBe(OK);
    });

    it("sees free buddies", () => {
      const first = tiling().end.next;
      first.markFree();
      tiling().freeBlocks++;
      tiling().freeMemory += 16;
      tiling().requested -= 16;
      expect<f64>(core.validate(handle)).toBe(BAD_ORDER);
      first.markLive();
      tiling().freeBlocks--;
      tiling().freeMemory -= 16;
      tiling().requested += 16;
      expect<f64>(core.validate(handle)).toBe(OK);
    });

    it("sees requests that do not match their blocks", () => {
      const first = tiling().end.next;
      first.requested = 8;
      expect<f64>(core.validate(handle)).toBe(BAD_SIZE);
      first.requested = 12.5;
      expect<f64>(core.validate(handle)).toBe(BAD_SIZE);
      first.requested = 15;
      expect<f64>(core.validate(handle)).toBe(BAD_SUM);
      first.requested = 16;
      expect<f64>(core.validate(handle)).toBe(OK);
    });
  });
});
