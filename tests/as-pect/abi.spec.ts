// The ABI from inside: for every policy and both widths of numbers, bad numbers are refused and change
// nothing, a handle that is disposed of or 0 is refused by every call, and the status codes come as documented.

import {
  allocate,
  allocateAligned,
  allocateLive,
  allocateMany,
  canAllocate,
  capacity,
  clone,
  copyFreeBlocks,
  copyLiveBlocks,
  create,
  createTracked,
  destroy,
  extend,
  extendLive,
  findLive,
  free,
  freeBlockCount,
  freeLive,
  freeMany,
  freeMemory,
  grow,
  height,
  labelLive,
  largest,
  limitStorage,
  liveBlockCount,
  metadataBytes,
  moveLive,
  policy as policyNumber,
  reserve,
  reserveLive,
  reset,
  resize,
  resizeLive,
  resultAddress,
  shrink,
  snapshot,
  storageBytes,
  tracked,
  validate,
  version,
} from "../../assembly";
import { Handle, LINKED_LIST, POLICY_COUNT } from "../../assembly/record";
import {
  BAD_ARGUMENT,
  DISPOSED,
  NODE_STORAGE,
  NOT_ALLOCATED,
  OK,
  OUT_OF_BOUNDS,
  OUT_OF_MEMORY,
} from "../../assembly/status";
import {
  ALLOCATOR_NODE,
  CLASS_COUNT,
  NodeClass,
  nodeBytes,
  storageBytes as usedStorage,
  unusedNodes,
} from "../../assembly/storage";
import { whole } from "./support/list";
import { exhaust, replenish } from "./support/nodes";

const MOST: f64 = 9007199254740991;

/** Capacities on both sides of 2^32, and at it. */
const CAPACITIES: f64[] = [1000, 4294967295, 4294967296, MOST];

/** Never a size, an address or a capacity. */
const BAD: f64[] = [
  NaN, Infinity, -Infinity, -1, -0.5, -4294967295, -MOST, 0.5, 1.5, 4294967296.5, MOST + 1, 2 * MOST, 1e300, -1e300, 5e-324,
];

/** Everything that can be asked of an allocator, and the bytes of its record. */
function stateOf(a: Handle): string {
  const parts: string[] = [
    whole(freeMemory(a)),
    whole(largest(a)),
    whole(freeBlockCount(a)),
    whole(version(a)),
    whole(height(a)),
    whole(metadataBytes(a)),
    whole(capacity(a)),
    whole(liveBlockCount(a)),
    whole(validate(a)),
    freeBlocks(a),
  ];
  for (let i: u32 = 0; i < nodeBytes(ALLOCATOR_NODE); i += 4) parts.push(load<u32>(a + i).toString(16));
  return parts.join(",");
}

/** All free blocks, at most 128: "start+size …". */
function freeBlocks(a: Handle): string {
  const count = copyFreeBlocks(a, 0, 128);
  const blocks: string[] = [];
  for (let i: u32 = 0; i < <u32>count; i++) {
    const pair = resultAddress() + 16 * i;
    blocks.push(whole(load<f64>(pair)) + "+" + whole(load<f64>(pair, 8)));
  }
  return blocks.join(" ");
}

function made(policy: u32, capacity: f64): Handle {
  const a = create(policy, capacity);
  expect<f64>(a).toBeGreaterThan(0, "a handle");
  return <Handle>a;
}

/** An allocator with the free blocks 10+10 and all from 40 on. */
function used(policy: u32, capacity: f64): Handle {
  const a = made(policy, capacity);
  expect<f64>(allocate(a, 40)).toBe(0);
  expect<f64>(free(a, 10, 10)).toBe(OK);
  return a;
}

function named(policy: u32, capacity: f64): string {
  return "policy " + policy.toString() + ", capacity " + whole(capacity);
}

afterEach(replenish);

