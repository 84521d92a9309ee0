// The heap from inside: its bitmap, its bins, its stacks, the reserve, and growth. Built with checked pointers.

import {
  aligned_alloc,
  calloc,
  check,
  free,
  free_checked,
  malloc,
  malloc_usable_size,
  realloc,
  reset,
} from "../../assembly/heap";
import {
  ALL,
  binOf,
  CANDIDATES,
  close,
  freeBlock,
  sizeBefore,
  unlink,
} from "../../assembly/heap/bins";
import { release, takeFree } from "../../assembly/heap/blocks";
import { carve, fenceAt } from "../../assembly/heap/growth";
import {
  BINS,
  BINS_IN_USE,
  BINS_IN_USE_WORDS,
  CONTROL_BYTES,
  control,
  current,
  SMALL_MAX,
  STACK_BYTES,
  STACKS,
  TOPS,
  UNIT,
} from "../../assembly/heap/layout";
import { giveUpReserve } from "../../assembly/heap/reserve";
import { flushStacks } from "../../assembly/heap/stacks";
import { DOUBLE_FREE, INSIDE_BLOCK, NOT_ALLOCATED, OK } from "../../assembly/heap/status";
import { roomAtTop, startHeap, statesAt } from "./support/heap";

/** The first free block of the bin for this size, or 0, when no block is open any more. */
function binHead(size: u32): u32 {
  close();
  return load<u32>(control + (binOf(size) << 2), BINS);
}

/** How many pointers are in the stack of a size. */
function stacked(size: u32): u32 {
  return load<u32>(control + ((size / UNIT) << 2), TOPS) / 4;
}

/** Fills the stack of this size, so that further blocks of it go to the heap when they are freed. */
function fillStack(size: u32): void {
  const blocks = new StaticArray<u32>(STACK_BYTES / 4);
  for (let i = 0; i < blocks.length; i++) blocks[i] = malloc(size);
  for (let i = 0; i < blocks.length; i++) free(blocks[i]);
}

describe("the bitmap", () => {
  beforeEach(() => startHeap(64));

  test("a new heap is all top, which is marked", () => {
    expect(current().first).toBe(control + CONTROL_BYTES);
    expect(current().top).toBe(current().first);
    expect(statesAt(current().first, 4)).toBe("1000");
  });

  test("blocks in use show their length", () => {
    const p = carve(48);
    const q = carve(16);
    carve(32);
    expect(q).toBe(p + 48);
    expect(statesAt(p, 7)).toBe("1001101");
  });

  test("a free block has edges where it begins and ends, and its size at both ends", () => {
    const p = carve(64);
    carve(16);
    release(p, 64);
    expect(statesAt(p, 5)).toBe("20003");
    expect(freeBlock(p).size).toBe(64);
    expect(sizeBefore(p + 64)).toBe(64);
  });

  test("so has one free unit", () => {
    const p = carve(16);
    carve(16);
    release(p, 16);
    expect(statesAt(p, 2)).toBe("23");
  });

  test("the block before the top lowers it", () => {
    const p = carve(64);
    release(p, 64);
    expect(current().top).toBe(p);
    expect(statesAt(p, 5)).toBe("10000");
  });

  test("with a free block before it too", () => {
    const p = carve(32);
    const q = carve(64);
    const r = carve(32);
    release(p, 32);
    carve(16);
    release(q, 64);
    expect(statesAt(p, 9)).toBe("200000301");
    release(r, 32);
    expect(statesAt(p, 9)).toBe("200000003");
    expect(binHead(96)).toBe(0);
    expect(binHead(128)).toBe(p);
    release(r + 32, 16);
    expect(current().top).toBe(p);
    expect(binHead(128)).toBe(0);
    expect(statesAt(p, 10)).toBe("1000000000");
  });
});

/** Bits of bins that are set. */
function binsInUse(): u32 {
  let count: u32 = 0;
  for (let word: u32 = 0; word < BINS_IN_USE_WORDS; word++)
    count += popcnt(load<u32>(control + (word << 2), BINS_IN_USE));
  return count;
}

