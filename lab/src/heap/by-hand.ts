// Aligning by hand, as programs do where their allocator does not align as they wish: more is allocated, and an aligned
// address in that is used.

import { ALIGNMENT, withNatural } from "./alignment.ts";

export class AlignedByHand {
  /** What was allocated, by the pointers made of it. */
  readonly #blocks = new Map<number, number>();
  readonly #allocate: (size: number) => number | undefined;

  /** @param allocate returns multiples of {@link ALIGNMENT} */
  constructor(allocate: (size: number) => number | undefined) {
    this.#allocate = allocate;
  }

  allocate(size: number, alignment: number): number | undefined {
    const multiple = withNatural(alignment);
    const block = this.#allocate(size + multiple - ALIGNMENT);
    if (block === undefined) return undefined;
    const pointer = Math.ceil(block / multiple) * multiple;
    this.#blocks.set(pointer, block);
    return pointer;
  }

  /** What is to be freed for a pointer: itself if it was not made here. */
  release(pointer: number): number {
    if (this.#blocks.size === 0) return pointer;
    const block = this.blockOf(pointer);
    this.#blocks.delete(pointer);
    return block;
  }

  blockOf(pointer: number): number {
    return this.#blocks.get(pointer) ?? pointer;
  }
}