describe("create", () => {
  it("takes capacities from 1 to 2^53 - 1", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const a = made(policy, CAPACITIES[i]);
        expect<string>(freeBlocks(a)).toBe("0+" + whole(CAPACITIES[i]), named(policy, CAPACITIES[i]));
        expect<f64>(freeMemory(a)).toBe(CAPACITIES[i]);
        expect<f64>(largest(a)).toBe(CAPACITIES[i]);
        expect<f64>(freeBlockCount(a)).toBe(1);
        if (CAPACITIES[i] < MOST) expect<f64>(allocate(a, CAPACITIES[i] + 1)).toBe(OUT_OF_MEMORY, "more");
        if (CAPACITIES[i] < MOST) expect<f64>(allocate(a, MOST)).toBe(OUT_OF_MEMORY, "far more");
        expect<f64>(allocate(a, CAPACITIES[i])).toBe(0, "all of it");
        expect<f64>(largest(a)).toBe(0);
        expect<f64>(validate(a)).toBe(OK);
        destroy(a);
      }
      const one = made(policy, 1);
      expect<f64>(allocate(one, 1)).toBe(0);
      expect<f64>(allocate(one, 1)).toBe(OUT_OF_MEMORY);
      destroy(one);
    }
  });

  it("refuses bad capacities and policies, and takes no node for them", () => {
    destroy(made(0, 10));
    const storage = usedStorage();
    const unused = unusedNodes(ALLOCATOR_NODE);
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < BAD.length; i++) {
        expect<f64>(create(policy, BAD[i])).toBe(BAD_ARGUMENT, named(policy, BAD[i]));
      }
      expect<f64>(create(policy, 0)).toBe(BAD_ARGUMENT);
      expect<f64>(create(policy, -0.0)).toBe(BAD_ARGUMENT);
    }
    expect<f64>(create(POLICY_COUNT, 10)).toBe(BAD_ARGUMENT);
    expect<f64>(create(u32.MAX_VALUE, 10)).toBe(BAD_ARGUMENT);
    expect<f64>(usedStorage()).toBe(storage);
    expect<u32>(unusedNodes(ALLOCATOR_NODE)).toBe(unused);
  });

  it("refuses when any node it needs cannot be had, and keeps nothing", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        destroy(made(policy, CAPACITIES[i])); // all that it needs is unused now
        for (let c: NodeClass = 0; c < CLASS_COUNT; c++) {
          const unused = unusedByClass();
          exhaust(c);
          const a = create(policy, CAPACITIES[i]);
          if (a > 0) destroy(<Handle>a);
          else expect<f64>(a).toBe(NODE_STORAGE);
          if (c == ALLOCATOR_NODE) expect<f64>(a).toBe(NODE_STORAGE, "no record");
          replenish();
          expect<string>(unusedByClass()).toBe(unused, "unused nodes; " + named(policy, CAPACITIES[i]));
        }
        for (let c: NodeClass = 1; c < CLASS_COUNT; c++) exhaust(c);
        expect<f64>(create(policy, CAPACITIES[i])).toBe(NODE_STORAGE, "a record, but nothing else");
        replenish();
      }
    }
  });
});

function unusedByClass(): string {
  const counts: u32[] = [];
  for (let c: NodeClass = 0; c < CLASS_COUNT; c++) counts.push(unusedNodes(c));
  return counts.join(",");
}