describe("merging", () => {
  beforeEach(() => startHeap(64));

  test("with nothing, the left, the right, and both", () => {
    for (let left: u32 = 16; left <= 48; left += 16) {
      for (let right: u32 = 16; right <= 48; right += 16) {
        for (let size: u32 = 16; size <= 48; size += 16) {
          for (let which = 0; which < 4; which++) {
            startHeap(64);
            const a = carve(left);
            const p = carve(size);
            const b = carve(right);
            carve(16);
            if (which & 1) release(a, left);
            if (which & 2) release(b, right);
            release(p, size);
            const start = which & 1 ? a : p;
            const whole = size + (which & 1 ? left : 0) + (which & 2 ? right : 0);
            expect(binHead(whole)).toBe(start);
            expect(freeBlock(start).size).toBe(whole);
            expect(freeBlock(start).next).toBe(0);
            expect(sizeBefore(start + whole)).toBe(whole);
            const units = whole / UNIT;
            expect(statesAt(start, units + 1)).toBe("2" + "0".repeat(units - 1) + "3");
            // Nothing else is free.
            for (let bin: u32 = 16; bin <= 144; bin += 16) {
              if (bin != whole) expect(binHead(bin)).toBe(0);
            }
          }
        }
      }
    }
  });

  test("what a block in use holds in its last bytes is no size", () => {
    const a = carve(32);
    const p = carve(32);
    carve(16);
    store<u32>(a + 28, 32);
    release(p, 32);
    expect(statesAt(a, 5)).toBe("10203");
    expect(binHead(32)).toBe(p);
    expect(binHead(64)).toBe(0);
  });

  test("a block that grows is in no bin, and has no size at its end, until another grows", () => {
    const p = carve(32);
    const q = carve(16);
    const q2 = carve(16);
    carve(16);
    const r = carve(8192);
    const s = carve(16);
    carve(16);
    release(p, 32);
    expect(current().open).toBe(0);
    store<u32>(q + 12, 0);
    store<u32>(q2 + 12, 0);
    release(q, 16);
    release(q2, 16);
    expect(current().open).toBe(p);
    expect(freeBlock(p).size).toBe(64);
    expect(sizeBefore(p + 64)).toBe(64);
    expect(binsInUse()).toBe(0);
    expect(load<u32>(q + 12)).toBe(0);
    expect(load<u32>(q2 + 12)).toBe(0);
    release(r, 8192);
    expect(current().open).toBe(p);
    expect(binsInUse()).toBe(1);
    release(s, 16);
    expect(current().open).toBe(r);
    expect(current().openEnd).toBe(r + 8208);
    expect(load<u32>(q2 + 12)).toBe(64);
    expect(sizeBefore(p + 64)).toBe(64);
    expect(binsInUse()).toBe(1);
    expect(load<u32>(control + (binOf(64) << 2), BINS)).toBe(p);
  });

  test("or until a block is looked for", () => {
    const p = carve(32);
    const q = carve(32);
    carve(16);
    release(p, 32);
    release(q, 32);
    expect(current().open).toBe(p);
    expect(takeFree(80, CANDIDATES)).toBe(0);
    expect(current().open).toBe(0);
    expect(current().openEnd).toBe(0);
    expect(binsInUse()).toBe(1);
    expect(load<u32>(p + 60)).toBe(64);
    release(p + 64, 16);
    expect(current().top).toBe(p);
    expect(binsInUse()).toBe(0);
  });

  test("the open block can be what lies after a freed one, or below the top", () => {
    const a = carve(48);
    const p = carve(32);
    const q = carve(32);
    const r = carve(16);
    release(p, 32);
    release(q, 32);
    expect(current().open).toBe(p);
    release(a, 48);
    expect(current().open).toBe(0);
    expect(binHead(112)).toBe(a);
    expect(statesAt(a, 8)).toBe("20000003");
    expect(takeFree(112, CANDIDATES)).toBe(a);
    release(a, 96);
    release(a + 96, 16);
    expect(current().open).toBe(a);
    release(r, 16);
    expect(current().open).toBe(0);
    expect(current().openEnd).toBe(0);
    expect(current().top).toBe(a);
    expect(binsInUse()).toBe(0);
  });

  test("what is after a block that grows leaves its list", () => {
    const p = carve(8192);
    const q = carve(16);
    const r = carve(16);
    carve(16);
    release(p, 8192);
    release(r, 16);
    release(q, 16);
    expect(freeBlock(p).size).toBe(8224);
    expect(binHead(8224)).toBe(p);
    expect(binHead(16)).toBe(0);
    expect(statesAt(p + 8192, 4)).toBe("0031");
  });
});

