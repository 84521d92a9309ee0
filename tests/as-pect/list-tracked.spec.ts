// The tracked linked list from inside: live and free blocks tile the capacity, through every operation.

import { unusedNodes } from "../../assembly/kernel/pool";
import {
  INSIDE_BLOCK,
  NODE_STORAGE,
  NOT_ALLOCATED,
  NOT_FREE,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../../assembly/kernel/status";
import {
  BLOCK_NODE,
  destroyList,
  grow,
  List,
  largest,
  reset,
  shrink,
} from "../../assembly/list/list";
import {
  allocateBlock,
  extendBlock,
  findBlock,
  foundLabel,
  foundSize,
  freeBlock,
  moveBlock,
  reserveBlock,
  setLabel,
} from "../../assembly/list/tracked";
import { expectBlocks, image, newList } from "./support/linked-list";
import { allow, exhaust, replenish } from "./support/pool";

let list: List = newList(100, true);

beforeEach(() => {
  list = newList(100, true);
});

afterEach(() => {
  replenish();
  destroyList(list);
});

/** Live blocks 0=10 10=10 20=10 … with labels 1 to `count`. */
function fill(count: u32): void {
  for (let i: u32 = 0; i < count; i++) allocateBlock(list, 10, 1, i + 1);
}

describe("allocating", () => {
  it("records the block before what is left free", () => {
    expect<f64>(allocateBlock(list, 30, 1, 7)).toBe(0);
    expect<f64>(allocateBlock(list, 30, 1, 0)).toBe(30);
    expectBlocks(list, "0=30:7 30=30 60+40");
    expect<f64>(allocateBlock(list, 41, 1, 0)).toBe(OUT_OF_MEMORY);
    expect<f64>(allocateBlock(list, 40, 1, 4294967295)).toBe(60);
    expectBlocks(list, "0=30:7 30=30 60=40:4294967295");
    expect<f64>(largest(list)).toBe(0);
  });

  it("leaves alignment padding free", () => {
    allocateBlock(list, 3, 1, 1);
    expect<f64>(allocateBlock(list, 10, 16, 2)).toBe(16);
    expectBlocks(list, "0=3:1 3+13 16=10:2 26+74");
    expect<f64>(allocateBlock(list, 13, 1, 3)).toBe(3);
    expectBlocks(list, "0=3:1 3=13:3 16=10:2 26+74");
  });

  it("exactly where it is told", () => {
    expect<f64>(reserveBlock(list, 90, 10, 1)).toBe(OK);
    expect<f64>(reserveBlock(list, 0, 10, 2)).toBe(OK);
    expect<f64>(reserveBlock(list, 40, 10, 3)).toBe(OK);
    expectBlocks(list, "0=10:2 10+30 40=10:3 50+40 90=10:1");
    expect<f64>(reserveBlock(list, 39, 2, 4)).toBe(NOT_FREE);
    expect<f64>(reserveBlock(list, 49, 2, 4)).toBe(NOT_FREE);
    expect<f64>(reserveBlock(list, 10, 31, 4)).toBe(NOT_FREE);
    expect<f64>(reserveBlock(list, 50, 40, 4)).toBe(OK);
    expectBlocks(list, "0=10:2 10+30 40=10:3 50=40:4 90=10:1");
  });
});

describe("freeing", () => {
  it("merges: no neighbour, left, right, both", () => {
    fill(10);
    expect<f64>(freeBlock(list, 20)).toBe(OK, "none");
    expectBlocks(
      list,
      "0=10:1 10=10:2 20+10 30=10:4 40=10:5 50=10:6 60=10:7 70=10:8 80=10:9 90=10:10",
    );
    expect<f64>(freeBlock(list, 30)).toBe(OK, "left");
    expect<f64>(freeBlock(list, 10)).toBe(OK, "right");
    expectBlocks(list, "0=10:1 10+30 40=10:5 50=10:6 60=10:7 70=10:8 80=10:9 90=10:10");
    expect<f64>(freeBlock(list, 50)).toBe(OK);
    expect<f64>(freeBlock(list, 40)).toBe(OK, "both");
    expectBlocks(list, "0=10:1 10+50 60=10:7 70=10:8 80=10:9 90=10:10");
    expect<f64>(freeBlock(list, 90)).toBe(OK, "the last");
    expect<f64>(freeBlock(list, 0)).toBe(OK, "the first");
    expectBlocks(list, "0+60 60=10:7 70=10:8 80=10:9 90+10");
  });

  it("tells of the block that was freed", () => {
    fill(3);
    freeBlock(list, 10);
    expect<f64>(foundSize()).toBe(10);
    expect<u32>(foundLabel()).toBe(2);
  });

  it("refuses double frees and addresses inside blocks, and changes not a byte", () => {
    fill(3);
    freeBlock(list, 10);
    const before = image(list);
    expect<f64>(freeBlock(list, 10)).toBe(NOT_ALLOCATED);
    expect<f64>(freeBlock(list, 15)).toBe(NOT_ALLOCATED);
    expect<f64>(freeBlock(list, 99)).toBe(NOT_ALLOCATED);
    expect<f64>(freeBlock(list, 1)).toBe(INSIDE_BLOCK);
    expect<f64>(freeBlock(list, 29)).toBe(INSIDE_BLOCK);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });

  it("needs no node", () => {
    fill(10);
    exhaust(BLOCK_NODE);
    for (let address: f64 = 0; address < 100; address += 20)
      expect<f64>(freeBlock(list, address)).toBe(OK);
    expectBlocks(list, "0+10 10=10:2 20+10 30=10:4 40+10 50=10:6 60+10 70=10:8 80+10 90=10:10");
    for (let address: f64 = 10; address < 100; address += 20)
      expect<f64>(freeBlock(list, address)).toBe(OK);
    expectBlocks(list, "0+100");
  });
});

describe("finding and labelling", () => {
  it("tells size and label", () => {
    fill(2);
    expect<f64>(findBlock(list, 10)).toBe(OK);
    expect<f64>(foundSize()).toBe(10);
    expect<u32>(foundLabel()).toBe(2);
    expect<f64>(findBlock(list, 11)).toBe(INSIDE_BLOCK);
    expect<f64>(findBlock(list, 20)).toBe(NOT_ALLOCATED);
  });

  it("changes the label, and moves the version on", () => {
    fill(2);
    const version = list.version;
    expect<f64>(setLabel(list, 10, 99)).toBe(OK);
    expect<u32>(list.version).toBe(version + 1);
    expectBlocks(list, "0=10:1 10=10:99 20+80");
    expect<f64>(setLabel(list, 5, 1)).toBe(INSIDE_BLOCK);
    expect<f64>(setLabel(list, 50, 1)).toBe(NOT_ALLOCATED);
    expect<u32>(list.version).toBe(version + 1, "version");
  });
});

describe("resizing", () => {
  it("in place: shorter, longer, the same", () => {
    fill(3);
    freeBlock(list, 10);
    expect<f64>(extendBlock(list, 0, 15)).toBe(OK);
    expectBlocks(list, "0=15:1 15+5 20=10:3 30+70");
    expect<f64>(foundSize()).toBe(10, "as it was");
    expect<f64>(extendBlock(list, 0, 20)).toBe(OK);
    expectBlocks(list, "0=20:1 20=10:3 30+70");
    expect<f64>(extendBlock(list, 0, 20)).toBe(OK);
    expect<f64>(extendBlock(list, 0, 8)).toBe(OK, "a new free block");
    expectBlocks(list, "0=8:1 8+12 20=10:3 30+70");
    expect<f64>(extendBlock(list, 20, 2)).toBe(OK, "merged with the free block after it");
    expectBlocks(list, "0=8:1 8+12 20=2:3 22+78");
    expect<f64>(extendBlock(list, 20, 80)).toBe(OK);
    expectBlocks(list, "0=8:1 8+12 20=80:3");
  });

  it("in place is refused without room, and changes not a byte", () => {
    fill(3);
    freeBlock(list, 10);
    const before = image(list);
    expect<f64>(extendBlock(list, 0, 21)).toBe(OUT_OF_MEMORY, "the free block is too small");
    expect<f64>(extendBlock(list, 20, 81)).toBe(OUT_OF_MEMORY, "past the capacity");
    expect<f64>(extendBlock(list, 10, 5)).toBe(NOT_ALLOCATED);
    expect<f64>(extendBlock(list, 25, 5)).toBe(INSIDE_BLOCK);
    expect<string>(image(list)).toBe(before, "bytes of the list");
    exhaust(BLOCK_NODE);
    expect<f64>(extendBlock(list, 0, 5)).toBe(OK, "merging needs no node");
    expectBlocks(list, "0=5:1 5+15 20=10:3 30+70");
  });

  it("longer is refused where the block after it is live", () => {
    fill(3);
    expect<f64>(extendBlock(list, 0, 15)).toBe(OUT_OF_MEMORY);
    expectBlocks(list, "0=10:1 10=10:2 20=10:3 30+70");
  });

  it("shorter is refused without a node where nothing after it is free", () => {
    fill(3);
    exhaust(BLOCK_NODE);
    const before = image(list);
    expect<f64>(extendBlock(list, 0, 5)).toBe(NODE_STORAGE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });
});

describe("moving", () => {
  it("onto free addresses elsewhere", () => {
    fill(3);
    freeBlock(list, 0);
    expect<f64>(moveBlock(list, 20, 0)).toBe(OK);
    expectBlocks(list, "0=10:3 10=10:2 20+80");
    expect<f64>(foundSize()).toBe(10);
    expect<u32>(foundLabel()).toBe(3);
    expect<f64>(moveBlock(list, 10, 90)).toBe(OK, "the very end");
    expectBlocks(list, "0=10:3 10+80 90=10:2");
  });

  it("onto its own: by less than its size, and not at all", () => {
    fill(2);
    freeBlock(list, 0);
    expect<f64>(moveBlock(list, 10, 5)).toBe(OK);
    expectBlocks(list, "0+5 5=10:2 15+85");
    expect<f64>(moveBlock(list, 5, 14)).toBe(OK);
    expectBlocks(list, "0+14 14=10:2 24+76");
    expect<f64>(moveBlock(list, 14, 14)).toBe(OK);
    expectBlocks(list, "0+14 14=10:2 24+76");
  });

  it("is refused onto other blocks and past the capacity: all is as it was", () => {
    fill(4);
    freeBlock(list, 10);
    const version = list.version;
    expect<f64>(moveBlock(list, 0, 11)).toBe(NOT_FREE);
    expect<f64>(moveBlock(list, 0, 25)).toBe(NOT_FREE);
    expect<f64>(moveBlock(list, 30, 25)).toBe(NOT_FREE);
    expect<f64>(moveBlock(list, 30, 91)).toBe(OUT_OF_BOUNDS);
    expect<f64>(moveBlock(list, 10, 50)).toBe(NOT_ALLOCATED);
    expect<f64>(moveBlock(list, 5, 50)).toBe(INSIDE_BLOCK);
    expect<u32>(list.version).toBe(version, "version");
    expectBlocks(list, "0=10:1 10+10 20=10:3 30=10:4 40+60");
  });

  it("is refused without two nodes", () => {
    fill(4);
    exhaust(BLOCK_NODE);
    allow(1);
    const before = image(list);
    expect<f64>(moveBlock(list, 0, 90)).toBe(NODE_STORAGE);
    expect<f64>(allocateBlock(list, 10, 1, 0)).toBe(NODE_STORAGE);
    expect<f64>(reserveBlock(list, 90, 10, 0)).toBe(NODE_STORAGE);
    expect<string>(image(list)).toBe(before, "bytes of the list");
  });
});

describe("capacity", () => {
  it("grows and shrinks by free memory at the end", () => {
    fill(10);
    expect<f64>(shrink(list, 99)).toBe(NOT_FREE);
    expect<f64>(grow(list, 110)).toBe(OK);
    expect<f64>(grow(list, 120)).toBe(OK);
    freeBlock(list, 80);
    expectBlocks(
      list,
      "0=10:1 10=10:2 20=10:3 30=10:4 40=10:5 50=10:6 60=10:7 70=10:8 80+10 90=10:10 100+20",
    );
    expect<f64>(shrink(list, 101)).toBe(OK);
    expect<f64>(shrink(list, 100)).toBe(OK);
    expectBlocks(
      list,
      "0=10:1 10=10:2 20=10:3 30=10:4 40=10:5 50=10:6 60=10:7 70=10:8 80+10 90=10:10",
    );
  });
});

describe("nodes", () => {
  it("are all given back by reset and destroy", () => {
    const other = newList(1000, true);
    for (let i = 0; i < 50; i++) allocateBlock(other, 10, 1, i);
    for (let address: f64 = 0; address < 500; address += 20) freeBlock(other, address);
    const unused = unusedNodes(BLOCK_NODE);
    expect<f64>(reset(other)).toBe(OK);
    expectBlocks(other, "0+1000");
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused + 50);
    destroyList(other);
    expect<u32>(unusedNodes(BLOCK_NODE)).toBe(unused + 51);
  });
});