/** Expect that a bad number is refused as every argument of every call on ranges. */
function expectBadRange(a: Handle, bad: f64, where: string): void {
  expect<f64>(allocateAligned(a, bad, 1)).toBe(BAD_ARGUMENT, "allocateAligned, size " + where);
  expect<f64>(allocateAligned(a, 1, bad)).toBe(BAD_ARGUMENT, "allocateAligned, alignment " + where);
  expect<f64>(canAllocate(a, bad, 1)).toBe(BAD_ARGUMENT, "canAllocate, size " + where);
  expect<f64>(canAllocate(a, 1, bad)).toBe(BAD_ARGUMENT, "canAllocate, alignment " + where);
  expect<f64>(reserve(a, bad, 1)).toBe(BAD_ARGUMENT, "reserve, address " + where);
  expect<f64>(reserve(a, 10, bad)).toBe(BAD_ARGUMENT, "reserve, size " + where);
  expect<f64>(resize(a, bad, 1, 1, 1)).toBe(BAD_ARGUMENT, "resize, address " + where);
  expect<f64>(resize(a, 0, bad, 1, 1)).toBe(BAD_ARGUMENT, "resize, old size " + where);
  expect<f64>(resize(a, 0, 1, bad, 1)).toBe(BAD_ARGUMENT, "resize, new size " + where);
  expect<f64>(resize(a, 0, 1, 1, bad)).toBe(BAD_ARGUMENT, "resize, alignment " + where);
  expect<f64>(extend(a, bad, 1, 2)).toBe(BAD_ARGUMENT, "extend, address " + where);
  expect<f64>(extend(a, 0, bad, 2)).toBe(BAD_ARGUMENT, "extend, old size " + where);
  expect<f64>(extend(a, 0, 1, bad)).toBe(BAD_ARGUMENT, "extend, new size " + where);
  expect<f64>(grow(a, bad)).toBe(BAD_ARGUMENT, "grow " + where);
  expect<f64>(shrink(a, bad)).toBe(BAD_ARGUMENT, "shrink " + where);
  expect<f64>(copyFreeBlocks(a, bad, 1)).toBe(BAD_ARGUMENT, "copyFreeBlocks " + where);
}

/** The same for the calls on live blocks. */
function expectBadLive(a: Handle, bad: f64, where: string): void {
  expect<f64>(allocateLive(a, bad, 1, 0)).toBe(BAD_ARGUMENT, "allocateLive, size " + where);
  expect<f64>(allocateLive(a, 1, bad, 0)).toBe(BAD_ARGUMENT, "allocateLive, alignment " + where);
  expect<f64>(reserveLive(a, bad, 1, 0)).toBe(BAD_ARGUMENT, "reserveLive, address " + where);
  expect<f64>(reserveLive(a, 50, bad, 0)).toBe(BAD_ARGUMENT, "reserveLive, size " + where);
  expect<f64>(freeLive(a, bad)).toBe(BAD_ARGUMENT, "freeLive " + where);
  expect<f64>(resizeLive(a, bad, 1, 1)).toBe(BAD_ARGUMENT, "resizeLive, address " + where);
  expect<f64>(resizeLive(a, 0, bad, 1)).toBe(BAD_ARGUMENT, "resizeLive, size " + where);
  expect<f64>(resizeLive(a, 0, 1, bad)).toBe(BAD_ARGUMENT, "resizeLive, alignment " + where);
  expect<f64>(extendLive(a, bad, 1)).toBe(BAD_ARGUMENT, "extendLive, address " + where);
  expect<f64>(extendLive(a, 0, bad)).toBe(BAD_ARGUMENT, "extendLive, size " + where);
  expect<f64>(moveLive(a, bad, 50)).toBe(BAD_ARGUMENT, "moveLive, from " + where);
  expect<f64>(moveLive(a, 0, bad)).toBe(BAD_ARGUMENT, "moveLive, to " + where);
  expect<f64>(labelLive(a, bad, 1)).toBe(BAD_ARGUMENT, "labelLive " + where);
  expect<f64>(findLive(a, bad)).toBe(BAD_ARGUMENT, "findLive " + where);
  expect<f64>(copyLiveBlocks(a, bad, 1)).toBe(BAD_ARGUMENT, "copyLiveBlocks " + where);
}

