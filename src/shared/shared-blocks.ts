// The blocks of a shared allocator, read out of its memory. Under the lock.

import type { Block } from "../block.js";
import type { SharedExports } from "./core.js";
import { RECORD, RESULTS } from "./layout.js";

/** A block that is allocated. */
export interface SharedBlock extends Block {
  /** Id of the attachment that allocated it. */
  readonly owner: number;
  /** As given when it was allocated, 0 by default. */
  readonly tag: number;
  /** As given when it was allocated, 1 by default. */
  readonly alignment: number;
}

/** How many blocks the core copies at most. */
export const BATCH = 128;

export class SharedBlocks {
  readonly #exports: SharedExports;
  readonly #memory: WebAssembly.Memory;

  constructor(exports: SharedExports, memory: WebAssembly.Memory) {
    this.#exports = exports;
    this.#memory = memory;
  }

  /** Up to `limit` live blocks, from the first that ends after `from`. */
  live(from: number, limit: number): SharedBlock[] {
    const count = this.#exports.copyLiveBlocks(from, limit);
    const view = new DataView(this.#memory.buffer);
    const blocks: SharedBlock[] = [];
    for (let at = RESULTS; at < RESULTS + 24 * count; at += 24) {
      const label = view.getFloat64(at + 16, true);
      const range = { start: view.getFloat64(at, true), size: view.getFloat64(at + 8, true) };
      // Odd: the owner's id, doubled. Even: the address of a record.
      if (label % 2 === 1) blocks.push({ ...range, owner: label >>> 1, tag: 0, alignment: 1 });
      else
        blocks.push({
          ...range,
          owner: view.getUint32(label + RECORD.owner, true),
          tag: view.getUint32(label + RECORD.tag, true),
          alignment: view.getFloat64(label + RECORD.alignment, true),
        });
    }
    return blocks;
  }

  /** Up to `limit` free blocks, from the first that ends after `from`. */
  free(from: number, limit: number): Block[] {
    const count = this.#exports.copyFreeBlocks(from, limit);
    const pairs = new Float64Array(this.#memory.buffer, RESULTS, 2 * count);
    const blocks: Block[] = [];
    for (let i = 0; i < pairs.length; i += 2)
      blocks.push({ start: pairs[i] as number, size: pairs[i + 1] as number });
    return blocks;
  }

  /** The first live range within `[address, address + size)`, as far as it lies within. */
  blocking(address: number, size: number): Block {
    const [block = { start: address, size }] = this.live(address, 1);
    const start = Math.max(block.start, address);
    return { start, size: Math.min(block.start + block.size, address + size) - start };
  }
}