describe("bins", () => {
  beforeEach(() => startHeap(64));

  test("that are empty have no bit", () => {
    const a = carve(64);
    carve(16);
    const b = carve(5000 & ~15);
    carve(16);
    expect(binsInUse()).toBe(0);
    release(a, 64);
    release(b, 5000 & ~15);
    expect(binsInUse()).toBe(2);
    takeFree(64, CANDIDATES);
    expect(binsInUse()).toBe(1);
    takeFree(5000 & ~15, CANDIDATES);
    expect(binsInUse()).toBe(0);
  });

  test("the last of several leaves its list, and nothing else changes in the control block", () => {
    carve(100000);
    const a = carve(32);
    carve(16);
    const b = carve(32);
    carve(16);
    release(a, 32);
    release(b, 32);
    // Of empty stacks the memory is not used.
    memory.fill(control + STACKS + STACK_BYTES, 0xff, CONTROL_BYTES - STACKS - STACK_BYTES);
    const before = new StaticArray<u8>(CONTROL_BYTES);
    memory.copy(changetype<usize>(before), control, CONTROL_BYTES);
    unlink(a);
    expect(memory.compare(changetype<usize>(before), control, CONTROL_BYTES)).toBe(0);
    expect(freeBlock(b).next).toBe(0);
  });

  test("hold one size each below 512 bytes", () => {
    for (let size: u32 = 16; size < 512; size += 16) expect(binOf(size)).toBe(size / UNIT);
    expect(binOf(512)).toBe(32);
    expect(binOf(528)).toBe(32);
    expect(binOf(544)).toBe(33);
  });

  test("are in order of size, and end before the bitmap of bins does", () => {
    let last: u32 = 0;
    for (let size: u32 = 16; size < 0xf0000000; size += max<u32>((size >> 7) & ~15, 16)) {
      const bin = binOf(size);
      expect(bin == last || bin == last + 1).toBeTruthy();
      last = bin;
    }
    expect(binOf(0xfffe0000)).toBeLessThan(736);
  });

  test("the smallest block that is large enough is taken, of several in one bin", () => {
    const a = carve(8256);
    carve(16);
    const b = carve(8208);
    carve(16);
    const c = carve(8192);
    carve(16);
    release(b, 8208);
    release(a, 8256);
    release(c, 8192);
    expect(takeFree(8208, CANDIDATES)).toBe(b);
    expect(takeFree(8208, CANDIDATES)).toBe(a);
    expect(binHead(48)).toBe(a + 8208);
    expect(takeFree(8192, CANDIDATES)).toBe(c);
    expect(takeFree(8192, CANDIDATES)).toBe(0);
  });

  test("of many in a bin the first 16 are compared, or all", () => {
    const large = carve(8256);
    carve(16);
    const blocks: u32[] = [];
    for (let i = 0; i < 16; i++) {
      blocks.push(carve(8192));
      carve(16);
    }
    release(large, 8256);
    for (let i = 0; i < 16; i++) release(blocks[i], 8192);
    expect(takeFree(8208, CANDIDATES)).toBe(0);
    expect(takeFree(8208, ALL)).toBe(large);
  });

  test("a bin whose blocks are too small is passed over", () => {
    const a = carve(8192);
    carve(16);
    const b = carve(100000);
    carve(16);
    release(a, 8192);
    release(b, 100000);
    expect(takeFree(8208, CANDIDATES)).toBe(b);
    expect(statesAt(b + 8208, 2)).toBe("20");
    expect(binHead(8192)).toBe(a);
  });

  test("what is left of a block is free", () => {
    const p = carve(64);
    carve(16);
    release(p, 64);
    expect(takeFree(48, CANDIDATES)).toBe(p);
    expect(statesAt(p, 5)).toBe("10023");
    expect(takeFree(16, CANDIDATES)).toBe(p + 48);
    expect(statesAt(p, 5)).toBe("10011");
    release(p, 48);
    expect(takeFree(48, CANDIDATES)).toBe(p);
    expect(statesAt(p, 5)).toBe("10011");
  });

  test("a list is mended at its head, in its middle and at its end", () => {
    const blocks = new StaticArray<u32>(4);
    for (let i = 0; i < 4; i++) {
      blocks[i] = carve(32);
      carve(16);
    }
    for (let i = 0; i < 4; i++) release(blocks[i], 32);
    expect(binHead(32)).toBe(blocks[3]);
    // Merging takes them out.
    release(blocks[1] + 32, 16);
    expect(binHead(32)).toBe(blocks[3]);
    expect(freeBlock(blocks[3]).next).toBe(blocks[0]);
    expect(freeBlock(blocks[0]).previous).toBe(blocks[3]);
    expect(binHead(80)).toBe(blocks[1]);
    release(blocks[3] + 32, 16); // the top
    expect(binHead(32)).toBe(blocks[0]);
    expect(freeBlock(blocks[0]).next).toBe(0);
    expect(takeFree(32, CANDIDATES)).toBe(blocks[0]);
    expect(binHead(32)).toBe(0);
  });
});