describe("bad numbers", () => {
  it("as size or address are refused, and change nothing", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const a = used(policy, CAPACITIES[i]);
        const before = stateOf(a);
        for (let b = 0; b < BAD.length; b++) {
          const where = BAD[b].toString() + "; " + named(policy, CAPACITIES[i]);
          expect<f64>(allocate(a, BAD[b])).toBe(BAD_ARGUMENT, "allocate " + where);
          expect<f64>(free(a, BAD[b], 1)).toBe(BAD_ARGUMENT, "free, address " + where);
          expect<f64>(free(a, 0, BAD[b])).toBe(BAD_ARGUMENT, "free, size " + where);
          expect<f64>(free(a, BAD[b], BAD[b])).toBe(BAD_ARGUMENT, "free, both " + where);
          expectBadRange(a, BAD[b], where);
        }
        expect<f64>(allocate(a, 0)).toBe(BAD_ARGUMENT);
        expect<f64>(allocate(a, -0.0)).toBe(BAD_ARGUMENT);
        expect<f64>(free(a, 0, 0)).toBe(BAD_ARGUMENT);
        expect<f64>(free(a, 0, -0.0)).toBe(BAD_ARGUMENT);
        expect<string>(stateOf(a)).toBe(before, named(policy, CAPACITIES[i]));
        destroy(a);
      }
    }
  });

  it("are refused for live blocks, too, and change nothing", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const a = <Handle>createTracked(policy, CAPACITIES[i]);
        expect<f64>(allocateLive(a, 40, 1, 7)).toBe(0);
        const before = stateOf(a);
        for (let b = 0; b < BAD.length; b++) {
          const where = BAD[b].toString() + "; " + named(policy, CAPACITIES[i]);
          expectBadLive(a, BAD[b], where);
        }
        expect<string>(stateOf(a)).toBe(before, named(policy, CAPACITIES[i]));
        destroy(a);
      }
    }
  });

  it("come before the bounds, and the bounds before the state", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const capacity = CAPACITIES[i];
        const a = used(policy, capacity);
        const before = stateOf(a);
        const where = named(policy, capacity);
        expect<f64>(free(a, MOST, 0)).toBe(BAD_ARGUMENT, where);
        if (capacity < MOST) {
          expect<f64>(free(a, capacity, 1)).toBe(OUT_OF_BOUNDS, where);
          expect<f64>(free(a, 0, capacity + 1)).toBe(OUT_OF_BOUNDS, where);
        }
        expect<f64>(free(a, 1, capacity)).toBe(OUT_OF_BOUNDS, where);
        expect<f64>(free(a, capacity - 1, 2)).toBe(OUT_OF_BOUNDS, where);
        expect<f64>(free(a, MOST, MOST)).toBe(OUT_OF_BOUNDS, where);
        expect<f64>(free(a, 4294967296 + 20, 5)).toBe(
          capacity > 4294967340 ? NOT_ALLOCATED : OUT_OF_BOUNDS,
          "an address is not cut to 32 bits; " + where,
        );
        expect<f64>(free(a, 10, 10)).toBe(NOT_ALLOCATED, where);
        expect<f64>(free(a, 0, capacity)).toBe(NOT_ALLOCATED, where);
        expect<f64>(allocate(a, capacity)).toBe(OUT_OF_MEMORY, where);
        expect<f64>(allocate(a, MOST)).toBe(OUT_OF_MEMORY, where);
        if (capacity < 4294967296 + 10) {
          expect<f64>(allocate(a, 4294967296 + 10)).toBe(OUT_OF_MEMORY, "a size is not cut to 32 bits; " + where);
        }
        expect<string>(stateOf(a)).toBe(before, where);
        destroy(a);
      }
    }
  });
});

describe("minus zero", () => {
  it("as an address is 0, and never comes back", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const a = made(policy, CAPACITIES[i]);
        const where = named(policy, CAPACITIES[i]);
        allocate(a, CAPACITIES[i]);
        expect<f64>(free(a, -0.0, 10)).toBe(OK, where);
        copyFreeBlocks(a, 0, 1);
        expect<u64>(load<u64>(resultAddress())).toBe(0, "start, bit by bit; " + where);
        expect<u64>(reinterpret<u64>(allocate(a, 10))).toBe(0, "address, bit by bit; " + where);
        destroy(a);
      }
    }
  });
});

