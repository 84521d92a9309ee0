// A model of a heap's contents: for every live block the bytes that it must hold, and where it lies. Every operation of
// the heap goes through it, and is checked at once: alignment, no overlap, contents kept, exact refusals.

import { expect } from "vitest";
import type { Heap } from "../../src/heap/index.ts";

/** What the heap must keep of a block: a seed that all of its bytes are computed from. */
interface ModelBlock {
  pointer: number;
  size: number;
  seed: number;
}

/** The byte that a block with this seed has at an offset. */
const byteOf = (seed: number, offset: number) =>
  (Math.imul(seed + offset, 2654435761) >>> 24) & 255;

export interface ModelOptions {
  /** The largest size asked for; sizes are log-uniform up to it. */
  readonly maxSize: number;
  /** About so many blocks are live. */
  readonly maxBlocks: number;
  /** What wrong pointers lead to; by default the class refuses them and the imports ignore them. */
  readonly misuse?: "imports throw" | "undefined" | undefined;
}

export class HeapModel {
  readonly blocks: ModelBlock[] = [];
  /** Pointers of freed blocks, to be refused. */
  readonly freed: number[] = [];
  refused = 0;
  #seed = 1;

  constructor(
    readonly heap: Heap,
    readonly random: (bound: number) => number,
    readonly options: ModelOptions,
  ) {}