describe("small blocks", () => {
  beforeEach(() => startHeap(64));

  test("have no header: they lie side by side", () => {
    const p = malloc(100);
    expect(malloc(100)).toBe(p + 112);
    expect(malloc(1)).toBe(p + 224);
    expect(malloc(0)).toBe(p + 240);
    expect(malloc(SMALL_MAX)).not.toBe(0);
  });

  test("a freed one waits in the stack of its class, in use for its neighbours, and is handed out first", () => {
    const p = malloc(40);
    const q = malloc(40);
    malloc(40);
    free(p);
    free(q);
    expect(stacked(48)).toBe(2);
    expect(statesAt(p, 6)).toBe("100100");
    expect(malloc(33)).toBe(q);
    expect(malloc(48)).toBe(p);
    expect(stacked(48)).toBe(0);
  });

  test("a full stack lets the block merge at once", () => {
    fillStack(48);
    expect(stacked(48)).toBe(STACK_BYTES / 4);
    const p = carve(48);
    carve(16);
    expect(free_checked(p)).toBe(OK);
    expect(stacked(48)).toBe(STACK_BYTES / 4);
    expect(binHead(48)).toBe(p);
  });

  test("flushing empties all stacks", () => {
    fillStack(16);
    fillStack(SMALL_MAX);
    giveUpReserve();
    flushStacks();
    expect(stacked(16)).toBe(0);
    expect(stacked(SMALL_MAX)).toBe(0);
    expect(current().top).toBe(current().first);
  });

  test("are cut from a reserve, whose rest looks like a block in use", () => {
    const p = malloc(16);
    expect(current().reserve).toBe(p + 16);
    expect(current().reserveEnd).toBe(p + 512);
    expect(statesAt(p, 3)).toBe("110");
    malloc(480);
    malloc(16);
    expect(current().reserve).toBe(current().reserveEnd);
    expect(statesAt(p + 496, 2)).toBe("11");
  });

  test("an exact free block is taken before the reserve", () => {
    malloc(16);
    const p = carve(64);
    carve(16);
    release(p, 64);
    expect(malloc(64)).toBe(p);
  });

  test("also one that has just grown", () => {
    malloc(16);
    const p = carve(32);
    const q = carve(32);
    carve(16);
    release(p, 32);
    release(q, 32);
    expect(current().open).toBe(p);
    expect(malloc(64)).toBe(p);
  });

  test("the rest of a reserve that is too short is given back", () => {
    const p = malloc(16);
    const q = malloc(496);
    expect(q).toBe(p + 16);
    malloc(16);
    malloc(400);
    const rest = current().reserve;
    expect(malloc(400)).toBe(rest + 96);
    expect(binHead(96)).toBe(rest);
    expect(statesAt(rest, 7)).toBe("2000003");
    expect(current().reserve).toBe(rest + 496);
  });

  test("of 512 bytes show no end within the states of 32 units, and have no header either", () => {
    const p = malloc(512);
    expect(malloc_usable_size(p)).toBe(512);
    expect(malloc(512)).toBe(p + 512);
    free(p);
    expect(stacked(512)).toBe(1);
    expect(check(p)).toBe(DOUBLE_FREE);
    expect(malloc(512)).toBe(p);
    expect(check(p)).toBe(OK);
    expect(realloc(p, 500)).toBe(p);
    fillStack(512);
    expect(free_checked(p)).toBe(OK);
    expect(binHead(512)).toBe(p);
  });
});

