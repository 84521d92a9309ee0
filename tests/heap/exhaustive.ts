// Every sequence of operations up to a depth on a heap of one page, from several beginnings. After each operation every
// invariant holds, the blocks are those of the model, with their contents, and what was freed is refused.

import { Heap } from "../../src/heap/index.ts";

interface Live {
  readonly pointer: number;
  readonly size: number;
  readonly fill: number;
}

const SIZES = [16, 40, 512, 1000, 24_000];
const REALLOC = [40, 3000];

/** Heaps in which freed blocks wait in stacks, go to the heap at once, or lie between free ones. */
const BEGINNINGS: Record<string, (heap: Heap) => void> = {
  "an empty heap": () => {},
  "full stacks": (heap) => {
    for (const size of [16, 48, 512]) {
      const blocks = Array.from({ length: 32 }, () => heap.malloc(size));
      for (const block of blocks) heap.free(block);
    }
  },
  "little room": (heap) => {
    heap.malloc(25_000);
    const holes = Array.from({ length: 6 }, (_, i) => [heap.malloc(512 + 64 * i), heap.malloc(16)]);
    for (const [hole = 0] of holes) heap.free(hole);
    heap.malloc(heap.stats().largest - 1000);
  },
};

export const beginnings = Object.keys(BEGINNINGS);

/** The number of sequences that were run. */
export function runAll(beginning: string, checked: boolean, depth: number): number {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const heap = new Heap({ memory, base: 16, checked });
  (BEGINNINGS[beginning] as (heap: Heap) => void)(heap);
  const others = heap.stats().blocks;
  let sequences = 0;

  const expectSound = (live: readonly Live[]) => {
    heap.validate();
    if (heap.stats().blocks !== others + live.length) throw new Error("blocks were lost or made");
    const { u8 } = heap;
    for (const { pointer, size, fill } of live)
      if (u8[pointer] !== fill || u8[pointer + size - 1] !== fill)
        throw new Error(`the block at ${pointer} changed`);
  };

  const noted = (pointer: number, size: number, alignment: number): Live => {
    const fill = (sequences & 127) + 1;
    if (pointer % alignment !== 0) throw new Error(`${pointer} is not aligned to ${alignment}`);
    heap.u8.fill(fill, pointer, pointer + size);
    return { pointer, size, fill };
  };

  /** All continuations of this state. */
  const goOn = (live: readonly Live[], left: number) => {
    sequences++;
    expectSound(live);
    if (left === 0) return;
    const before = heap.u8.slice();
    const attempt = (operation: () => readonly Live[]) => {
      goOn(operation(), left - 1);
      heap.u8.set(before);
    };
    for (const size of SIZES)
      attempt(() => {
        const p = heap.tryMalloc(size);
        return p === undefined ? live : [...live, noted(p, size, 16)];
      });
    attempt(() => {
      const p = heap.imports.aligned_alloc(256, 40) >>> 0;
      return p === 0 ? live : [...live, noted(p, 40, 256)];
    });
    for (const block of live) {
      const others = live.filter((other) => other !== block);
      attempt(() => {
        heap.free(block.pointer);
        if (checked && heap.imports.malloc_usable_size(block.pointer) !== 0)
          throw new Error("freed, and still live");
        return others;
      });
      for (const size of REALLOC)
        attempt(() => {
          const p = heap.imports.realloc(block.pointer, size) >>> 0;
          if (p === 0) return live;
          if (heap.u8[p] !== block.fill) throw new Error("realloc lost the contents");
          return [...others, noted(p, size, 16)];
        });
    }
  };
  goOn([], depth);
  return sequences;
}