  #size(): number {
    const bits = this.random(Math.log2(this.options.maxSize) + 1);
    return 1 + this.random(Math.min(2 ** (bits + 1), this.options.maxSize));
  }

  /** Notes a new block: it must lie aligned, hold its bytes and overlap no other. */
  #add(pointer: number | undefined, size: number, alignment = 16): void {
    if (pointer === undefined || pointer === 0) {
      this.refused++;
      return;
    }
    if (pointer % alignment !== 0) throw new Error(`${pointer} is not a multiple of ${alignment}`);
    if (pointer + size > this.heap.u8.length) throw new Error(`${pointer} is beyond the memory`);
    const block = { pointer, size, seed: this.#seed++ };
    this.blocks.push(block);
    this.#fill(block);
  }

  #fill({ pointer, size, seed }: ModelBlock): void {
    const { u8 } = this.heap;
    for (let i = 0; i < size; i++) u8[pointer + i] = byteOf(seed, i);
  }

  #take(): ModelBlock | undefined {
    const i = this.random(this.blocks.length);
    const block = this.blocks[i];
    const last = this.blocks.pop();
    if (block && last && block !== last) this.blocks[i] = last;
    return block;
  }

  /** The first `size` bytes of the block are as they were written. */
  check({ pointer, size, seed }: ModelBlock, length = size): void {
    const { u8 } = this.heap;
    for (let i = 0; i < length; i++)
      if (u8[pointer + i] !== byteOf(seed, i))
        throw new Error(`byte ${i} of the block of ${size} bytes at ${pointer} changed`);
  }

  checkAll(): void {
    for (const block of this.blocks) this.check(block);
  }

  /** One random operation. */
  step(): void {
    const { heap, random } = this;
    const roll = random(100);
    if (roll < 2) this.misuse();
    else if (roll < 12) this.realloc();
    else if (this.blocks.length === 0 || random(2 * this.options.maxBlocks) > this.blocks.length) {
      const size = this.#size();
      const alignment = 2 ** random(11);
      if (roll < 60) this.#add(heap.tryMalloc(size), size);
      else if (roll < 70) this.#add(heap.imports.malloc(size) >>> 0, size);
      else if (roll < 80) this.calloc(size);
      else if (roll < 88)
        this.#add(heap.imports.aligned_alloc(alignment, size) >>> 0, size, alignment);
      else if (roll < 96) this.alignedAlloc(alignment, size);
      else this.array();
    } else this.free();
  }

  calloc(size: number): void {
    const pointer = this.heap.imports.calloc(size, 1) >>> 0;
    const { u8 } = this.heap;
    for (let i = 0; pointer !== 0 && i < size; i++)
      if (u8[pointer + i] !== 0) throw new Error(`byte ${i} from calloc(${size}) is not 0`);
    this.#add(pointer, size);
  }

  alignedAlloc(alignment: number, size: number): void {
    let pointer = 0;
    try {
      pointer = this.heap.alignedAlloc(alignment, size);
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_OUT_OF_MEMORY", requested: size, alignment });
    }
    this.#add(pointer, size, alignment);
  }

  array(): void {
    const length = 1 + this.random(100);
    try {
      const array = this.heap.array(Float64Array, length);
      expect(array.every((value) => value === 0)).toBe(true);
      this.#add(array.byteOffset, 8 * length);
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_OUT_OF_MEMORY" });
      this.refused++;
    }
  }

  realloc(): void {
    const block = this.#take();
    if (!block) return;
    const size = this.#size();
    let moved = 0;
    if (this.random(2) === 0) moved = this.heap.imports.realloc(block.pointer, size) >>> 0;
    else
      try {
        moved = this.heap.realloc(block.pointer, size);
      } catch (error) {
        expect(error).toMatchObject({ code: "ERR_OUT_OF_MEMORY", requested: size });
      }
    if (moved === 0) {
      this.refused++;
      this.check(block);
      this.blocks.push(block);
      return;
    }
    const { seed } = block;
    this.check({ pointer: moved, size, seed }, Math.min(size, block.size));
    if (moved !== block.pointer) this.#forget(block.pointer);
    this.#add(moved, size);
  }

  free(): void {
    const block = this.#take();
    if (!block) return;
    const { heap } = this;
    this.check(block);
    if (heap.usableSize(block.pointer) < block.size) throw new Error("usableSize is too small");
    if (this.random(4) === 0) heap.imports.free(block.pointer);
    else heap.free(block.pointer);
    this.#forget(block.pointer);
  }

  #forget(pointer: number): void {
    this.freed.push(pointer);
    if (this.freed.length > 64) this.freed.shift();
  }

  /** Pointers that name no live block: each is refused with the code for it, and nothing changes. */
  misuse(): void {
    const { heap, random, blocks } = this;
    const around = (address: number) =>
      blocks.find(({ pointer, size }) => address >= pointer && address < pointer + size);
    if (this.options.misuse === "undefined") return;
    const pointer =
      random(2) === 0
        ? this.freed[random(this.freed.length)]
        : random(2) === 0
          ? (blocks[random(blocks.length)]?.pointer ?? 0) + random(64)
          : random(heap.u8.length);
    if (pointer === undefined || blocks.some((block) => block.pointer === pointer)) return;
    const codes = around(pointer)
      ? ["ERR_INSIDE_BLOCK"]
      : this.freed.includes(pointer)
        ? // Live memory beyond the bytes asked for is inside a block too.
          ["ERR_DOUBLE_FREE", "ERR_INSIDE_BLOCK"]
        : ["ERR_DOUBLE_FREE", "ERR_INSIDE_BLOCK", "ERR_NOT_ALLOCATED"];
    const operation = random(3);
    try {
      if (operation === 0) heap.free(pointer);
      else if (operation === 1) heap.realloc(pointer, 10);
      else heap.usableSize(pointer);
    } catch (error) {
      expect(error).toMatchObject({ name: "HeapPointerError", pointer });
      expect(codes).toContain((error as { code: string }).code);
      if (this.options.misuse === undefined) heap.imports.free(pointer); // ignored
      return;
    }
    throw new Error(`${pointer} was not refused`);
  }

  /** The live blocks of the heap's own walk are exactly those of the model. */
  compareWalk(): void {
    const live = this.heap.blocks().filter(({ state }) => state === "live");
    const expected = [...this.blocks].sort((a, b) => a.pointer - b.pointer);
    expect(live.map(({ pointer }) => pointer)).toEqual(expected.map(({ pointer }) => pointer));
    for (const [i, { start, size, pointer = start }] of live.entries()) {
      const block = expected[i] as ModelBlock;
      expect(start + size).toBeGreaterThanOrEqual(pointer + block.size);
    }
    const stats = this.heap.stats();
    expect(stats.blocks).toBe(live.length);
    expect(stats.used + stats.free + stats.metadata).toBe(stats.footprint);
  }
}