describe("large blocks", () => {
  beforeEach(() => startHeap(64));

  test("have their size before their pointer", () => {
    const p = malloc(SMALL_MAX + 1);
    expect(load<u32>(p - 16)).toBe(544);
    expect(malloc_usable_size(p)).toBe(528);
    expect(statesAt(p - 16, 2)).toBe("10");
    expect(statesAt(p + 512, 2)).toBe("01");
  });

  test("grow in place at the top, and into free memory after them; and shrink", () => {
    const p = malloc(1000);
    expect(realloc(p, 2000)).toBe(p);
    expect(current().top).toBe(p + 2000);
    expect(realloc(p, 200000)).toBe(p); // and the memory grows
    expect(current().top).toBe(p + 200000);
    const q = carve(512);
    carve(16);
    expect(realloc(p, 199984)).toBe(p);
    expect(statesAt(p + 199968, 3)).toBe("023");
    release(q, 512);
    expect(realloc(p, 200256)).toBe(p);
    expect(malloc_usable_size(p)).toBe(200256);
    expect(statesAt(p + 200240, 2)).toBe("02");
    expect(realloc(p, 200512)).toBe(p);
    expect(statesAt(p + 200496, 2)).toBe("01");
    expect(realloc(p, 1000)).toBe(p);
    expect(malloc_usable_size(p)).toBe(1008);
    expect(binHead(200512 - 1008)).toBe(p + 1008);
  });

  test("move with their contents when they cannot", () => {
    const p = malloc(1000);
    carve(16);
    for (let i: u32 = 0; i < 1000; i += 4) store<u32>(p + i, i);
    const q = realloc(p, 3000);
    expect(q).not.toBe(p);
    for (let i: u32 = 0; i < 1000; i += 4) expect(load<u32>(q + i)).toBe(i);
    expect(check(p)).toBe(DOUBLE_FREE);
    const r = realloc(q, 100);
    for (let i: u32 = 0; i < 100; i += 4) expect(load<u32>(r + i)).toBe(i);
    expect(malloc_usable_size(r)).toBe(112);
  });

  test("move when the free block after them is too small", () => {
    const p = malloc(1000);
    const q = carve(512);
    const guard = carve(16);
    store<u32>(guard, 0x5eed);
    release(q, 512);
    expect(realloc(p, 2000)).not.toBe(p);
    expect(load<u32>(guard)).toBe(0x5eed);
    expect(statesAt(guard, 1)).toBe("3");
  });
});

describe("aligned blocks", () => {
  test("give back what is before and after", () => {
    for (let alignment: u32 = 32; alignment <= 65536; alignment <<= 1) {
      for (let size: u32 = 1; size <= 4096; size *= 4) {
        startHeap(64);
        const p = aligned_alloc(alignment, size);
        expect(p & (alignment - 1)).toBe(0);
        expect(malloc_usable_size(p)).toBe((max<u32>(size, 1) + 15) & ~15);
        expect(free_checked(p)).toBe(OK);
        flushStacks();
        expect(current().top).toBe(current().first);
        expect(statesAt(current().first, 2)).toBe("10");
      }
    }
  });

  test("are none for what is no power of two, or too large", () => {
    startHeap(2);
    expect(aligned_alloc(0, 16)).toBe(0);
    expect(aligned_alloc(48, 16)).toBe(0);
    expect(aligned_alloc(0x80000000, 0x80000000)).toBe(0);
    expect(aligned_alloc(32, 0xffffffff)).toBe(0);
    expect(aligned_alloc(1, 16) & 15).toBe(0);
  });
});