/** Expect that every call refuses the handle. */
function expectDisposed(a: Handle): void {
  expect<f64>(allocate(a, 1)).toBe(DISPOSED, "allocate");
  expect<f64>(allocate(a, NaN)).toBe(DISPOSED, "allocate, whatever the size");
  expect<f64>(free(a, 0, 1)).toBe(DISPOSED, "free");
  expect<f64>(free(a, NaN, 0)).toBe(DISPOSED, "free, whatever the range");
  expect<f64>(reset(a)).toBe(DISPOSED, "reset");
  expect<f64>(freeMemory(a)).toBe(DISPOSED, "freeMemory");
  expect<f64>(largest(a)).toBe(DISPOSED, "largest");
  expect<f64>(freeBlockCount(a)).toBe(DISPOSED, "freeBlockCount");
  expect<f64>(copyFreeBlocks(a, 0, 1)).toBe(DISPOSED, "copyFreeBlocks");
  expect<f64>(version(a)).toBe(DISPOSED, "version");
  expect<f64>(height(a)).toBe(DISPOSED, "height");
  expect<f64>(metadataBytes(a)).toBe(DISPOSED, "metadataBytes");
  expect<f64>(validate(a)).toBe(DISPOSED, "validate");
  expect<f64>(clone(a)).toBe(DISPOSED, "clone");
  expect<f64>(allocateAligned(a, 1, 1)).toBe(DISPOSED, "allocateAligned");
  expect<f64>(canAllocate(a, 1, 1)).toBe(DISPOSED, "canAllocate");
  expect<f64>(reserve(a, 0, 1)).toBe(DISPOSED, "reserve");
  expect<f64>(resize(a, 0, 1, 2, 1)).toBe(DISPOSED, "resize");
  expect<f64>(extend(a, 0, 1, 2)).toBe(DISPOSED, "extend");
  expect<f64>(grow(a, MOST)).toBe(DISPOSED, "grow");
  expect<f64>(shrink(a, 1)).toBe(DISPOSED, "shrink");
  expect<f64>(allocateMany(a, 1)).toBe(DISPOSED, "allocateMany");
  expect<f64>(freeMany(a, 1)).toBe(DISPOSED, "freeMany");
  expect<f64>(allocateLive(a, 1, 1, 0)).toBe(DISPOSED, "allocateLive");
  expect<f64>(reserveLive(a, 0, 1, 0)).toBe(DISPOSED, "reserveLive");
  expect<f64>(freeLive(a, 0)).toBe(DISPOSED, "freeLive");
  expect<f64>(resizeLive(a, 0, 1, 1)).toBe(DISPOSED, "resizeLive");
  expect<f64>(extendLive(a, 0, 1)).toBe(DISPOSED, "extendLive");
  expect<f64>(moveLive(a, 0, 1)).toBe(DISPOSED, "moveLive");
  expect<f64>(labelLive(a, 0, 1)).toBe(DISPOSED, "labelLive");
  expect<f64>(findLive(a, 0)).toBe(DISPOSED, "findLive");
  expect<f64>(liveBlockCount(a)).toBe(DISPOSED, "liveBlockCount");
  expect<f64>(copyLiveBlocks(a, 0, 1)).toBe(DISPOSED, "copyLiveBlocks");
  expect<f64>(capacity(a)).toBe(DISPOSED, "capacity");
  expect<f64>(policyNumber(a)).toBe(DISPOSED, "policy");
  expect<f64>(tracked(a)).toBe(DISPOSED, "tracked");
  expect<f64>(snapshot(a, 0)).toBe(DISPOSED, "snapshot");
  expect<f64>(destroy(a)).toBe(DISPOSED, "destroy");
}

describe("a handle", () => {
  it("refuses every call after it was destroyed", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      for (let i = 0; i < CAPACITIES.length; i++) {
        const other = used(policy, CAPACITIES[i]);
        const before = stateOf(other);
        const a = used(policy, CAPACITIES[i]);
        expect<f64>(destroy(a)).toBe(OK);
        const unused = unusedByClass();
        expectDisposed(a);
        expect<string>(unusedByClass()).toBe(unused, "no node was given back twice");
        expect<string>(stateOf(other)).toBe(before, "another allocator");
        destroy(other);
      }
    }
  });

  it("of 0 refuses every call", () => {
    expectDisposed(0);
  });

  it("is a multiple of 16, above 0, and no other's", () => {
    const handles: Handle[] = [];
    for (let i = 0; i < 40; i++) {
      const a = made(<u32>i % POLICY_COUNT, 100);
      expect<usize>(a & 15).toBe(0);
      expect<bool>(handles.includes(a)).toBe(false, "used already");
      handles.push(a);
    }
    while (handles.length) expect<f64>(destroy(handles.pop())).toBe(OK);
  });
});