describe("pointers", () => {
  beforeEach(() => startHeap(64));

  test("a second free is told from one of a pointer that was never handed out", () => {
    const p = malloc(48);
    const q = malloc(1000);
    malloc(16);
    expect(free_checked(p + 16)).toBe(INSIDE_BLOCK);
    expect(free_checked(q - 16)).toBe(INSIDE_BLOCK);
    expect(free_checked(q + 512)).toBe(INSIDE_BLOCK);
    expect(free_checked(p)).toBe(OK);
    expect(free_checked(p)).toBe(DOUBLE_FREE);
    expect(free_checked(p + 16)).toBe(NOT_ALLOCATED);
    expect(free_checked(q)).toBe(OK);
    expect(free_checked(q)).toBe(DOUBLE_FREE);
    expect(free_checked(q - 16)).toBe(NOT_ALLOCATED);
    flushStacks();
    expect(free_checked(p)).toBe(DOUBLE_FREE);
    expect(free_checked(current().reserve)).toBe(NOT_ALLOCATED);
    expect(free_checked(current().top)).toBe(NOT_ALLOCATED);
    expect(free_checked(0)).toBe(NOT_ALLOCATED);
    expect(free_checked(control)).toBe(NOT_ALLOCATED);
    expect(free_checked(current().limit)).toBe(NOT_ALLOCATED);
    expect(malloc(48)).not.toBe(0);
  });

  test("of the reserve there is none, of what comes after it there is", () => {
    malloc(200000); // so that the reserve is longer than a small block
    malloc(16);
    const rest = current().reserve;
    expect(current().reserveEnd - rest).toBeGreaterThan(SMALL_MAX);
    expect(free_checked(rest)).toBe(NOT_ALLOCATED);
    expect(free_checked(rest + 16)).toBe(NOT_ALLOCATED);
    expect(free_checked(current().reserveEnd - 16)).toBe(NOT_ALLOCATED);
    const p = carve(48);
    while (current().reserve != current().reserveEnd)
      malloc(min<u32>(current().reserveEnd - current().reserve, 496));
    expect(p).toBe(current().reserve);
    expect(free_checked(p)).toBe(OK);
    expect(stacked(48)).toBe(1);
    expect(free_checked(p)).toBe(DOUBLE_FREE);
  });

  test("a pointer that is handed out again is live again", () => {
    const p = malloc(48);
    free(p);
    expect(malloc(48)).toBe(p);
    expect(check(p)).toBe(OK);
    const q = malloc(1000);
    free(q);
    expect(malloc(1000)).toBe(q);
    expect(check(q)).toBe(OK);
    expect(free_checked(q)).toBe(OK);
  });

  test("a freed pointer inside a block that is live now is inside it", () => {
    const p = malloc(1000);
    const q = malloc(1000);
    malloc(16);
    free(p);
    free(q);
    expect(malloc(2000)).toBe(p);
    expect(check(q)).toBe(INSIDE_BLOCK);
    free(p);
    expect(check(q)).toBe(DOUBLE_FREE);
  });

  test("realloc and malloc_usable_size take no others", () => {
    const p = malloc(100);
    expect(realloc(p + 16, 10)).toBe(0);
    expect(malloc_usable_size(p + 16)).toBe(0);
    expect(malloc_usable_size(0)).toBe(0);
    expect(realloc(0, 100)).not.toBe(0);
  });
});

describe("growth", () => {
  test("the bitmaps move to the end, with all that is in them", () => {
    startHeap(64);
    const p = malloc(5000);
    const limit = current().limit;
    malloc(100000);
    expect(current().limit).toBeGreaterThan(limit);
    expect(statesAt(p - 16, 2)).toBe("10");
    free(p);
    expect(check(p)).toBe(DOUBLE_FREE);
    malloc(200000);
    expect(check(p)).toBe(DOUBLE_FREE);
  });

  test("pages that others took in between are under a fence", () => {
    startHeap(64);
    const p = malloc(1000);
    const end = current().end;
    memory.grow(2);
    const q = malloc(100000);
    const fence = current().fence;
    expect(fence).toBe(end - 16);
    expect(fenceAt(fence).end).toBe(end + 131072);
    expect(q).toBe(end + 131072 + 16);
    expect(statesAt(fence, 2)).toBe("30");
    expect(check(end)).toBe(NOT_ALLOCATED);
    expect(check(fence)).toBe(NOT_ALLOCATED);
    // What was left before it is free, and used again.
    const r = malloc(20000);
    expect(r).toBeLessThan(fence);
    free(p);
    free(q);
    free(r);
    expect(current().top).toBe(end + 131072);
    expect(check(end)).toBe(NOT_ALLOCATED);
    reset();
    expect(check(end)).toBe(NOT_ALLOCATED);
    expect(current().top).toBe(end + 131072);
    expect(binHead(fence - current().first)).toBe(current().first);
    expect(freeBlock(current().first).size).toBe(fence - current().first);
  });

  test("is refused beyond the maximum, and what there is can be used to the end", () => {
    startHeap(2);
    expect(malloc(200000)).toBe(0);
    const p = malloc(100000);
    expect(p).not.toBe(0);
    const room = roomAtTop();
    expect(malloc(room)).toBe(0); // with its header it is too large
    expect(calloc(room - 16, 1)).not.toBe(0);
    expect(roomAtTop()).toBe(0);
    expect(malloc(1)).toBe(0);
    free(p);
    expect(malloc(1)).not.toBe(0);
  });

  test("blocks in stacks are given up before a request is refused", () => {
    startHeap(1);
    const size: u32 = 496;
    let count = 0;
    const blocks = new StaticArray<u32>(200);
    for (let p = malloc(size); p; p = malloc(size)) blocks[count++] = p;
    expect(count).toBeGreaterThan(STACK_BYTES / 4);
    for (let i = 0; i < count; i++) free(blocks[i]);
    expect(stacked(size)).toBe(STACK_BYTES / 4);
    const all = current().limit - current().first;
    expect(malloc(all - 16)).toBe(current().first + 16);
  });
});