describe("free blocks", () => {
  it("are copied up to the limit, 128 at most, from an address on", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      const a = made(policy, 1000);
      expect<f64>(allocate(a, 1000)).toBe(0);
      for (let i = 0; i < 150; i++) expect<f64>(free(a, 5 * i + 1, 2)).toBe(OK);
      const result = resultAddress();
      expect<usize>(result & 15).toBe(0, "aligned");
      expect<f64>(copyFreeBlocks(a, 0, 0)).toBe(0);
      expect<f64>(copyFreeBlocks(a, 0, 3)).toBe(3);
      expect<f64>(load<f64>(result, 32)).toBe(11);
      expect<f64>(copyFreeBlocks(a, 0, 1000)).toBe(128, "as many as there is room for");
      expect<f64>(load<f64>(result, 127 * 16)).toBe(5 * 127 + 1);
      expect<f64>(load<f64>(result, 127 * 16 + 8)).toBe(2);
      expect<f64>(copyFreeBlocks(a, 5 * 127 + 3, u32.MAX_VALUE)).toBe(22, "the rest");
      expect<f64>(load<f64>(result)).toBe(5 * 128 + 1);
      expect<f64>(copyFreeBlocks(a, 7, 1)).toBe(1);
      expect<f64>(load<f64>(result)).toBe(6, "a block that still reaches past the address");
      expect<f64>(copyFreeBlocks(a, 1000, 9)).toBe(0, "past the last");
      destroy(a);
    }
  });
});

describe("the version", () => {
  it("moves on with every change of the free blocks, and with nothing else", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      const a = made(policy, 100);
      let last = version(a);
      allocate(a, 30);
      expect<f64>(version(a)).not.toBe(last, "allocate");
      last = version(a);
      free(a, 10, 5);
      expect<f64>(version(a)).not.toBe(last, "free");
      last = version(a);
      reset(a);
      expect<f64>(version(a)).not.toBe(last, "reset");
      last = version(a);
      allocate(a, 101);
      free(a, 0, 1);
      free(a, 99, 2);
      allocate(a, NaN);
      freeMemory(a);
      largest(a);
      copyFreeBlocks(a, 0, 9);
      validate(a);
      expect<f64>(version(a)).toBe(last, "refusals and queries");
      destroy(a);
    }
  });
});

describe("reset", () => {
  it("frees everything", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      const a = used(policy, 1000);
      expect<f64>(reset(a)).toBe(OK);
      expect<string>(freeBlocks(a)).toBe("0+1000", named(policy, 1000));
      expect<f64>(freeMemory(a)).toBe(1000);
      expect<f64>(validate(a)).toBe(OK);
      expect<f64>(allocate(a, 1000)).toBe(0);
      destroy(a);
    }
  });

  it("needs no storage unless the linked list is empty, and is then refused with nothing changed", () => {
    for (let policy: u32 = 0; policy < POLICY_COUNT; policy++) {
      const a = made(policy, 100);
      allocate(a, 100);
      for (let c: NodeClass = 0; c < CLASS_COUNT; c++) exhaust(c);
      if (policy == LINKED_LIST) {
        expect<f64>(reset(a)).toBe(NODE_STORAGE);
        expect<f64>(freeMemory(a)).toBe(0);
        expect<string>(freeBlocks(a)).toBe("");
        replenish();
      }
      expect<f64>(reset(a)).toBe(OK, named(policy, 100));
      expect<string>(freeBlocks(a)).toBe("0+100");
      replenish();
      destroy(a);
    }
  });
});

describe("the storage limit", () => {
  it("is kept to by the ABI", () => {
    limitStorage(storageBytes());
    const used = storageBytes();
    const handles: Handle[] = [];
    let last: f64 = 0;
    while (handles.length < 10000) {
      last = create(LINKED_LIST, 10);
      if (last < 0) break;
      handles.push(<Handle>last);
    }
    expect<f64>(last).toBe(NODE_STORAGE);
    expect<f64>(storageBytes()).toBe(used);
    while (handles.length) destroy(handles.pop());
  });
});
